# SPDX-License-Identifier: GPL-3.0-or-later
"""A station concourse: three hundred devices that have nothing to do with us, loud and malformed ones among them, and a few
phones between them that do. Scripted peers of the air."""

import random
import time

from . import beacon, daemon, machine
from .beacon import BLUEZONE, EXPOSURE_NOTIFICATION, structure
from .bench import OURS
from .phone import Phone
from .steps import wait_for

COUNT = 300
RANDOM = random.Random(4)
APPLE, MICROSOFT = b"\x4c\x00", b"\x06\x00"


def noise(length):
    return RANDOM.randbytes(length)


def ibeacon():
    """Of the Bluezone app too: its UUID wakes iPhones and carries no identifier (bluezone-facts 1.2)."""
    identifier = RANDOM.choice([noise(16), bytes.fromhex("c7afef7b17884f4aa87d691d53bf21c4")])
    return structure(0x01, b"\x1a") + structure(0xFF, APPLE + b"\x02\x15" + identifier + b"\x00\x14\x00\x14\xc5")


KINDS = {
    "earbuds": lambda: structure(0x01, b"\x06") + structure(0xFF, APPLE + b"\x07\x19" + noise(20)),
    "iBeacon": ibeacon,
    "Eddystone": lambda: structure(0x03, b"\xaa\xfe") + structure(0x16, b"\xaa\xfe\x00" + noise(17)),
    "laptop": lambda: structure(0xFF, MICROSOFT + b"\x01\x09" + noise(20)),
    "heart-rate belt": lambda: structure(0x01, b"\x06") + structure(0x03, b"\x0d\x18") + structure(0x09, b"belt"),
    "iPhone with other apps": lambda: structure(0xFF, APPLE + b"\x01" + noise(16)),
    "nameless": lambda: structure(0x01, b"\x06"),
    "cut short": lambda: structure(0x03, b"\x6f\xfd") + b"\x17\x16\x6f\xfd" + noise(RANDOM.randrange(1, 15)),
    "wrong length": lambda: beacon.exposure_notification_data(noise(RANDOM.choice([1, 16, 19, 21, 23]))),
    "company without service": lambda: structure(0xFF, beacon.BLUEZONE_COMPANY + noise(12)),
    "service without bytes": lambda: structure(0x03, beacon.BLUEZONE_UUID),
    "half an identifier": lambda: beacon.bluezone_data(noise(RANDOM.choice([6, 11]))),
    "rubbish": lambda: noise(31),
}


def run(steps, bench, _identity):
    started = daemon.restarts()
    known = {found["id"] for found in daemon.sightings()}
    names = crowd(bench, 0)
    phones = [Phone(bench, f"friend{number}", kind, rssi=-60) for number, kind in
              enumerate([BLUEZONE, EXPOSURE_NOTIFICATION, EXPOSURE_NOTIFICATION])]
    for phone in phones:
        sent = phone.send()
        found = daemon.wait_for_sighting(f"{phone.name} among strangers", sent.id, limit=240)
        steps.check(daemon.same_metadata(found, sent), f"{phone.name}: sighted among {COUNT} strangers with its bytes", found)
    be_heard(bench, names)
    crowd(bench, 1)
    be_heard(bench, names)
    memory = own_memory()
    crowd(bench, 2)
    be_heard(bench, names)
    grown = own_memory() - memory
    bench.peers([{"id": name} for name in names])
    known |= {phone.sent.id for phone in phones}
    strangers = [found for found in daemon.sightings() if found["id"] not in known]
    steps.check(not strangers, "no stranger became a sighting", strangers[:2])
    steps.check(daemon.active() and daemon.restarts() == started, "the daemon runs on", daemon.status_text())
    steps.check(grown < 1024, "and does not grow by a mebibyte when all of them change their addresses", f"{grown} KiB")
    for phone in phones:
        phone.silence()


def crowd(bench, generation):
    """All strangers on the air, under other addresses in each generation; returns their names."""
    peers = []
    for number in range(COUNT):
        kind = list(KINDS)[number % len(KINDS)]
        connectable = kind in ("earbuds", "laptop", "heart-rate belt", "iPhone with other apps")
        peers.append({"id": f"stranger{number}", "address": address(generation, number), "data": KINDS[kind]().hex(),
                      "rssi": -40 - number % 50, "interval": 1000, "pdu": "ADV_IND" if connectable else "ADV_NONCONN_IND"})
    bench.peers(peers)
    return [peer["id"] for peer in peers]


def be_heard(bench, names):
    since = time.monotonic()
    wait_for("the strangers to be heard", lambda: bench.log.heard_by(OURS, names[-1], since))
    end = time.monotonic() + 3 * (daemon.WINDOW + daemon.PAUSE)
    wait_for("three more scans", lambda: time.monotonic() > end)


def address(generation, number):
    return f"{0x40 + number % 0x40:02X}:5A:00:{generation:02X}:{number >> 8:02X}:{number & 0xFF:02X}"


def own_memory():
    """KiB of the daemon's memory; pages of its program, which come as they are first needed, are no growth."""
    process = machine.unit_property(daemon.UNIT, "MainPID")
    with open(f"/proc/{process}/status", encoding="ascii") as stream:
        return next(int(line.split()[1]) for line in stream if line.startswith("RssAnon"))

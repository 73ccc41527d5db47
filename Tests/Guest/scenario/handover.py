# SPDX-License-Identifier: GPL-3.0-or-later
"""iPhones, which send no identifier but hand it over by a GATT read: a phone on Bumble, read by the daemon through
bluetoothd. The controllers are Bumble's too, because those of air/ know no connections."""

import json
import os
import pathlib
import time

from . import beacon, daemon, machine
from .beacon import structure
from .bench import CRYPTOGRAPHY
from .bumble import BumblePeer
from .identity import Identity
from .steps import wait_for

SERVICE = bytes.fromhex("67a607add1172fa1c44bf573564e0000")
FOREGROUND = structure(beacon.FLAGS, b"\x1a") + structure(0x07, SERVICE) + structure(0x09, b"Bluezone")
BACKGROUND = structure(beacon.FLAGS, b"\x1a") + structure(beacon.MANUFACTURER_DATA, b"\x4c\x00\x01\x08" + bytes(15))
PUBLIC_ADDRESS = "00:1A:7D:00:00:01"
ASKING = pathlib.Path("/etc/bluezone/bluezone.conf.d/91-handover.conf")
SLOT = 900


class BumbleBench:
    """hci0 is one of two Bumble controllers that hear each other; on the other one sits the phone."""

    def __init__(self, packages):
        self.phone = None
        self._packages = packages

    def up(self):
        machine.RESULTS.mkdir(parents=True, exist_ok=True)
        machine.call_clock_synchronised()
        machine.run("modprobe", "-a", "hci_vhci", *CRYPTOGRAPHY)
        machine.service("btmon", "/usr/bin/btmon", "--write", machine.RESULTS / "btsnoop", log="/dev/null")
        self.phone = BumblePeer(self._packages, "phone")
        self.phone.wait_for("ready")
        machine.run("systemctl", "start", "bluetooth", limit=180)
        wait_for("hci0 to be powered", lambda: machine.bluez_property("/org/bluez/hci0", "Adapter1", "Powered") == "true")

    def show(self, data, identifier):
        """The phone shows itself under a new address with this identifier to be read; returns since when."""
        address = bytes([0x40 | os.urandom(1)[0] & 0x3F]) + os.urandom(5)
        self.phone.tell("silence")
        self.phone.tell("identifier", value=identifier.hex())
        since = time.monotonic()
        self.phone.tell("advertise", address=":".join(f"{byte:02X}" for byte in address), data=data.hex(), interval=300,
                        connectable=True)
        return since

    def count(self, event, since):
        return len(self.phone.events(event, since))


def run(steps, bench, _identity):
    middle_of_a_slot()
    bench.phone.tell("listen")
    left_alone(steps, bench)
    ASKING.write_text("[Radio]\nReadIPhones=yes\n", encoding="ascii")
    machine.run("systemctl", "restart", daemon.UNIT, limit=180)
    for title, data in {"an iPhone in the foreground": FOREGROUND, "an iPhone in the background": BACKGROUND}.items():
        read_once(steps, bench, title, data)
    forgotten(steps)
    next_slot(steps, bench)
    malformed(steps, bench)
    dropped(steps, bench)
    overtaken(steps, bench)
    read_back(steps, bench)
    status(steps)


def middle_of_a_slot():
    """No boundary comes by unasked for a while."""
    machine.set_clock(int(time.time()) // SLOT * SLOT + SLOT + 60)


def left_alone(steps, bench):
    since = bench.show(FOREGROUND, os.urandom(12))
    wait_for_windows(3)
    steps.check(not bench.count("connected", since), "unless its owner asks for it the daemon connects to nobody")


def wait_for_windows(count):
    end = time.monotonic() + count * (daemon.WINDOW + daemon.PAUSE)
    wait_for(f"{count} scans", lambda: time.monotonic() > end)


def read_once(steps, bench, title, data):
    identifier = os.urandom(12)
    since = bench.show(data, identifier)
    first = daemon.wait_for_sighting(title, identifier.hex())
    steps.check((first["format"], first["rssi"]) == (beacon.BLUEZONE, -50), f"{title}: read, and sighted with its bytes", first)
    bench.phone.wait_for("disconnected", since=since)
    steps.check(True, f"{title}: the connection is taken down")
    daemon.wait_for_sighting("it again", identifier.hex(), lambda sighting: sighting["time"] > first["time"])
    wait_for_windows(2)
    counts = bench.count("connected", since), bench.count("read", since)
    steps.check(counts == (1, 1), f"{title}: seen again and again, connected to once", counts)
    shown = bench.phone.events("connected", since)[0]
    steps.check((shown["address"], shown["random"]) == (PUBLIC_ADDRESS, False),
                f"{title}: was shown the public address, which is why nobody is read unasked", shown)


def forgotten(steps):
    kept = [path.name for path in pathlib.Path("/var/lib/bluetooth").glob("*/*:*")]
    steps.check(not kept, "bluetoothd keeps no record of who was read", kept)


def next_slot(steps, bench):
    """With the quarter of an hour the identifier changes, whether or not the address does."""
    identifier = os.urandom(12)
    bench.phone.tell("identifier", value=identifier.hex())
    since = time.monotonic()
    middle_of_a_slot()
    found = daemon.wait_for_sighting("it in the next slot", identifier.hex())
    steps.check(found and bench.count("read", since) == 1, "in the next slot it is asked again", found)


def malformed(steps, bench):
    for length in (11, 13):
        identifier = os.urandom(length)
        since = bench.show(FOREGROUND, identifier)
        bench.phone.wait_for("disconnected", since=since)
        wait_for_windows(2)
        steps.check(bench.count("connected", since) == 1, f"one that answers {length} bytes is asked once in its slot")
        stored = [found for found in daemon.sightings() if identifier.hex()[:22] in found["id"]]
        steps.check(not stored, f"and {length} bytes become no sighting", stored)


def dropped(steps, bench):
    """A phone at the edge of range."""
    bench.phone.tell("drop", value=True)
    since = bench.show(FOREGROUND, os.urandom(12))
    bench.phone.wait_for("disconnected", since=since)
    bench.phone.tell("drop", value=False)
    wait_for_windows(2)
    steps.check(bench.count("connected", since) == 1, "one whose connection is lost is not asked again in its slot")


def overtaken(steps, bench):
    """A phone that never answers, and a slot that ends meanwhile: the new identifiers do not wait for it."""
    identity = Identity()
    bench.phone.tell("stall", value=True)
    since = bench.show(FOREGROUND, os.urandom(12))
    bench.phone.wait_for("read", since=since)
    began = time.monotonic()
    machine.set_clock(int(time.time()) // SLOT * SLOT + SLOT)

    def ours(entry):
        found = beacon.recognise(entry["data"])
        return found is not None and found.id in identity.allowed(found.format, entry["time"])
    heard = bench.phone.wait_for("heard", ours, since=began)
    steps.check(heard["monotonic"] - began < 15, "a slot that ends during a read changes the identifiers at once",
                heard["monotonic"] - began)
    ended = bench.phone.wait_for("disconnected", since=began)
    steps.check(ended["monotonic"] - began < 20, "and the read is given up", ended["monotonic"] - began)
    bench.phone.tell("stall", value=False)
    wrong = [entry for entry in bench.phone.events("heard", since)
             if (found := beacon.recognise(entry["data"])) and entry["random"] is False]
    steps.check(not wrong, "no advert of ours came under a public address", wrong[:1])


def read_back(steps, bench):
    """An iPhone that we connect to can read us in return, where that is asked for too."""
    bench.phone.tell("read_back", value=True)
    for is_asked_for in (False, True):
        if is_asked_for:
            with open(ASKING, "a", encoding="ascii") as stream:
                stream.write("ServeIdentifier=yes\n")
            machine.run("systemctl", "restart", daemon.UNIT, limit=180)
        since = bench.show(FOREGROUND, os.urandom(12))
        answer = bench.phone.wait_for("read-back", since=since)
        if is_asked_for:
            allowed = Identity().allowed(beacon.BLUEZONE, time.time())
            steps.check(answer["value"] in allowed, "asked for, it is the identifier on the air that is read", answer)
        else:
            steps.check(not answer["value"], "nobody reads our identifier by GATT unless its owner asks for it", answer)
        bench.phone.wait_for("disconnected", since=since)
    bench.phone.tell("read_back", value=False)


def status(steps):
    told = json.loads(machine.run("bluezonectl", "status", "--json", check=False))
    steps.check(told["handover"] == ["read", "serve"] and told["handoversRead"] >= 1,
                "the status says that iPhones are read, and with what success",
                {name: told[name] for name in told if name.startswith("handover")})
    steps.check("read our identifier" in machine.run("bluezonectl", "status", check=False), "and so it does in words")

# SPDX-License-Identifier: GPL-3.0-or-later
"""What is heard becomes sightings with the right bytes, RSSI and time; what is malformed does not."""

import os
import time

from . import beacon, captured, daemon
from .beacon import BLUEZONE, EXPOSURE_NOTIFICATION
from .bench import OURS, THEIRS, Peer
from .phone import Phone
from .steps import wait_for

NEW_RSSI = -41


def run(steps, bench, _identity):
    started = daemon.restarts()
    phones = {
        "an iPhone (31 bytes, flags)": Phone(bench, "iphone", EXPOSURE_NOTIFICATION, rssi=-58, flags=0x1A),
        "an Android phone (28 bytes, no flags)": Phone(bench, "android", EXPOSURE_NOTIFICATION, rssi=-71),
        "a Bluezone phone (connectable)": Phone(bench, "bluezone", BLUEZONE, rssi=-64, flags=0x02, pdu="ADV_IND"),
        "a far phone": Phone(bench, "far", EXPOSURE_NOTIFICATION, rssi=-97),
    }
    troublemakers(bench)
    since = time.monotonic()
    for title, phone in phones.items():
        becomes_sighting(steps, bench, title, phone.name, phone.send(), since)
    nearer(steps, bench, phones["an Android phone (28 bytes, no flags)"])
    for phone in phones.values():
        phone.silence()
    bluez_peer(steps, bench)
    captured.become_sightings(steps, bench)
    nothing_malformed(steps, bench, started)


def becomes_sighting(steps, bench, title, sender, sent, since):
    found = daemon.wait_for_sighting(title, sent.id)
    heard = bench.log.heard_by(OURS, sender, since)
    close = daemon.heard_at(heard, found["time"])
    steps.check(found["format"] == sent.format and daemon.same_metadata(found, sent), f"{title}: sighted with its bytes", found)
    steps.check(close, f"{title}: at a time when the air says it was heard",
                (found["time"], [record["time"] for record in heard[:5]]))
    levels = {record["rssi"] for record in close}
    steps.check(found["rssi"] in levels, f"{title}: with the RSSI it was heard at", (found["rssi"], levels))
    steps.check(min(levels, default=0) <= found["mean"] <= max(levels, default=0), f"{title}: and a mean between what was heard",
                (found["mean"], levels))


def nearer(steps, bench, phone):
    """The phone comes nearer: a later scan has to say so."""
    bench.rssi(phone.name, "*", NEW_RSSI)
    found = daemon.wait_for_sighting("it with its new RSSI", phone.sent.id, lambda sighting: sighting["rssi"] == NEW_RSSI)
    steps.check(found.get("previousScan") is None or found["previousScan"] <= found["time"],
                "a phone that comes nearer is sighted again with its new RSSI, after the scan before", found)


def bluez_peer(steps, bench):
    payload = os.urandom(20)
    since = time.monotonic()
    sent = beacon.Beacon(EXPOSURE_NOTIFICATION, payload[:16].hex(), payload[16:].hex())
    with Peer("--adapter", bench.adapter(THEIRS), "--advertise", f"{EXPOSURE_NOTIFICATION}:{payload.hex()}") as peer:
        peer.wait_for("registered")
        becomes_sighting(steps, bench, "another program on BlueZ", THEIRS, sent, since)


# Marked, so that a trace of any of them in the journal is found by these bytes.
MARK = bytes.fromhex("badbadbad0")
EN_UUID, BZ_UUID, BZ_COMPANY = beacon.EXPOSURE_NOTIFICATION_UUID, beacon.BLUEZONE_UUID, beacon.BLUEZONE_COMPANY
MALFORMED = {
    "short": beacon.exposure_notification_data(MARK + bytes(6)),
    "long": beacon.exposure_notification_data(MARK + bytes(18)),
    "cut": beacon.structure(beacon.UUIDS_ALL, EN_UUID) + b"\x17\x16" + EN_UUID + MARK + bytes(10),
    "half": beacon.bluezone_data(MARK + bytes(6)),
    "stranger": beacon.structure(beacon.UUIDS_ALL, b"\x0d\x18") +
                beacon.structure(beacon.MANUFACTURER_DATA, b"\x4c\x00" + MARK + bytes(7)),
    "noise": b"\xff" * 8 + MARK,
    "nothing": b"\x00" * 3,
}


def troublemakers(bench):
    for number, (name, data) in enumerate(MALFORMED.items()):
        bench.peer(name, f"3A:00:00:00:01:{number:02X}", data, rssi=-40, interval=110)


def nothing_malformed(steps, bench, started):
    for name in MALFORMED:
        wait_for(f"{name} to be heard", lambda name=name: bench.log.heard_by(OURS, name))
        bench.unpeer(name)
    stored = [found for found in daemon.sightings() if MARK.hex() in found["id"] + (found.get("metadata") or "")]
    steps.check(not stored, "malformed and strange adverts become no sightings", stored)
    steps.check(daemon.active() and daemon.restarts() == started, "and the daemon runs on", daemon.status_text())

# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones that nobody here wrote: Bumble, a Bluetooth stack of its own, on a third controller of the air. It plays a Bluezone
phone and Exposure Notification phones, and hears what we send."""

import json
import os
import signal
import time

from . import beacon, daemon, machine, oracle, strangers
from .beacon import BLUEZONE, EXPOSURE_NOTIFICATION
from .bench import OURS
from .bumble import BumblePeer, resolvable_address
from .phone import METADATA
from .steps import wait_for

STATION = "bumble"
ADDRESS = "00:1A:7D:00:00:09"
BURST = 15
RSSI = -62
# Seconds for strangers who came by between two scans to do so again.
AGAIN = 240


def run(steps, bench, identity):
    if not bench.bumble:
        steps.note("skipped: Bumble could not be fetched")
        return
    with plugged_in(bench) as phone:
        bench.rssi(STATION, "*", RSSI)
        exposure_notification(steps, phone)
        bluezone(steps, bench, phone)
        strangers_pass(steps, bench, phone)
        hears_us(steps, phone, identity)
    bench.ask("unplug", name=STATION)


def plugged_in(bench):
    """Bumble has to take the adapter before bluetoothd switches it on, so bluetoothd is held for that moment."""
    number = 1 + max(plugged["hci"] for plugged in bench.ask("state")["controllers"].values())
    peer = BumblePeer(bench.bumble, "radio", number)
    peer.wait_for("loaded")
    bluetoothd = int(machine.unit_property("bluetooth.service", "MainPID"))
    os.kill(bluetoothd, signal.SIGSTOP)
    try:
        plugged = bench.ask("plug", name=STATION, address=ADDRESS)
        if plugged["hci"] != number:
            raise RuntimeError(f"the adapter is hci{plugged['hci']}, not hci{number}")
        peer.wait_for("taken")
    finally:
        os.kill(bluetoothd, signal.SIGCONT)
    peer.wait_for("ready")
    return peer


def exposure_notification(steps, phone):
    """31 bytes as iPhones send them, 28 as Android phones do."""
    for title, flags in {"an iPhone (31 bytes)": 0x1A, "an Android phone (28 bytes)": None}.items():
        key = os.urandom(16)
        identifier = oracle.rolling_identifier(key, int(time.time()) // oracle.INTERVAL)
        metadata = oracle.crypt_metadata(key, identifier, METADATA)
        data = beacon.exposure_notification_data(identifier + metadata, flags)
        phone.tell("advertise", address=resolvable_address(), data=data.hex(), interval=250)
        found = daemon.wait_for_sighting(title, identifier.hex())
        steps.check((found["format"], found["metadata"], found["rssi"]) == (EXPOSURE_NOTIFICATION, metadata.hex(), RSSI),
                    f"Bumble as {title}: sighted with its bytes and its RSSI", found)
        found = matched(key, found)
        steps.check(found, f"Bumble as {title}: its key matches what was sighted")
        phone.tell("silence")


def matched(key, sighting):
    """Whether bluezonectl finds the sighting among the identifiers of the phone's key."""
    day = daemon.day_of(sighting["time"])
    return sighting["id"] in daemon.derive(sighting["format"], key.hex(), day)["identifiers"]


def bluezone(steps, bench, phone):
    """Connectable, and in the background 15 s on and 15 s off."""
    key = os.urandom(32)
    identifier = oracle.bluezone_identifiers(key)[oracle.slot(BLUEZONE, time.time())]
    data = beacon.bluezone_data(identifier, 0x02)
    since = time.monotonic()
    bursts = []
    for _ in range(2):
        begin = time.time()
        phone.tell("advertise", address=resolvable_address(), data=data.hex(), interval=100, connectable=True)
        pause(BURST)
        phone.tell("silence")
        bursts.append((begin, time.time()))
        pause(BURST)
    found = daemon.wait_for_sighting("it", identifier.hex())
    steps.check((found["format"], found["rssi"]) == (BLUEZONE, RSSI), "Bumble as a Bluezone phone: sighted with its bytes and its RSSI",
                found)
    steps.check(matched(key, found), "Bumble as a Bluezone phone: its key matches what was sighted")
    wait_for("a scan's end", lambda: time.time() > bursts[1][1] + 2 * (daemon.WINDOW + daemon.PAUSE))
    times = [sighting["time"] for sighting in daemon.sightings() if sighting["id"] == identifier.hex()]
    slack = daemon.WINDOW + 3
    for number, (begin, end) in enumerate(bursts, 1):
        steps.check(any(begin - slack <= at <= end + slack for at in times), f"and in its burst {number} of two", (bursts, times))
    kinds = {record["pdu"] for record in bench.log.adverts(STATION, since)}
    steps.check(kinds == {"ADV_IND"}, "it is connectable, and nobody connects to it", kinds)


def strangers_pass(steps, bench, phone):
    """Three hundred devices that have nothing to do with us come by, one after the other, malformed adverts among them. Who comes
    between two scans comes again."""
    since, started = time.monotonic(), daemon.restarts()
    known = {found["id"] for found in daemon.sightings()}
    kinds = list(strangers.KINDS)
    adverts = [{"address": resolvable_address(), "data": strangers.KINDS[kinds[number % len(kinds)]]().hex(),
                "connectable": number % 2 == 0} for number in range(strangers.COUNT)]
    left, end, rounds = adverts, None, 0
    while left and (end is None or time.monotonic() < end):
        for first in range(0, len(left), 50):
            phone.tell("pass_by", adverts=left[first:first + 50], dwell=0.06)
        left, end, rounds = unheard(bench, adverts, since), end or time.monotonic() + AGAIN, rounds + 1
    pause(2 * (daemon.WINDOW + daemon.PAUSE))
    left = unheard(bench, adverts, since)
    steps.check(not left, f"Bumble as {strangers.COUNT} strangers: every one of them was heard, after {rounds} rounds",
                f"{len(left)} were not: {left[:3]}")
    found = [sighting for sighting in daemon.sightings() if sighting["id"] not in known]
    steps.check(not found, "none of them became a sighting", found[:2])
    steps.check(daemon.active() and daemon.restarts() == started, "and the daemon runs on", daemon.status_text())


def unheard(bench, adverts, since):
    """Those of whom nothing went up to our host; adverts that say nothing count here as others do."""
    heard = {record["address"] for record in bench.log.packets(STATION, since)
             if any(hearing["by"] == OURS and hearing["reported"] for hearing in record.get("heard", ()))}
    return [advert for advert in adverts if advert["address"] not in heard]


def hears_us(steps, phone, identity):
    since = time.monotonic()
    phone.tell("listen")
    for beacon_format in beacon.FORMATS:
        def ours(entry, wanted=beacon_format):
            found = beacon.recognise(entry["data"])
            return found and found.format == wanted and found.id in identity.allowed(wanted, entry["time"])
        heard = phone.wait_for("heard", ours, since=since)
        steps.check(heard["random"] and not heard["connectable"] and int(heard["address"][:2], 16) >> 6 == 0,
                    f"Bumble hears our {beacon_format} beacon: right for its moment, not connectable, address non-resolvable", heard)
    pause(BURST)
    records = [entry for entry in phone.events("heard", since) if beacon.recognise(entry["data"])]
    wrong = [entry for entry in records if identity.right(entry) is None]
    steps.check(not wrong, f"and all {len(records)} that it heard decode to what our keys give", wrong[:2])
    metadata = [identity.metadata(found, entry["time"]) for entry in records
                if (found := beacon.recognise(entry["data"])).format == EXPOSURE_NOTIFICATION]
    steps.check(metadata and all(found[0] in (0x40, 0x50) for found in metadata), "with metadata that decrypts", metadata[:1])


def pause(seconds):
    end = time.monotonic() + seconds
    wait_for(f"{seconds} s", lambda: time.monotonic() > end)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Scans in pairs of windows hear a phone that is silent half of the time; identifiers that somebody repeats do not count."""

import json
import time

from . import daemon, machine
from .beacon import BLUEZONE, EXPOSURE_NOTIFICATION
from .bench import OURS
from .phone import Phone
from .steps import wait_for

# The published app in the background.
TURN = 15
TURNS = 5
PAIRED = daemon.CONFIGURATION.replace(f"WindowSeconds={daemon.WINDOW}\nPauseSeconds={daemon.PAUSE}\n", "Profile=balanced\n")


def run(steps, bench, identity):
    configure(PAIRED, "balanced")
    try:
        hears_in_every_scan(steps, bench)
    finally:
        configure(daemon.CONFIGURATION, "custom")
    relayed(steps, bench, identity)
    replayed(steps, bench)


def configure(text, profile):
    daemon.DROP_IN.write_text(text, encoding="ascii")
    machine.run("systemctl", "reload", daemon.UNIT)
    wait_for(f"profile {profile}", lambda: status()["scanProfile"] == profile)


def hears_in_every_scan(steps, bench):
    always = Phone(bench, "always", EXPOSURE_NOTIFICATION, rssi=-60, interval=250)
    turning = Phone(bench, "turning", BLUEZONE, rssi=-60, flags=0x02, pdu="ADV_IND", interval=100)
    always.send()
    begin = time.time()
    for _ in range(TURNS):
        turning.send()
        time.sleep(TURN)
        turning.silence()
        time.sleep(TURN)
    end = time.time() - 2 * TURN
    found = {phone: scans(phone.sent.id, begin, end) for phone in (always, turning)}
    always.silence()
    steps.check(len(found[always]) >= 2, f"a phone that always sends is in every scan of {TURNS * 2 * TURN} s", found[always])
    steps.check(found[always] <= found[turning], "one that is silent for 15 s of 30 s is in each of them too", found)
    share = status()["listeningShare"]
    steps.check(0 < share < 90, "and the status says how much was listened", share)


def scans(identifier, begin, end):
    """Which scans heard somebody, by the time of the scan before each."""
    return {found["previousScan"] for found in daemon.sightings() if found["id"] == identifier and begin < found["time"] < end}


def relayed(steps, bench, identity):
    """A stranger sends what we send."""
    own = identity.wait_for_ours(bench, OURS, time.monotonic() - 60)
    for number, (beacon_format, record) in enumerate(own.items()):
        bench.peer(f"relay-{beacon_format}", f"3A:00:00:00:02:{number:02X}", bytes.fromhex(record["data"]), rssi=-50, interval=150)
    wait_for("the warning", lambda: "relayed" in warnings())
    steps.check(status()["ownHeard"] >= 2, "own identifiers that somebody repeats are counted, and the status warns", status())
    for beacon_format in own:
        bench.unpeer(f"relay-{beacon_format}")
    ours = {identity.right(record, record["time"]).id for record in own.values()}
    kept = [found for found in daemon.sightings() if found["id"] in ours]
    steps.check(not kept, "and never recorded", kept)


def replayed(steps, bench):
    """A phone's identifier goes on being sent for longer than any phone would."""
    phone = Phone(bench, "replayed", EXPOSURE_NOTIFICATION, rssi=-60)
    sent = phone.send()
    first = daemon.wait_for_sighting("a phone", sent.id)
    steps.check("replay" not in first and status()["replaysToday"] == 0, "an identifier's first sighting is no replay", first)
    machine.set_clock(time.time() + 25 * 60)
    late = daemon.wait_for_sighting("the same 25 minutes later", sent.id, lambda found: found.get("replay"))
    steps.check(late["time"] - first["time"] > 20 * 60, "one more than 20 minutes later is marked in the journal", late)
    wait_for("the count of replays", lambda: status()["replaysToday"] > 0)
    steps.check(True, "and counted in the status")
    phone.silence()


def status():
    return json.loads(machine.run("bluezonectl", "status", "--json"))


def warnings():
    return {warning["kind"] for warning in status()["warnings"]}

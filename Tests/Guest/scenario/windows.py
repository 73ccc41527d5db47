# SPDX-License-Identifier: GPL-3.0-or-later
"""Scans of several windows hear a phone that is silent half of the time; identifiers that somebody repeats do not count."""

import time

from . import daemon, machine
from .beacon import BLUEZONE, EXPOSURE_NOTIFICATION
from .bench import OURS
from .phone import Phone
from .steps import wait_for

# The published app in the background.
TURN = 15
# How many turns to watch with each profile, and for how many of them a scan takes at most.
PROFILES = {"balanced": (5, 1), "continuous": (6, 2)}
# Whether to leave them out: the simulation has them too.
IS_BRIEF = False


def run(steps, bench, identity):
    for profile in () if IS_BRIEF else PROFILES:
        try:
            configure(daemon.CONFIGURATION.replace(
                f"WindowSeconds={daemon.WINDOW}\nPauseSeconds={daemon.PAUSE}\n", f"Profile={profile}\n"), profile)
            hears_in_every_scan(steps, bench, profile)
            begun = time.monotonic()
            both = identity.wait_for_ours(bench, OURS, begun, each=True)
            steps.check(True, f"{profile}: and is heard itself, with {' and '.join(both)}")
        finally:
            configure(daemon.CONFIGURATION, "custom")
    relayed(steps, bench, identity)
    replayed(steps, bench)


def configure(text, profile):
    daemon.DROP_IN.write_text(text, encoding="ascii")
    machine.run("systemctl", "reload", daemon.UNIT)
    wait_for(f"profile {profile}", lambda: daemon.status().get("scanProfile") == profile)


def hears_in_every_scan(steps, bench, profile):
    turns, longest = PROFILES[profile]
    always = Phone(bench, "always", EXPOSURE_NOTIFICATION, rssi=-60, interval=250)
    turning = Phone(bench, "turning", BLUEZONE, rssi=-60, flags=0x02, pdu="ADV_IND", interval=100)
    always.send()
    begin = time.time()
    for _ in range(turns):
        # One identifier all the while, whatever slot it is.
        turning.send(begin)
        time.sleep(TURN)
        turning.silence()
        time.sleep(TURN)
    # Scans that have ended: one that began earlier than this has. It may have heard the one that turns only in its last window, and
    # says then when it began itself.
    scan = longest * 2 * TURN
    ended = time.time() - scan
    heard = scans(always.sent.id, begin, ended)
    missed = heard - scans(turning.sent.id, begin - scan, time.time())
    always.silence()
    seconds = turns * 2 * TURN - scan
    steps.check(len(heard) >= 2, f"{profile}: a phone that always sends is in every scan of {seconds} s", heard)
    steps.check(not missed, f"{profile}: one that is silent for 15 s of 30 s is in each of them too", missed)
    share = daemon.status()["listeningShare"]
    steps.check(0 < share < 100, f"{profile}: and the status says how much was listened ({share} %)", share)


def scans(identifier, begin, end):
    """Which scans heard somebody, by the time of the scan before each."""
    return {found["previousScan"] for found in daemon.sightings() if found["id"] == identifier and begin < found["time"] < end}


def relayed(steps, bench, identity):
    """A stranger sends what we send."""
    own = identity.wait_for_ours(bench, OURS, time.monotonic() - 60)
    for number, (beacon_format, record) in enumerate(own.items()):
        bench.peer(f"relay-{beacon_format}", f"3A:00:00:00:02:{number:02X}", bytes.fromhex(record["data"]), rssi=-50, interval=150)
    wait_for("the warning", lambda: "relayed" in daemon.warnings())
    steps.check(daemon.status()["ownHeard"] >= 2, "own identifiers that somebody repeats are counted, and the status warns", daemon.status())
    for beacon_format in own:
        bench.unpeer(f"relay-{beacon_format}")
    ours = {identity.right(record, record["time"]).id for record in own.values()}
    kept = [found for found in daemon.sightings() if found["id"] in ours]
    steps.check(not kept, "and never recorded", kept)


def replayed(steps, bench):
    """A phone's identifier goes on being sent for longer than any phone would."""
    before = daemon.status()["replaysToday"]
    phone = Phone(bench, "replayed", EXPOSURE_NOTIFICATION, rssi=-60)
    sent = phone.send()
    first = daemon.wait_for_sighting("a phone", sent.id)
    steps.check("replay" not in first and daemon.status()["replaysToday"] == before, "an identifier's first sighting is no replay", first)
    machine.set_clock(time.time() + 25 * 60)
    late = daemon.wait_for_sighting("the same 25 minutes later", sent.id, lambda found: found.get("replay"))
    steps.check(late["time"] - first["time"] > 20 * 60, "one more than 20 minutes later is marked in the journal", late)
    wait_for("the count of replays", lambda: daemon.status()["replaysToday"] > before)
    steps.check(True, "and counted in the status")
    phone.silence()

# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine really sleeps, to memory with its devices off, across the end of a slot, and a clock's alarm wakes it: nothing of before
goes out, what belongs there comes back by itself, and the time asleep is no time near anybody."""

import collections
import math
import threading
import time

from . import daemon, machine
from .aftermath import nothing_shown, well_again
from .beacon import BLUEZONE, EXPOSURE_NOTIFICATION
from .bench import OURS
from .phone import Phone
from .steps import wait_for

SLOT = 900
# Seconds before a slot's end that the clock is set to, and after one that the machine wakes.
BEFORE, AFTER = 50, 25
# How long it sleeps at least. In less an alarm could come before a slow machine is asleep, and nothing would wake it.
LEAST = 40
SECONDS = LEAST
# Long windows, so that one is open when it falls asleep; and a silence that is shorter than the sleep.
CONFIGURATION = """\
[Scan]
WindowSeconds=30
PauseSeconds=5

[Radio]
SilenceMinutes=1
"""
EXTRA = daemon.DROP_IN.with_name("94-sleeps.conf")

Clocks = collections.namedtuple("Clocks", "wall boot monotonic")


def clocks():
    return Clocks(*map(time.clock_gettime, (time.CLOCK_REALTIME, time.CLOCK_BOOTTIME, time.CLOCK_MONOTONIC)))


class Watch(threading.Thread):
    """Sees the machine sleep: `before` and `after` are the last clocks of before and the first of when programs ran again."""

    def __init__(self):
        super().__init__(daemon=True)
        self.before = self.after = None
        self.start()

    def run(self):
        last = clocks()
        while self.after is None:
            time.sleep(0.02)
            now = clocks()
            if gap(last, now) > 5:
                self.before, self.after = last, now
            last = now


def gap(before, after):
    """The seconds between two moments in which only the clock that counts sleep went on."""
    return (after.boot - before.boot) - (after.monotonic - before.monotonic)


def run(steps, bench, identity):
    EXTRA.write_text(CONFIGURATION, encoding="ascii")
    machine.run("systemctl", "start", "systemd-logind")
    machine.run("systemctl", "restart", daemon.UNIT, limit=180)
    neighbour = Phone(bench, "neighbour", EXPOSURE_NOTIFICATION, rssi=-71)
    neighbour.send()
    daemon.wait_for_sighting("the neighbour", neighbour.sent.id)
    try:
        waited_for(steps, bench, identity, neighbour)
        # logind asks it whether it may wait for us.
        machine.run("systemctl", "mask", "--runtime", "--now", "polkit")
        machine.run("systemctl", "restart", daemon.UNIT, limit=180)
        not_waited_for(steps, bench, identity)
    finally:
        neighbour.silence()
        machine.run("systemctl", "unmask", "--runtime", "polkit")
        EXTRA.unlink()
        machine.run("systemctl", "restart", daemon.UNIT, limit=180)


def waited_for(steps, bench, identity, neighbour):
    wait_for("the daemon to ask logind to wait for it", lambda: "bluezoned" in machine.inhibitors())
    usual, program = daemon.warnings(), machine.unit_property(daemon.UNIT, "MainPID")
    wait_for("the end of a scan", lambda: not bench.scanning(OURS))
    wait_for("a scan", lambda: bench.scanning(OURS))
    begun, end = set_before_slots_end(bench, identity)
    # Somebody is near just before it, and gone after it.
    passer = Phone(bench, "passer", BLUEZONE, rssi=-60)
    passer.send()
    bench.log.wait_for_advert("passer", "the passer to be heard", lambda record: any(one["by"] == OURS for one in record["heard"]), begun)
    before = {record["address"] for record in bench.log.adverts(OURS)}
    seconds, watch = until_after(end, SECONDS), Watch()
    with machine.falling_asleep(seconds):
        asked = time.monotonic()
        wait_for("silence before the sleep", lambda: not bench.adverts_now(OURS), limit=5)
        steps.check(True, f"all left the air before the sleep, within {time.monotonic() - asked:.1f} s of asking for it")
        passer.silence()
    slept(steps, watch, seconds, end)
    awake = well_again(steps, bench, identity, "awake", watch.after.monotonic, before)
    steps.note(f"on the air {awake:.1f} s after programs ran again")
    adverts = bench.log.adverts(OURS, watch.before.monotonic)
    wrong = [record for record in adverts if identity.right(record) is None or record["address"] in before]
    steps.check(not wrong, f"none of {len(adverts)} adverts since is of before, each belongs to its moment", wrong[:2], final=True)
    nothing_shown(steps, bench, "awake", begun, bench.log.adverts(OURS, begun))
    steps.check(machine.unit_property(daemon.UNIT, "MainPID") == program, "the daemon is the one of before", daemon.status_text())
    told(steps, watch, usual)
    near(steps, watch, neighbour, passer)


def not_waited_for(steps, bench, identity):
    """Where logind may not wait for it, one advertisement of before may go out on waking, and no more than that."""
    begun, end = set_before_slots_end(bench, identity)
    steps.check("bluezoned" not in machine.inhibitors(), "without polkit logind does not wait for the daemon")
    before = {record["address"] for record in bench.log.adverts(OURS)}
    seconds, watch = until_after(end, LEAST), Watch()
    machine.sleep_at_once(seconds)
    slept(steps, watch, seconds, end)
    awake = well_again(steps, bench, identity, "awake, not waited for", watch.after.monotonic, before)
    adverts = bench.log.adverts(OURS, watch.before.monotonic)
    wrong = [record for record in adverts if identity.right(record) is None or record["address"] in before]
    steps.check(len({record["data"] for record in wrong}) <= 1, f"of {len(adverts)} adverts since {len(wrong)} are of before, "
                f"and on the air {awake:.1f} s after programs ran again", wrong[:3])
    nothing_shown(steps, bench, "awake, not waited for", begun, bench.log.adverts(OURS, begun))


def set_before_slots_end(bench, identity):
    """Returns the monotonic time when the clock was set, and the wall clock time of the slot's end."""
    begun, end = time.monotonic(), (int(time.time()) // SLOT + 1) * SLOT
    machine.set_clock(end - BEFORE)
    identity.wait_for_ours(bench, OURS, begun)
    return begun, end


def until_after(end, least):
    """For how long to sleep at least so long and wake a little after a slot's end."""
    slots = max(0, math.ceil((time.time() + least - end - AFTER) / SLOT))
    return end + AFTER + slots * SLOT - time.time()


def slept(steps, watch, seconds, end):
    wait_for("the sleep to have been seen", lambda: watch.after)
    was, now = watch.before, watch.after
    gone = gap(was, now)
    steps.check(abs(gone - seconds) < 15, f"the machine slept: the clock that counts sleep went on by {gone:.1f} s more", (was, now))
    wall = (now.wall - was.wall) - (now.boot - was.boot)
    steps.check(abs(wall) < 3, f"the wall clock went on too, to within {abs(wall):.1f} s", wall)
    steps.check(was.wall < end < now.wall,
                f"it fell asleep {end - was.wall:.0f} s before a slot's end and woke {now.wall - end:.0f} s after it", (was, end, now))


def told(steps, watch, usual):
    """What the owner sees. Longer than what the daemon takes for a suspicious silence."""
    seen, until = set(), time.monotonic() + 90
    while time.monotonic() < until:
        seen |= daemon.warnings()
        time.sleep(2)
    steps.check(seen <= usual, "the status warns of nothing more than before, for 90 s", seen - usual)
    lines = [entry for entry in machine.journal(f"_SYSTEMD_UNIT={daemon.UNIT}", since=watch.before.monotonic - 5)]
    for entry in lines:
        steps.note(f"  the journal: {entry['MESSAGE']}")
    loud = [entry["MESSAGE"] for entry in lines if int(entry["PRIORITY"]) <= 4]
    steps.check(not loud, "nor does its journal", loud)
    steps.note("the status: " + machine.run("bluezonectl", "status").replace("\n", "\n#            "))


def near(steps, watch, neighbour, passer):
    """How long the journal says that somebody was near."""
    was, now = watch.before.wall, watch.after.wall
    found = daemon.sightings()
    asleep = [one for one in found if was + 2 < one["time"] < now - 2]
    steps.check(not asleep, "no sighting is of the time asleep", asleep)
    passed = [one for one in found if one["id"] == passer.sent.id]
    steps.check(len(passed) == 1 and passed[0]["time"] <= was and worth(passed[0]) <= 60,
                "who was heard in the scan that the sleep cut off, and not after it, was near for that scan alone", passed)
    stayed = [one for one in found if one["id"] == neighbour.sent.id]
    last = max((one["time"] for one in stayed if one["time"] <= was), default=None)
    back = next((one for one in stayed if one["time"] > now - 2), None)
    if steps.check(None not in (last, back), "who stayed was sighted before and after", stayed):
        previous = "unknown" if back.get("previousScan") is None else f"{back['time'] - back['previousScan']:.0f} s earlier"
        steps.note(f"{was - last:.0f} s before it fell asleep and {back['time'] - now:.0f} s after it woke; the previous scan: {previous}")
        steps.check(worth(back) <= 300, f"and the sighting after it stands for {worth(back)} s", back)


def worth(sighting):
    """The seconds that a sighting stands for (docs/exposure.md)."""
    if sighting.get("previousScan") is None:
        return 120
    return 60 * min(5, max(0, int(sighting["time"] // 60 - sighting["previousScan"] // 60)))

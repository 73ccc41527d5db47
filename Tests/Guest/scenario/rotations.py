# SPDX-License-Identifier: GPL-3.0-or-later
"""Many rotations in a row, each reached by setting the clock to just before a slot's end: a fresh address with every new
identifier, and hardly any silence in between. Half of them while another program scans on the same adapter: without advertising sets
a new address then waits for that scan's next pause, and nothing is on the air until it comes."""

import statistics
import time

from . import machine
from .beacon import FORMATS, recognise
from .bench import OURS, PUBLIC_ADDRESSES, Peer
from .identity import exposed, linked_addresses
from .oracle import BLUEZONE_SLOT
from .steps import Failed

COUNT = 12
LEAD = 0.4
# Seconds for which nothing of ours is on the air, in the middle.
LIMIT = 0.3
NOTHING = "nothing on the air"
# Seconds of a scan, and of the pause after it.
SCAN = 2
# On controllers without advertising sets nobody can register while anybody scans; the daemon tries for half a minute.
LONGEST = 40


def run(steps, bench, identity):
    rotate(steps, bench, identity, "alone", COUNT)
    if bench.kind == "legacy":
        # Without pauses nobody gets a new address on a controller without advertising sets.
        with Peer("--adapter", "hci0", "--scan-for", str(SCAN)) as peer:
            peer.wait_for("discovering")
            rotate(steps, bench, identity, "while other programs scan now and then", COUNT, SCAN + 2)
            scans = len(peer.events("discovering"))
        steps.check(scans >= COUNT // 4, f"there were {scans} scans meanwhile", scans)
        return
    with Peer("--adapter", "hci0", "--discover") as peer:
        peer.wait_for("discovering")
        rotate(steps, bench, identity, "while another program scans", COUNT)


def rotate(steps, bench, identity, title, count, limit=LIMIT):
    """So many rotations, half of them with nothing on the air for less than `limit` seconds; how long each format was off it is told."""
    begun, title = time.monotonic(), f"{count} rotations {title}"
    # Who was not on the air before cannot be missed on it.
    identity.wait_for_ours(bench, OURS, begun)
    try:
        rounds = [next_slot(bench, identity) for _ in range(count)]
    finally:
        # What was on the air is judged even where the rest does not come.
        judge(steps, bench, title, begun, count * formats_at_once(bench))
    for what in rounds[0]:
        gaps = [measured[what] for measured in rounds]
        middle, high = statistics.median(gaps), sorted(gaps)[int(len(gaps) * 0.9)]
        # One format waits for the other in the queue of commands, and the machine is emulated and often busy.
        steps.check(middle < (limit if what == NOTHING else limit + 0.7), f"{title}: {what} for {middle * 1000:.0f} ms (median), {high * 1000:.0f} ms (nine of ten), at most "
                    f"{max(gaps) * 1000:.0f} ms; {sum(gap > LIMIT for gap in gaps)} times over {LIMIT * 1000:.0f} ms", gaps)


def judge(steps, bench, title, begun, wanted):
    """So many identifiers since the monotonic time `begun`, and their addresses."""
    records = bench.log.adverts(OURS, begun)
    seen = {}
    for record in records:
        beacon = recognise(record["data"])
        if beacon:
            seen.setdefault(beacon, set()).add(record["address"])
    identifiers = len(seen)
    steps.check(identifiers >= wanted, f"{title}: {identifiers} identifiers were on the air", identifiers)
    addresses = [address for several in seen.values() for address in several]
    linked = linked_addresses(records, bench.kind)
    steps.check(not linked, f"{title}: every one under addresses of its own ({len(set(addresses))})", linked, final=True)
    shown = exposed(bench.log.packets(OURS, begun), PUBLIC_ADDRESSES[OURS])
    steps.check(not shown, f"{title}: every one under a non-resolvable private address, no scan request under a public one", shown[:2],
                final=True)


def next_slot(bench, identity):
    """Lets one slot end; returns for how many seconds nothing of ours was on the air and, where both formats are there at once, for
    how many each was not, as {what: seconds}."""
    boundary = (int(time.time()) // BLUEZONE_SLOT + 1) * BLUEZONE_SLOT
    machine.set_clock(boundary - LEAD)
    begun = time.monotonic()
    while time.time() < boundary:
        time.sleep(0.02)
    crossed = time.monotonic() - (time.time() - boundary)
    while True:
        records = bench.log.adverts(OURS, begun - LONGEST)
        new = first_new(identity, records, crossed)
        if len(new) >= formats_at_once(bench):
            break
        if time.monotonic() - begun > LONGEST:
            raise Failed(f"no rotation within {LONGEST} s")
        time.sleep(0.1)
    left = last_old(records, bench.log.switched_off(OURS, begun - LONGEST), crossed)
    return silences(left, new, formats_at_once(bench) > 1)


def first_new(identity, records, crossed):
    """When each format's identifier of after the slot's end was on the air for the first time: {format: monotonic time}."""
    old = beacons_before(records, crossed)
    found = {}
    for record in records:
        beacon = identity.right(record) if record["monotonic"] >= crossed else None
        if beacon and beacon not in old:
            found.setdefault(beacon.format, record["monotonic"])
    return found


def last_old(records, switched_off, crossed):
    """When the last of each format's identifiers of before the slot's end was taken off the air: {format: monotonic time}. That is when
    the controller was told so; where it never was, it counts from its last packet."""
    old = beacons_before(records, crossed)
    last = {beacon.format: record for record in records if (beacon := recognise(record["data"])) in old}
    return {beacon_format: next((off["monotonic"] for off in switched_off if off["address"] == record["address"]
                                 and off["monotonic"] >= record["monotonic"]), record["monotonic"])
            for beacon_format, record in last.items()}


def beacons_before(records, crossed):
    return {beacon for record in records if record["monotonic"] < crossed and (beacon := recognise(record["data"]))}


def silences(left, new, each):
    """{what: seconds}, of these two: none where the new was there before the old had gone."""
    found = {NOTHING: min(new.values()) - max(left.values())}
    if each:
        found |= {f"{beacon_format} off the air": new[beacon_format] - left[beacon_format] for beacon_format in FORMATS}
    return {what: max(0.0, seconds) for what, seconds in found.items()}


def formats_at_once(bench):
    """How many formats are on the air at once: without advertising sets each has its turn, the other one after each step."""
    return 1 if bench.kind == "legacy" else len(FORMATS)

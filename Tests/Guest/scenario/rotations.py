# SPDX-License-Identifier: GPL-3.0-or-later
"""Many rotations in a row, each reached by setting the clock to just before a slot's end: a fresh address with every new
identifier, and hardly any silence in between. Half of them while another program scans on the same adapter."""

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
# On controllers without advertising sets nobody can register while anybody scans; the daemon tries for half a minute.
LONGEST = 40


def run(steps, bench, identity):
    rotate(steps, bench, identity, "alone", COUNT)
    if bench.kind == "legacy":
        # Off the air for as long as the other one scans: that is the faults' subject.
        return
    with Peer("--adapter", "hci0", "--discover") as peer:
        peer.wait_for("discovering")
        rotate(steps, bench, identity, "while another program scans", COUNT)


def rotate(steps, bench, identity, title, count):
    begun = time.monotonic()
    rounds = [next_slot(bench, identity) for _ in range(count)]
    records = bench.log.adverts(OURS, begun)
    seen = {}
    for record in records:
        beacon = recognise(record["data"])
        if beacon:
            seen.setdefault(beacon, set()).add(record["address"])
    identifiers = len(seen)
    wanted = count * formats_at_once(bench)
    steps.check(identifiers >= wanted, f"{count} rotations {title}: {identifiers} identifiers were on the air", identifiers)
    addresses = [address for several in seen.values() for address in several]
    linked = linked_addresses(records, bench.kind)
    steps.check(not linked, f"{count} rotations {title}: every one under addresses of its own ({len(set(addresses))})", linked)
    steps.check(not exposed(bench.log.packets(OURS, begun), PUBLIC_ADDRESSES[OURS]), f"{count} rotations {title}: no public address on the air")
    # The machine is emulated, and often busy: what a format waits for its turn in the queue of commands says more of that than of us.
    for what, limit, gaps in (("nothing on the air", 0.3, [silence for silence, _ in rounds]),
                              ("a format off the air", 1.0, [slowest for _, slowest in rounds])):
        middle, high = statistics.median(gaps), sorted(gaps)[int(len(gaps) * 0.9)]
        steps.check(middle < limit, f"{count} rotations {title}: {what} for {middle * 1000:.0f} ms (median), {high * 1000:.0f} ms "
                    f"(nine of ten), at most {max(gaps) * 1000:.0f} ms; {sum(gap > 0.3 for gap in gaps)} times over 300 ms", gaps)


def next_slot(bench, identity):
    """Lets one slot end; returns for how long nothing of ours was on the air, and for how long at most a format was not: from the
    first of our adverts that was taken off the air to the last format's first new one."""
    boundary = (int(time.time()) // BLUEZONE_SLOT + 1) * BLUEZONE_SLOT
    machine.set_clock(boundary - LEAD)
    begun = time.monotonic()
    while time.time() < boundary:
        time.sleep(0.02)
    crossed = begun + LEAD
    found = {}
    while len(found) < formats_at_once(bench):
        if time.monotonic() - begun > LONGEST:
            raise Failed(f"no rotation within {LONGEST} s")
        time.sleep(0.1)
        for record in bench.log.adverts(OURS, crossed - 0.2):
            beacon = identity.right(record)
            if beacon and record["time"] >= boundary and beacon.format not in found:
                found[beacon.format] = record
    first, last = (pick(record["monotonic"] for record in found.values()) for pick in (min, max))
    offs = [record["monotonic"] for record in bench.log.between(first - LONGEST, first)
            if record["event"] == "advertising" and record["station"] == OURS and not record["on"]]
    if not offs:
        return 0.0, last - first
    # A format that was off the air before the slot's end has been so for longer than this step.
    begin = next((moment for moment in offs if moment >= crossed - 0.2), offs[-1])
    return first - offs[-1], last - begin


def formats_at_once(bench):
    """How many formats are on the air at once: without advertising sets each has its turn, the other one after each step."""
    return 1 if bench.kind == "legacy" else len(FORMATS)

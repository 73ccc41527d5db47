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
    gaps, slow = [], 0
    for _ in range(count):
        gap = next_slot(bench, identity)
        gaps.append(gap)
        slow += gap > 0.3
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
    middle, longest = statistics.median(gaps), max(gaps)
    steps.check(middle < 0.3, f"{count} rotations {title}: silence of {middle * 1000:.0f} ms (median), at most {longest * 1000:.0f} ms, "
                f"{slow} times over 300 ms on this emulated machine", middle)


def next_slot(bench, identity):
    """Lets one slot end; returns for how long nothing of ours was on the air."""
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
    return silence_before(bench, min(record["monotonic"] for record in found.values()))


def formats_at_once(bench):
    """How many formats are on the air at once: without advertising sets each has its turn, the other one after each step."""
    return 1 if bench.kind == "legacy" else len(FORMATS)


def silence_before(bench, first):
    """Seconds from the moment when the last of our adverts was taken off the air to the first new one."""
    off = [record["monotonic"] for record in bench.log.between(first - LONGEST, first)
           if record["event"] == "advertising" and record["station"] == OURS and not record["on"]]
    return first - off[-1] if off else 0.0

# SPDX-License-Identifier: GPL-3.0-or-later
"""Identifier and address change together, both formats in one step, at every slot boundary and at midnight."""

import time

from . import machine
from .beacon import recognise
from .bench import OURS, PUBLIC_ADDRESSES
from .identity import exposed, linked_addresses
from .oracle import DAY, day_start
from .steps import Failed, wait_for

# An identifier may outlive its slot by this long. On a quiet machine it is a fraction of a second.
GRACE = 10
LEADS = (20, 60, 180)
HOUR = 3600


def run(steps, bench, identity):
    for title, boundary in boundaries():
        crossing(steps, bench, identity, title, boundary)


def boundaries():
    """Each kind of slot boundary in an hour, then midnight; each is reckoned when its turn comes.

    At a quarter past and a quarter to, the ten minutes of an Exposure Notification identifier go on over the boundary. A
    daemon that put it on the air only shortly before, because the clock was set, must not go on with it: the identifier would
    tie the two addresses and the two Bluezone identifiers together."""
    for title, minute in (("a quarter past", 15), ("half past", 30), ("a quarter to", 45)):
        yield title, (int(time.time()) // HOUR + 1) * HOUR + minute * 60
    yield "midnight", day_start(time.time()) + DAY


def settle_before(bench, identity, boundary):
    """Sets the clock to shortly before the boundary and waits until the daemon is on the air with what belongs there.
    Returns the monotonic time from which on everything has to be right."""
    for lead in LEADS:
        stepped = time.monotonic()
        machine.set_clock(boundary - lead)
        identity.wait_for_ours(bench, OURS, stepped)
        settled = time.monotonic()
        if time.time() < boundary - 5:
            return settled
    raise Failed(f"the daemon needs more than {LEADS[-1]} s after a step of the clock")


def crossing(steps, bench, identity, title, boundary):
    settled = settle_before(bench, identity, boundary)
    wait_for("the boundary", lambda: time.time() >= boundary, limit=LEADS[-1] + 60)
    old = {found for record in bench.log.adverts(OURS, settled) if record["time"] < boundary
           and (found := recognise(record["data"]))}
    new = identity.wait_for_ours(bench, OURS, crossed_at(boundary))
    time.sleep(GRACE)
    records = bench.log.adverts(OURS, settled)

    wrong = [record for record in records if identity.right(record) is None
             and not (boundary <= record["time"] < boundary + GRACE and recognise(record["data"]) in old)]
    steps.check(not wrong, f"{title}: every one of {len(records)} adverts belongs to its moment", wrong[:2], final=True)
    first_new = min(record["monotonic"] for record in new.values())
    late = [record for record in records if record["monotonic"] > first_new and recognise(record["data"]) in old]
    steps.check(not late, f"{title}: no old identifier of either format after the first new one", late[:2], final=True)
    before = {record["address"] for record in bench.log.adverts(OURS, until=first_new) if record["monotonic"] < first_new}
    kept = {record["address"] for record in records if record["monotonic"] >= first_new} & before
    steps.check(not kept, f"{title}: no address from before is used after", kept, final=True)
    steps.check(not linked_addresses(records, bench.kind), f"{title}: no address links what must not be linked",
                linked_addresses(records, bench.kind), final=True)
    shown = exposed(bench.log.packets(OURS, settled), PUBLIC_ADDRESSES[OURS])
    steps.check(not shown, f"{title}: every advert under a non-resolvable private address, no scan request under a public one", shown[:2],
                final=True)
    lag = max(record["time"] for record in new.values()) - boundary
    steps.note(f"{title}: new on the air {lag:.1f} s after the boundary: {' and '.join(new)}")


def crossed_at(boundary):
    """The monotonic time of a moment of the wall clock as it is set now."""
    return time.monotonic() - (time.time() - boundary)

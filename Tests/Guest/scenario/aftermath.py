# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold again after whatever happened below the daemon."""

import time

from . import daemon
from .beacon import EXPOSURE_NOTIFICATION
from .bench import OURS, PUBLIC_ADDRESSES
from .identity import addresses_kept, exposed, linked_addresses
from .phone import Phone


def well_again(steps, bench, identity, title, over, before):
    """What we send comes back, under other addresses than those of `before` (None where it need not), and a phone that comes
    now is sighted. Returns the seconds from `over`, a monotonic time, until it is on the air: both formats at once, or the
    one whose turn it is."""
    # What went on through the trouble, as adverts do while bluetoothd is dead, is not what comes back.
    back = identity.wait_for_ours(bench, OURS, over, other_than=before or frozenset())
    steps.check(True, f"{title}: back on the air with what belongs there ({' and '.join(back)})")
    phone = Phone(bench, "newcomer", EXPOSURE_NOTIFICATION, rssi=-62)
    daemon.wait_for_sighting("a newcomer", phone.send().id)
    phone.silence()
    steps.check(True, f"{title}: a phone that comes now is sighted")
    if before is not None:
        kept = addresses_kept(bench, identity, OURS, identity.wait_for_ours(bench, OURS, time.monotonic()), before)
        steps.check(not kept, f"{title}: under addresses that were not there before", kept)
    return max(record["monotonic"] for record in back.values()) - over


def nothing_shown(steps, bench, title, begun, adverts):
    """Since the monotonic time `begun` nobody could learn who we are, or follow us; `adverts` are ours since then."""
    packets = bench.log.packets(OURS, begun)
    shown = exposed(packets, PUBLIC_ADDRESSES[OURS])
    steps.check(not shown, f"{title}: meanwhile every advert under a non-resolvable private address, no scan request under a public one",
                shown[:2], final=True)
    linked = linked_addresses(adverts, bench.kind)
    steps.check(not linked, f"{title}: no address links what must not be linked", linked, final=True)

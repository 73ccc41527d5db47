# SPDX-License-Identifier: GPL-3.0-or-later
"""While somebody keeps the adapter discoverable or connectable, whatever it broadcasts carries its public address: the daemon is
off the air as soon as it hears of it, says so, and comes back by itself under new addresses."""

import time

from . import daemon, machine
from .aftermath import well_again
from .beacon import recognise
from .bench import OURS, PUBLIC_ADDRESSES
from .identity import exposed
from .steps import wait_for
from .troubles import ADAPTER

# For how long the kernel may go on with adverts of ours before the daemon hears of it (docs/decisions/0002-rotation.md).
MOMENT = 2


def run(steps, bench, identity):
    for name in ("Discoverable", "Connectable"):
        # bluetoothd tells of Connectable since 5.79.
        if machine.bluez_property(ADAPTER, "Adapter1", name) is None:
            steps.note(f"this bluetoothd has no {name}")
            continue
        with steps.subject(name):
            kept(steps, bench, identity, name)


def kept(steps, bench, identity, name):
    before = {record["address"] for record in bench.log.adverts(OURS)}
    begun = time.monotonic()
    put(name, "true")
    try:
        wait_for("the status to say adapter-exposed", lambda: "adapter-exposed" in daemon.warnings())
        steps.check(True, f"{name}: the status says adapter-exposed")
        wait_for("silence", lambda: not any(recognise(advert["data"]) for advert in bench.adverts_now(OURS)))
        quiet = time.monotonic()
        time.sleep(2 * (daemon.WINDOW + daemon.PAUSE))
        sent = ours(bench, quiet)
        steps.check(not sent, f"{name}: while it is so nothing of ours is on the air, no scan request either", sent[:2])
        shown = exposed(ours(bench, begun), PUBLIC_ADDRESSES[OURS])
        late = [record for record in shown if record["monotonic"] > shown[0]["monotonic"] + MOMENT]
        steps.check(not late, f"{name}: the public address was shown in {len(shown)} packets, all within {MOMENT} s", late[:2])
    finally:
        put(name, "false")
    over = time.monotonic()
    well_again(steps, bench, identity, name, over, before)
    wait_for("the warning to go", lambda: "adapter-exposed" not in daemon.warnings())
    shown = exposed(ours(bench, over), PUBLIC_ADDRESSES[OURS])
    steps.check(not shown, f"{name}: nothing of ours showed the public address afterwards", shown[:2])


def ours(bench, since):
    """What the adapter sent for us; what it broadcasts for whoever made it discoverable is not ours."""
    return [record for record in bench.log.packets(OURS, since) if record["event"] != "advert" or recognise(record["data"])]


def put(name, state):
    machine.run("busctl", "--system", "set-property", "org.bluez", ADAPTER, "org.bluez.Adapter1", name, "b", state)

# SPDX-License-Identifier: GPL-3.0-or-later
"""While somebody keeps the adapter discoverable or connectable, whatever it broadcasts carries its public address: the daemon is
off the air as soon as it hears of it, says so, and comes back by itself under new addresses. What the kernel leaves connectable when
it ends discoverable by itself counts too, also where bluetoothd does not tell of it."""

import struct
import time

from . import daemon, machine
from .aftermath import well_again
from .beacon import recognise
from .bench import OURS, PUBLIC_ADDRESSES
from .identity import exposed
from .steps import wait_for
from .troubles import ADAPTER, Rfkill, is_powered

# For how long the kernel may go on with adverts of ours before the daemon hears of it (docs/decisions/0002-rotation.md).
MOMENT = 2
# Seconds that the kernel is to let the adapter be discoverable; after half of them its end counts as the kernel's doing.
BRIEFLY = 10
# Of the kernel's management interface (mgmt-api.txt).
READ_INFORMATION, CONNECTABLE = 0x0004, 0x00000002


def run(steps, bench, identity):
    bluetoothd = machine.unit_property("bluetooth", "MainPID")
    for name in ("Discoverable", "Connectable"):
        # bluetoothd tells of Connectable since 5.79.
        if machine.bluez_property(ADAPTER, "Adapter1", name) is None:
            steps.note(f"this bluetoothd has no {name}")
            continue
        with steps.subject(name):
            kept(steps, bench, identity, name)
    usual = machine.bluez_property(ADAPTER, "Adapter1", "DiscoverableTimeout")
    for title, timeout, end in (("DiscoverableTimeout", BRIEFLY, run_out), ("rfkill while discoverable", usual, rfkill)):
        with steps.subject(title):
            outlived(steps, bench, identity, title, timeout, end, usual)
    steps.check(machine.unit_property("bluetooth", "MainPID") == bluetoothd, "bluetoothd lived through all of it")


def kept(steps, bench, identity, name):
    before = {record["address"] for record in bench.log.adverts(OURS)}
    begun = time.monotonic()
    put(name, "true")
    try:
        says_so(steps, name)
        silent(steps, bench, name)
        only_a_moment(steps, bench, name, begun)
    finally:
        put(name, "false")
    well_afterwards(steps, bench, identity, name, before)


def outlived(steps, bench, identity, title, timeout, end, usual):
    """Discoverable is ended by the kernel (`end`), and then by a command."""
    before = {record["address"] for record in bench.log.adverts(OURS)}
    begun = time.monotonic()
    try:
        put("DiscoverableTimeout", timeout, "u")
        put("Discoverable", "true")
        says_so(steps, title)
        end(bench)
        over = time.monotonic()
        # Time enough to come back, for a daemon that believes it.
        time.sleep(10)
        told = machine.bluez_property(ADAPTER, "Adapter1", "Connectable")
        steps.note(f"{title}: connectable to the kernel: {connectable()}; to bluetoothd: {told or 'it does not say'}")
        steps.check(connectable() == (told != "false"), f"{title}: the kernel keeps it connectable, unless bluetoothd says otherwise")
        if told == "false":
            well_again(steps, bench, identity, f"{title}: nothing is left", over, before)
        else:
            says_so(steps, f"{title}: afterwards")
            silent(steps, bench, f"{title}: afterwards")
        only_a_moment(steps, bench, title, begun)
    finally:
        put("DiscoverableTimeout", usual, "u")
        # What bluetoothd has for false already it does not take back.
        put("Discoverable", "true")
        put("Discoverable", "false")
    well_afterwards(steps, bench, identity, f"{title}: on and off by command", before)


def run_out(_bench):
    wait_for("the kernel to end it", lambda: machine.bluez_property(ADAPTER, "Adapter1", "Discoverable") == "false")


def rfkill(bench):
    # bluetoothd 5.66 aborts when a discoverable adapter goes off in the middle of a registration.
    wait_for("silence", lambda: is_silent(bench))
    trouble = Rfkill()
    trouble.cause(bench)
    wait_for("the adapter to be off", lambda: not is_powered(ADAPTER))
    trouble.cure(bench)
    wait_for("the adapter to be on", lambda: is_powered(ADAPTER))


def connectable():
    """What the kernel itself says."""
    _, answer = machine.manage(READ_INFORMATION, int(ADAPTER.removeprefix("/org/bluez/hci")))
    # Address, version, maker and the settings that there are come first.
    return bool(struct.unpack_from("<I", answer, 13)[0] & CONNECTABLE)


def says_so(steps, title):
    wait_for("the status to say adapter-exposed", lambda: "adapter-exposed" in daemon.warnings())
    steps.check(True, f"{title}: the status says adapter-exposed")


def is_silent(bench):
    return not any(recognise(advert["data"]) for advert in bench.adverts_now(OURS))


def silent(steps, bench, title):
    wait_for("silence", lambda: is_silent(bench))
    quiet = time.monotonic()
    time.sleep(2 * (daemon.WINDOW + daemon.PAUSE))
    sent = ours(bench, quiet)
    steps.check(not sent, f"{title}: while it is so nothing of ours is on the air, no scan request either", sent[:2])


def only_a_moment(steps, bench, title, begun):
    shown = exposed(ours(bench, begun), PUBLIC_ADDRESSES[OURS])
    late = [record for record in shown if record["monotonic"] > shown[0]["monotonic"] + MOMENT]
    steps.check(not late, f"{title}: the public address was shown in {len(shown)} packets, all within {MOMENT} s", late[:2])


def well_afterwards(steps, bench, identity, name, before):
    over = time.monotonic()
    well_again(steps, bench, identity, name, over, before)
    wait_for("the warning to go", lambda: "adapter-exposed" not in daemon.warnings())
    shown = exposed(ours(bench, over), PUBLIC_ADDRESSES[OURS])
    steps.check(not shown, f"{name}: nothing of ours showed the public address afterwards", shown[:2], final=True)


def ours(bench, since):
    """What the adapter sent for us; what it broadcasts for whoever made it discoverable is not ours."""
    return [record for record in bench.log.packets(OURS, since) if record["event"] != "advert" or recognise(record["data"])]


def put(name, value, kind="b"):
    machine.run("busctl", "--system", "set-property", "org.bluez", ADAPTER, "org.bluez.Adapter1", name, kind, value)

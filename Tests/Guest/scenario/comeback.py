# SPDX-License-Identifier: GPL-3.0-or-later
"""After every trouble below it the daemon is back on the air, under new addresses, and hears again, by itself."""

import time

from . import daemon, machine
from .beacon import EXPOSURE_NOTIFICATION
from .bench import OURS, PUBLIC_ADDRESSES
from .identity import addresses_kept, exposed, linked_addresses
from .phone import Phone

ADAPTER = "/org/bluez/hci0"


def run(steps, bench, identity):
    started = daemon.restarts()
    for title, trouble in (("bluetoothd restarted", restart), ("bluetoothd killed", kill),
                           ("the adapter switched off and on", switch), ("the adapter unplugged and plugged in", replug)):
        with steps.subject(title):
            after(steps, bench, identity, title, trouble)
    steps.check(daemon.active() and daemon.restarts() == started, "the daemon itself never stopped", daemon.status_text())


def after(steps, bench, identity, title, trouble):
    before = {record["address"] for record in bench.log.adverts(OURS)}
    begun = time.monotonic()
    trouble(bench)
    bench.wait_for_adapter(OURS)
    over = time.monotonic()
    back = identity.wait_for_both(bench, OURS, over)
    steps.check(True, f"{title}: both formats are back on the air with what belongs there")
    steps.note(f"{title}: after {max(record['monotonic'] for record in back.values()) - over:.1f} s")
    kept = addresses_kept(bench, identity, OURS, back, before)
    steps.check(not kept, f"{title}: under addresses that were not there before", kept)
    phone = Phone(bench, "newcomer", EXPOSURE_NOTIFICATION, rssi=-62)
    daemon.wait_for_sighting("a newcomer", phone.send().id)
    phone.silence()
    steps.check(True, f"{title}: a phone that comes now is sighted")
    records = bench.log.packets(OURS, begun)
    steps.check(not exposed(records, PUBLIC_ADDRESSES[OURS]), f"{title}: no public address on the air meanwhile")
    steps.check(not linked_addresses(bench.log.adverts(OURS, begun), bench.kind), f"{title}: no address links what must not be linked",
                linked_addresses(bench.log.adverts(OURS, begun), bench.kind))


def restart(_bench):
    machine.run("systemctl", "restart", "bluetooth")


def kill(_bench):
    machine.run("systemctl", "kill", "--signal=KILL", "bluetooth")
    # Debian 12's unit has no Restart=; somebody's call, or an administrator, starts it again.
    machine.run("systemctl", "start", "bluetooth")


def switch(_bench):
    for state in ("false", "true"):
        machine.run("busctl", "--system", "set-property", "org.bluez", ADAPTER, "org.bluez.Adapter1", "Powered", "b", state)
        time.sleep(2)


def replug(bench):
    bench.ask("unplug", name=OURS)
    time.sleep(2)
    bench.ask("plug", name=OURS, address=PUBLIC_ADDRESSES[OURS])

# SPDX-License-Identifier: GPL-3.0-or-later
"""After every trouble below it the daemon is back on the air, under new addresses, and hears again, by itself."""

import time

from . import daemon, machine
from .aftermath import nothing_shown, well_again
from .bench import OURS, PUBLIC_ADDRESSES

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
    seconds = well_again(steps, bench, identity, title, time.monotonic(), before)
    steps.note(f"{title}: after {seconds:.1f} s")
    nothing_shown(steps, bench, title, begun, bench.log.adverts(OURS, begun))


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

# SPDX-License-Identifier: GPL-3.0-or-later
"""After every trouble below it the daemon is back on the air, under new addresses, and hears again, by itself."""

import pathlib
import struct
import time

from . import daemon, machine
from .aftermath import nothing_shown, well_again
from .bench import OURS, PUBLIC_ADDRESSES
from .oracle import BLUEZONE_SLOT
from .steps import wait_for

ADAPTER = "/org/bluez/hci0"
# Debian 13's unit starts anew by itself.
STAYS_DEAD = pathlib.Path("/run/systemd/system/bluetooth.service.d/90-guest.conf")
# On a controller without sets the kernel has each of several advertisements for 2 s.
SEVERAL_TURNS = 10
READ_FEATURES, ADD_ADVERTISING, REMOVE_ADVERTISING = 0x003D, 0x003E, 0x003F


def run(steps, bench, identity):
    started = daemon.restarts()
    for title, trouble in (("bluetoothd restarted", restart), ("bluetoothd killed", kill),
                           ("the adapter switched off and on", switch), ("the adapter unplugged and plugged in", replug),
                           ("paused and resumed by its owner", pause)):
        with steps.subject(title):
            after(steps, bench, identity, title, trouble)
    with steps.subject("killed, and the kernel keeps an advertisement to itself"):
        hidden(steps, bench, identity)
    steps.check(daemon.active() and daemon.restarts() == started, "the daemon itself never stopped", daemon.status_text())


def after(steps, bench, identity, title, trouble):
    before = {record["address"] for record in bench.log.adverts(OURS)}
    begun = time.monotonic()
    trouble(bench)
    over = time.monotonic()
    bench.wait_for_adapter(OURS)
    seconds = well_again(steps, bench, identity, title, over, before)
    steps.note(f"{title}: after {seconds:.1f} s")
    nothing_shown(steps, bench, title, begun, bench.log.adverts(OURS, begun))


def hidden(steps, bench, identity):
    """The next bluetoothd is told of no advertisement and takes none back. What it does not take back must leave the air all
    the same, and not go out beside ours until somebody switches the adapter off."""
    title = "killed, one kept"
    STAYS_DEAD.parent.mkdir(parents=True, exist_ok=True)
    STAYS_DEAD.write_text("[Service]\nRestart=no\n", encoding="ascii")
    machine.run("systemctl", "daemon-reload")
    try:
        leave_one(steps, bench, title)
        before = {record["address"] for record in bench.log.adverts(OURS)}
    finally:
        STAYS_DEAD.unlink()
        machine.run("systemctl", "daemon-reload")
        machine.run("systemctl", "start", "bluetooth")
    bench.wait_for_adapter(OURS)
    well_again(steps, bench, identity, title, time.monotonic(), before)
    alone(steps, bench, identity, title, before)
    stepped = time.monotonic()
    machine.set_clock((int(time.time()) // BLUEZONE_SLOT + 1) * BLUEZONE_SLOT + 10)
    identity.wait_for_ours(bench, OURS, stepped)
    alone(steps, bench, identity, f"{title}: a slot later", before)


def leave_one(steps, bench, title):
    """Has bluetoothd die when our only advertisement is number 3. Which numbers ours have at a moment depends on how busy
    bluetoothd was at each exchange; so the bench itself puts one there."""
    number = int(bench.adapter(OURS).removeprefix("hci"))
    data = bytes.fromhex(bench.log.wait_for_advert(OURS, "an advert of ours")["data"])
    machine.run("systemctl", "kill", "--signal=KILL", "bluetooth")
    wait_for("bluetoothd to be gone", lambda: machine.unit_property("bluetooth", "MainPID") == "0")

    def put():
        machine.manage(REMOVE_ADVERTISING, number, bytes(1))
        # Instance, flags, duration, timeout, and two lengths. Refused while the dead bluetoothd's scan goes on.
        added, _ = machine.manage(ADD_ADVERTISING, number, struct.pack("<BIHHBB", 3, 0, 0, 0, len(data), 0) + data)
        return added == 0
    wait_for("the kernel to take number 3", put, pause=1)
    _, features = machine.manage(READ_FEATURES, number)
    # After the flags (4 bytes) two lengths, the most there can be, and how many there are.
    steps.check(features[7] == 0 and bench.adverts_now(OURS), f"{title}: it is on the air, and the kernel tells of none",
                features.hex())


def alone(steps, bench, identity, title, before):
    """Nothing is on the air but what belongs there, and with advertising sets each once. Without, what was left over shows itself
    in the next slot."""
    # Whoever hears of the clock's step a moment late is not meant here.
    time.sleep(2)
    since = time.monotonic()
    time.sleep(SEVERAL_TURNS)
    until = time.monotonic()
    adverts = bench.log.adverts(OURS, since, until)
    wrong = [record for record in adverts if identity.right(record) is None]
    steps.check(adverts and not wrong, f"{title}: every one of {len(adverts)} adverts belongs to its moment", wrong[:2])
    mute = [record for record in bench.log.packets(OURS, since, until) if record["event"] == "advert" and record not in adverts]
    steps.check(not mute, f"{title}: and none says nothing", mute[:2])
    kept = {record["address"] for record in adverts} & before
    steps.check(not kept, f"{title}: none has an address of before", kept, final=True)
    if bench.kind != "legacy":
        addresses = {record["address"] for record in adverts}
        steps.check(len(addresses) == 2, f"{title}: under two addresses in all", addresses)


def restart(_bench):
    machine.run("systemctl", "restart", "bluetooth")


def kill(_bench):
    killed = machine.unit_property("bluetooth", "MainPID")
    machine.run("systemctl", "kill", "--signal=KILL", "bluetooth")
    # What systemd still takes for alive it does not start.
    wait_for("systemd to see it", lambda: machine.unit_property("bluetooth", "MainPID") != killed)
    # Debian 12's unit has no Restart=; somebody's call, or an administrator, starts it again.
    machine.run("systemctl", "start", "bluetooth")


def switch(_bench):
    for state in ("false", "true"):
        machine.run("busctl", "--system", "set-property", "org.bluez", ADAPTER, "org.bluez.Adapter1", "Powered", "b", state)
        if state == "false":
            time.sleep(2)


def pause(bench):
    # What is changed needs the bus to say who asks, in whatever words its version has for that.
    machine.run("bluezonectl", "pause", "10m")
    wait_for("silence", lambda: not bench.adverts_now(OURS))
    machine.run("bluezonectl", "resume")


def replug(bench):
    bench.ask("unplug", name=OURS)
    time.sleep(2)
    bench.ask("plug", name=OURS, address=PUBLIC_ADDRESSES[OURS])

# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, each as a cause, a cure, and what the owner is told in between."""

import glob
import pathlib
import time

from . import daemon, machine
from .beacon import recognise
from .bench import OURS, PUBLIC_ADDRESSES, THEIRS, Peer
from .steps import wait_for

ADAPTER = "/org/bluez/hci0"
HOUR = 3600
SLOT = 900


class Trouble:
    """`warning`: what the status says meanwhile, within `patience` seconds. `is_silenced`: our adverts leave the air, so they
    come back under new addresses. `strays`: adverts allowed that do not belong to their moment."""

    title = ""
    warning = None
    patience = 60
    is_silenced = True
    strays = 0

    def cause(self, bench):
        raise NotImplementedError

    def meanwhile(self, steps, bench, identity):
        pass

    def cure(self, bench):
        pass


def powered(state):
    machine.run("busctl", "--system", "set-property", "org.bluez", ADAPTER, "org.bluez.Adapter1", "Powered", "b", state, check=False)


class Replaced(Trouble):
    title = "another adapter in its place"

    def cause(self, bench):
        bench.ask("unplug", name=OURS)

    def meanwhile(self, steps, bench, identity):
        identity.wait_for_ours(bench, THEIRS, time.monotonic())
        steps.check(True, "without its adapter the daemon goes on over the other one")

    def cure(self, bench):
        bench.ask("plug", name=OURS, address="00:1A:7D:00:00:77")
        bench.wait_for_adapter(OURS)
        wait_for("the daemon to leave the other adapter", lambda: not bench.adverts_now(THEIRS))
        # The first one again, for those who come after.
        bench.ask("unplug", name=OURS)
        bench.ask("plug", name=OURS, address=PUBLIC_ADDRESSES[OURS])


class SwitchedOff(Trouble):
    title = "powered off by somebody else"
    warning = "adapter-off"

    def cause(self, bench):
        powered("false")

    def cure(self, bench):
        powered("true")


class Rfkill(Trouble):
    title = "rfkill"
    warning = "rfkill"
    pattern = "/sys/class/bluetooth/hci0/rfkill*/soft"

    def block(self, state):
        files = glob.glob(self.pattern)
        if not files:
            raise OSError(f"no {self.pattern}")
        for file in files:
            pathlib.Path(file).write_text(state, encoding="ascii")

    def cause(self, bench):
        self.block("1")

    def cure(self, bench):
        self.block("0")
        # bluetoothd leaves an adapter off that was on when it was blocked, until somebody switches it on.
        time.sleep(1)
        powered("true")


class FlightMode(Rfkill):
    title = "flight mode"
    pattern = "/sys/class/rfkill/rfkill*/soft"

    def cure(self, bench):
        super().cure(bench)
        machine.run("busctl", "--system", "set-property", "org.bluez", "/org/bluez/hci1", "org.bluez.Adapter1", "Powered", "b", "true",
                    check=False)
        bench.wait_for_adapter(THEIRS)


class BluetoothdKilled(Trouble):
    title = "bluetoothd killed and started"
    warning = "bluetoothd-absent"

    def cause(self, bench):
        machine.run("systemctl", "kill", "--signal=KILL", "bluetooth")
        machine.run("systemctl", "stop", "bluetooth", check=False)

    def cure(self, bench):
        machine.run("systemctl", "start", "bluetooth")


class BusRestarted(Trouble):
    title = "D-Bus restarted"

    def cause(self, bench):
        machine.run("systemctl", "restart", "dbus")

    def cure(self, bench):
        # Debian 12's bluetooth.service ends with the bus and nobody starts it.
        time.sleep(2)
        machine.run("systemctl", "reset-failed", "bluetooth", check=False)
        machine.run("systemctl", "start", "bluetooth")

    def meanwhile(self, steps, bench, identity):
        wait_for("the daemon to have its name again", lambda: daemon.status()["state"] != "not-running")
        steps.check(True, "bluezonectl reaches the daemon over the new bus")


class OtherDiscovery(Trouble):
    title = "another program's discovery over the end of a slot"
    # As long as a rotation takes.
    strays = 8

    def cause(self, bench):
        self.peer = Peer("--adapter", "hci0", "--discover")
        self.peer.wait_for("discovering")
        boundary = (int(time.time()) // SLOT + 1) * SLOT
        machine.set_clock(boundary - 5)
        time.sleep(12)

    def cure(self, bench):
        self.peer.end()


class SlotsTaken(Trouble):
    title = "advertising slots taken"
    warning = "advertising-refused"

    def cause(self, bench):
        machine.run("bluezonectl", "pause", "10m")
        wait_for("silence", lambda: not bench.adverts_now(OURS))
        free = int(machine.bluez_property(ADAPTER, "LEAdvertisingManager1", "SupportedInstances"))
        self.peers = [Peer("--adapter", "hci0", "--advertise", "bluezone:" + "ab" * 12, "--times", str(count))
                      for count in (free - 1, 1)]
        for peer, last in zip(self.peers, (free - 2, 0)):
            peer.wait_for("registered", lambda entry, last=last: entry["number"] == last)
        machine.run("bluezonectl", "resume")

    def meanwhile(self, steps, bench, identity):
        self.peers[1].end()
        if bench.kind == "legacy":
            # A controller without advertising sets sends all programs' adverts in turn, two seconds each, and the kernel begins
            # anew after each scan: with four others, and as much scanning as here, turns pass unheard for minutes.
            return
        since = time.monotonic()
        first = identity.wait_for_ours(bench, OURS, since)
        gap = abs(first["bluezone"]["monotonic"] - first["exposure-notification"]["monotonic"])
        steps.check(gap < 60, f"with one slot left the formats take turns: {gap:.0f} s between their first adverts", gap)
        addresses = {recognise(record["data"]).format: record["address"] for record in first.values()}
        steps.check(len(set(addresses.values())) == 2, "each under an address of its own")

    def cure(self, bench):
        self.peers[0].end()


class NotReadyStorm(Trouble):
    title = "switched off and on ten times in a row"

    def cause(self, bench):
        for _ in range(10):
            powered("false")
            powered("true")


class InProgressStorm(Trouble):
    title = "the controller refuses to scan five times (InProgress)"
    is_silenced = False

    def cause(self, bench):
        bench.ask("break", name=OURS, refuse={"LE_SET_SCAN_ENABLE": 5, "LE_SET_EXTENDED_SCAN_ENABLE": 5})
        time.sleep(20)


class Refusal(Trouble):
    title = "the controller refuses the next commands that put an advert on the air"

    def cause(self, bench):
        bench.ask("break", name=OURS, refuse={"LE_SET_ADVERTISING_ENABLE": 2, "LE_SET_EXTENDED_ENABLE": 2})
        powered("false")
        powered("true")


class Deaf(Trouble):
    title = "discovery stops without a word"
    warning = "nothing-heard"
    patience = 150

    def cause(self, bench):
        bench.ask("break", name=OURS, deaf=True)

    def meanwhile(self, steps, bench, identity):
        since = time.monotonic()
        wait_for("the adapter to be switched off and on", lambda: any(
            record["event"] == "scan-stop" and record["station"] == OURS and record["monotonic"] > since
            for record in bench.log.records()) and machine.journal("--grep=is switched off; waiting"), limit=200)
        steps.check(True, "after twice the time the adapter is switched off and on, as its owner allowed")

    def cure(self, bench):
        bench.ask("break", name=OURS, deaf=False)


class Reset(Trouble):
    title = "the controller reports a hardware error and is reset"

    def cause(self, bench):
        bench.ask("fail", name=OURS)


class Suspend(Trouble):
    """The machine goes to sleep, and when it wakes up an hour is gone."""

    title = "suspended for an hour"

    def cause(self, bench):
        machine.run("systemctl", "start", "systemd-logind")
        wait_for("the daemon to ask logind to wait for it", lambda: "bluezoned" in machine.inhibitors())
        with machine.falling_asleep():
            wait_for("silence before the sleep", lambda: not bench.adverts_now(OURS), limit=5)
            machine.set_clock(time.time() + HOUR)
            self.fell = time.monotonic()
        self.woke = time.monotonic()

    def meanwhile(self, steps, bench, identity):
        sent = [record for record in bench.log.adverts(OURS, self.fell) if identity.right(record) is None]
        steps.check(not sent, "nothing of before the sleep went out after it", sent[:2])


class WrongClock(Trouble):
    title = "the clock set two hours wrong and corrected"
    # The daemon hears of each step a moment after it.
    strays = 8

    def cause(self, bench):
        machine.set_clock(time.time() + 2 * HOUR)

    def meanwhile(self, steps, bench, identity):
        identity.wait_for_ours(bench, OURS, time.monotonic())

    def cure(self, bench):
        machine.set_clock(time.time() - 2 * HOUR)


TROUBLES = [kind() for kind in (Replaced, SwitchedOff, Rfkill, FlightMode, BluetoothdKilled, BusRestarted, OtherDiscovery, SlotsTaken,
                                NotReadyStorm, InProgressStorm, Deaf, Reset, Suspend, WrongClock)]

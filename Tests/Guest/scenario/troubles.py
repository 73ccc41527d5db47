# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, each as a cause, a cure, and what the owner is told in between."""

import glob
import json
import os
import pathlib
import signal
import time

from . import daemon, machine
from .beacon import ANOTHER_ID, recognise
from .bench import OURS, PUBLIC_ADDRESSES, THEIRS, Peer
from .buslog import BusLog, owner
from .steps import Failed, wait_for

BUS_NAME = "org.bluezone1"
ADAPTER, OTHER_ADAPTER = "/org/bluez/hci0", "/org/bluez/hci1"
HOUR = 3600
SLOT = 900
# Seconds that an adapter has to come back by itself.
ALONE = 10
# Of these two a controller knows one.
SCAN_SWITCHES = ("LE_SET_SCAN_ENABLE on", "LE_SET_EXTENDED_SCAN_ENABLE on")


class Trouble:
    """`warning`: what the status says meanwhile, within `patience` seconds. `is_silenced`: our adverts leave the air, so they
    come back under new addresses. `sends_on`: they leave it only when the trouble is over, and may have taken turns until then, under
    new addresses too. `over`: the monotonic time when a trouble ended that ends by itself. `strays`: adverts allowed that do not
    belong to their moment. `place`: the kind of controller that is enough for a brief run; None for both. `seen`: warnings that the
    status was seen to give. `remark`: what else whoever reads the results should know of the cure."""

    title = ""
    warning = None
    patience = 60
    is_silenced = True
    sends_on = False
    over = None
    strays = 0
    place = None
    remark = ""

    def __init__(self):
        self.seen = set()

    def cause(self, bench):
        raise NotImplementedError

    def meanwhile(self, steps, bench, identity):
        pass

    def cure(self, bench):
        pass

    def says(self, steps, warning, patience=60):
        """The status comes to say so."""
        wait_for(f"the status to say {warning}", lambda: warning in daemon.warnings(), limit=patience)
        steps.check(True, f"{self.title}: the status says {warning}")
        self.seen.add(warning)


def powered(state, path=ADAPTER):
    machine.run("busctl", "--system", "set-property", "org.bluez", path, "org.bluez.Adapter1", "Powered", "b", state, check=False)


def is_powered(path):
    return machine.bluez_property(path, "Adapter1", "Powered") == "true"


class Replaced(Trouble):
    title = "another adapter in its place"
    place = "extended"

    def cause(self, bench):
        self.gone = time.monotonic()
        bench.ask("unplug", name=OURS)

    def meanwhile(self, steps, bench, identity):
        found = identity.wait_for_ours(bench, THEIRS, self.gone)
        seconds = max(record["monotonic"] for record in found.values()) - self.gone
        steps.check(True, "without its adapter the daemon goes on over the other one")
        steps.note(f"on the air over it {seconds:.1f} s after its own was pulled out")
        other = bench.adapter(THEIRS)
        wait_for(f"the status to name {other}", lambda: daemon.status().get("adapter") == other, limit=60)
        steps.check(True, f"{self.title}: meanwhile the status names {other}")

    def cure(self, bench):
        plugged = time.monotonic()
        bench.ask("plug", name=OURS, address="00:1A:7D:00:00:77")
        bench.wait_for_adapter(OURS)
        wait_for("the daemon to leave the other adapter", lambda: not bench.adverts_now(THEIRS))
        first = bench.log.wait_for_advert(OURS, "it to be on this one", since=plugged)
        self.remark = f"back from the other one {first['monotonic'] - plugged:.1f} s after one was plugged in"
        # bluetoothd 5.66 may crash when an adapter goes while an advertisement is being registered there.
        time.sleep(2)
        # The first one again, for those who come after.
        bench.ask("unplug", name=OURS)
        bench.ask("plug", name=OURS, address=PUBLIC_ADDRESSES[OURS])


class Pulled(Trouble):
    title = "the one adapter that it may use is pulled out and put back"
    place = "legacy"
    warning = "adapter-absent"

    def cause(self, bench):
        bench.ask("unplug", name=OURS)

    def cure(self, bench):
        bench.ask("plug", name=OURS, address=PUBLIC_ADDRESSES[OURS])


class SwitchedOff(Trouble):
    title = "powered off by somebody else"
    place = "legacy"
    warning = "adapter-off"

    def cause(self, bench):
        powered("false")

    def cure(self, bench):
        powered("true")


class Rfkill(Trouble):
    title = "rfkill"
    place = "legacy"
    warning = "rfkill"
    pattern = "/sys/class/bluetooth/hci0/rfkill*/soft"
    adapters = (ADAPTER,)

    def block(self, state):
        files = glob.glob(self.pattern)
        if not files:
            raise OSError(f"no {self.pattern}")
        for file in files:
            pathlib.Path(file).write_text(state, encoding="ascii")

    def cause(self, bench):
        self.block("1")

    def cure(self, bench):
        unblocked = time.monotonic()
        self.block("0")
        # What bluetoothd says at first may be of before it heard of the block.
        time.sleep(1)
        try:
            wait_for("it to be on again", lambda: all(map(is_powered, self.adapters)), limit=ALONE)
            self.over, self.remark = unblocked, "on again by itself; seconds from the end of the block"
        except Failed:
            for path in self.adapters:
                powered("true", path)
            self.over, self.remark = None, f"not on again by itself in {ALONE} s; seconds from when somebody switched it on"


class FlightMode(Rfkill):
    title = "flight mode"
    place = "extended"
    pattern = "/sys/class/rfkill/rfkill*/soft"
    adapters = (ADAPTER, OTHER_ADAPTER)

    def cure(self, bench):
        super().cure(bench)
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
    place = "legacy"

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
        # Debian 13's unit starts anew by itself.
        if machine.unit_property("bluetooth", "Restart") == "no":
            self.says(steps, "bluetoothd-absent")


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
        if hasattr(self, "peer"):
            self.peer.end()


class SlotsTaken(Trouble):
    title = "advertising slots taken"
    warning = "advertising-refused"

    def cause(self, bench):
        machine.run("bluezonectl", "pause", "10m")
        wait_for("silence", lambda: not bench.adverts_now(OURS))
        free = int(machine.bluez_property(ADAPTER, "LEAdvertisingManager1", "SupportedInstances"))
        self.peers = [Peer("--adapter", "hci0", "--advertise", "bluezone:" + ANOTHER_ID, "--times", str(count))
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
        self.says(steps, "slots-shared")
        first = identity.wait_for_ours(bench, OURS, since)
        gap = abs(first["bluezone"]["monotonic"] - first["exposure-notification"]["monotonic"])
        steps.check(gap < 60, f"with one slot left the formats take turns: {gap:.0f} s between their first adverts", gap)
        addresses = {recognise(record["data"]).format: record["address"] for record in first.values()}
        steps.check(len(set(addresses.values())) == 2, "each under an address of its own")

    def cure(self, bench):
        if hasattr(self, "peers"):
            self.peers[0].end()


class NotReadyStorm(Trouble):
    title = "switched off and on ten times in a row"
    place = "extended"

    def cause(self, bench):
        for _ in range(10):
            powered("false")
            powered("true")
        self.over = time.monotonic()


class InProgressStorm(Trouble):
    """The daemon asks again 5 s after a refusal, or in the next window, and tells the second one."""

    title = "the controller refuses to scan five times (InProgress)"
    warning = "scan-refused"
    is_silenced = False

    def cause(self, bench):
        bench.ask("break", name=OURS, refuse=dict.fromkeys(SCAN_SWITCHES, 5))

    def meanwhile(self, steps, bench, identity):
        wait_for("the fifth refusal", lambda: 0 in map(bench.ask("state")["controllers"][OURS]["refusals"].get, SCAN_SWITCHES))
        self.over = time.monotonic()


class Unanswered(Trouble):
    """Two programs begin a discovery while the controller is slow to begin the scan for the first of them: bluetoothd answers the second,
    and the first, the daemon, never. The other one leaves at once, so that the scan that remains is the daemon's."""

    title = "a discovery that bluetoothd never answers"
    place = "extended"
    sends_on = True
    rules = ("type='method_call',interface='org.bluez.Adapter1'", "type='method_return',sender='org.bluez'",
             "type='error',sender='org.bluez'", "type='signal',path='/org/bluezone1'",
             f"type='signal',member='NameOwnerChanged',arg0='{BUS_NAME}'")
    tries = 5
    # Less than the 2 s that the kernel gives a command.
    delay = 1.5

    def cause(self, bench):
        self.name = owner(BUS_NAME)
        self.bus = BusLog(*self.rules)
        wait_for("a discovery that is answered as always", lambda: any(map(self.bus.answer, self.starts())))
        if not any(self.overtaken(bench) for _ in range(self.tries)):
            raise Failed(f"bluetoothd answered the daemon's discovery {self.tries} times")

    def overtaken(self, bench):
        """Whether another program began a discovery between the daemon's call and its answer, and bluetoothd forgot the daemon's."""
        def slow_scan():
            return any((record["event"], record.get("station")) == ("late", OURS) for record in bench.log.between(since))
        with Peer("--adapter", "hci0", "--discover", "--at-signal") as peer:
            process = peer.wait_for("ready")["pid"]
            since = time.monotonic()
            self.slow(bench, self.delay)
            wait_for("the daemon to begin a scan", slow_scan, pause=0.02)
            os.kill(process, signal.SIGUSR1)
            self.slow(bench, 0)
            peer.wait_for("discovering", limit=30)
        self.call = self.starts()[-1]
        # It answers both within milliseconds, or one.
        time.sleep(1)
        return self.bus.answer(self.call) is None

    def starts(self):
        return self.bus.calls(self.name, "StartDiscovery")

    def slow(self, bench, seconds):
        bench.ask("break", name=OURS, slow=dict.fromkeys(SCAN_SWITCHES, seconds))

    def meanwhile(self, steps, bench, identity):
        def told():
            # It says so until the next window opens: whoever asks now and then may miss it.
            changes = self.bus.signals("/org/bluezone1", "PropertiesChanged", since=self.call["monotonic"])
            return any("scan-refused: no answer to StartDiscovery in time" in json.dumps(change["payload"]) for change in changes)
        self.over = wait_for("the daemon to leave the bus", lambda: self.bus.left(self.name, BUS_NAME))
        self.remark = f"{self.over - self.call['monotonic']:.1f} s after its call it left the bus"
        wait_for("the status to say scan-refused", told)
        steps.check(True, f"{self.title}: the status comes to say scan-refused, no answer to StartDiscovery")
        self.seen.add("scan-refused")
        name = wait_for("the daemon to be on the bus again", lambda: owner(BUS_NAME))
        steps.check(name != self.name, f"{self.title}: it comes back to the bus by itself, under another name", name)
        # When its scan has ended bluetoothd answers whoever is no longer there.
        answer = self.bus.answer(self.call)
        steps.check(answer is None or answer["monotonic"] > self.over, f"{self.title}: no answer came before it left", answer)
        ends = self.bus.calls(self.name, "StopDiscovery", since=self.call["monotonic"])
        refusals = [(self.bus.answer(call) or {}).get("error_name") for call in ends]
        steps.check(set(refusals) == {"org.bluez.Error.InProgress"}, f"{self.title}: nor could it end the discovery", refusals)

    def cure(self, bench):
        self.slow(bench, 0)
        if hasattr(self, "bus"):
            self.bus.end()


class Refusal(Trouble):
    title = "the controller refuses the next commands that put an advert on the air"

    def cause(self, bench):
        bench.ask("break", name=OURS, refuse={"LE_SET_ADVERTISING_ENABLE on": 2, "LE_SET_EXTENDED_ENABLE on": 2})
        powered("false")
        powered("true")
        self.over = time.monotonic()


class Deaf(Trouble):
    title = "discovery stops without a word"
    place = "extended"
    warning = "nothing-heard"
    patience = 150

    def cause(self, bench):
        self.begun = time.monotonic()
        bench.ask("break", name=OURS, deaf=True)

    def meanwhile(self, steps, bench, identity):
        def switched():
            self.seen |= daemon.warnings()
            return machine.journal("--grep=is switched off; waiting", since=self.begun)
        # Nothing else cures it.
        wait_for("the adapter to be switched off and on", switched, limit=200)
        steps.check(True, "after twice the time the adapter is switched off and on, as its owner allowed")


class EndlessScan(Deaf):
    """Linux then goes on stopping: it refuses every scan, and on a legacy controller no advert gets a new address, until the
    adapter is switched off."""

    title = "the controller refuses to end a scan"
    place = "legacy"

    def cause(self, bench):
        self.begun = time.monotonic()
        bench.ask("break", name=OURS, refuse={"LE_SET_SCAN_ENABLE off": 1, "LE_SET_EXTENDED_SCAN_ENABLE off": 1})

    def meanwhile(self, steps, bench, identity):
        super().meanwhile(steps, bench, identity)
        if bench.kind == "legacy":
            steps.check("advertising-refused" in self.seen, f"{self.title}: the status said advertising-refused too", self.seen)


class Reset(Trouble):
    title = "the controller reports a hardware error and is reset"
    place = "extended"

    def cause(self, bench):
        bench.ask("fail", name=OURS)
        self.over = time.monotonic()


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
        self.over = time.monotonic()

    def meanwhile(self, steps, bench, identity):
        sent = [record for record in bench.log.adverts(OURS, self.fell) if identity.right(record) is None]
        steps.check(not sent, "nothing of before the sleep went out after it", sent[:2])


class WrongClock(Trouble):
    title = "the clock set two hours wrong and corrected"
    place = "legacy"
    # The daemon hears of each step a moment after it.
    strays = 8

    def cause(self, bench):
        machine.set_clock(time.time() + 2 * HOUR)

    def meanwhile(self, steps, bench, identity):
        identity.wait_for_ours(bench, OURS, time.monotonic())

    def cure(self, bench):
        machine.set_clock(time.time() - 2 * HOUR)


TROUBLES = [trouble() for trouble in (Replaced, Pulled, SwitchedOff, Rfkill, FlightMode, BluetoothdKilled, BusRestarted, OtherDiscovery,
                                      SlotsTaken, NotReadyStorm, InProgressStorm, Unanswered, Deaf, EndlessScan, Reset, Suspend,
                                      WrongClock)]

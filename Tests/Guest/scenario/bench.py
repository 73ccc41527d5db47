# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole bench brought up in the guest: emulated controllers, btmon, bluetoothd, and other programs on BlueZ."""

import json
import subprocess
import threading

from air import control

from . import machine
from .airlog import AirLog
from .steps import wait_for

SOCKET = "/run/air.sock"
OURS, THEIRS = "c0", "c1"
PUBLIC_ADDRESSES = {"c0": "00:1A:7D:00:00:01", "c1": "00:1A:7D:00:00:02"}
CRYPTOGRAPHY = ("cmac", "ecb", "ccm", "hmac", "drbg", "algif_hash", "algif_skcipher")


class Bench:
    """hci0, station c0 on the air, belongs to whatever is tested; hci1, station c1, to another program on BlueZ."""

    def __init__(self, kind, duplicates="data", bumble=None):
        self.kind = kind
        self._duplicates = duplicates
        self.bumble = bumble
        self.trace = machine.RESULTS / "btsnoop"
        self.log = AirLog(machine.RESULTS / "air.jsonl")

    def up(self):
        machine.RESULTS.mkdir(parents=True, exist_ok=True)
        machine.call_clock_synchronised()
        machine.run("modprobe", "-a", "hci_vhci", *CRYPTOGRAPHY)
        # btmon first: the trace shall hold the very first command.
        machine.service("btmon", "/usr/bin/btmon", "--write", self.trace, log="/dev/null")
        wait_for("btmon's trace", self.trace.exists)
        machine.service("air", "/usr/bin/python3", "-m", "air", "--kind", self.kind, "--socket", SOCKET,
                        "--duplicates", self._duplicates,
                        "--log", machine.RESULTS / "air.jsonl")
        wait_for("the emulated controllers", lambda: len(self._state()) == 2)
        machine.run("systemctl", "start", "bluetooth", limit=180)
        for name in (OURS, THEIRS):
            self.wait_for_adapter(name)

    def wait_for_adapter(self, name):
        path = "/org/bluez/" + self.adapter(name)
        wait_for(f"{path} to be powered", lambda: machine.bluez_property(path, "Adapter1", "Powered") == "true")

    def adapter(self, name):
        return f"hci{self._state()[name]['hci']}"

    def adverts_now(self, name):
        """What a controller is sending at the moment, as the controller itself sees it."""
        return self._state()[name]["adverts"]

    def scanning(self, name):
        return self._state()[name]["scanning"]

    def ask(self, operation, **fields):
        return control.ask(SOCKET, op=operation, **fields)

    def peer(self, name, address, data, **fields):
        self.ask("peer", id=name, address=address, data=data.hex(), **fields)

    def peers(self, peers):
        """Many at once: fields of `peer` with `id` for its name; those that have nothing else leave."""
        for first in range(0, len(peers), 50):
            self.ask("peers", peers=peers[first:first + 50])

    def unpeer(self, name):
        self.ask("unpeer", id=name)

    def rssi(self, sender, receiver, dbm):
        self.ask("rssi", **{"from": sender, "to": receiver, "dbm": dbm})

    def _state(self):
        try:
            return self.ask("state")["controllers"]
        except OSError:
            return {}


class Peer:
    """peer_bluez running: a second program that speaks to bluetoothd."""

    def __init__(self, *arguments):
        self._process = subprocess.Popen([machine.GUEST / "peer_bluez", *arguments], stdout=subprocess.PIPE, text=True)
        self._events = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            self._events.append(json.loads(line))

    def events(self, event):
        return [entry for entry in list(self._events) if entry["event"] == event]

    def wait_for(self, event, fits=lambda entry: True, limit=120):
        return wait_for(f"{event} from peer_bluez", lambda: next(filter(fits, self.events(event)), None), limit)

    def end(self):
        self._process.terminate()
        self._process.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

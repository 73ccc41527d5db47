# SPDX-License-Identifier: GPL-3.0-or-later
"""Peers on Bumble, as a test talks to them."""

import atexit
import json
import os
import subprocess
import threading
import time

from . import machine
from .steps import wait_for


def resolvable_address():
    """As phones have it."""
    return ":".join(f"{byte:02X}" for byte in (0x40 | os.urandom(1)[0] & 0x3F, *os.urandom(5)))


def connections(events):
    """Those that have ended, each (phone, begin, end), and how many there were at once at most."""
    standing, ended, most = {}, [], 0
    for entry in events:
        if entry["event"] == "connected":
            standing[entry["phone"]] = entry["monotonic"]
            most = max(most, len(standing))
        elif entry["event"] == "disconnected" and entry["phone"] in standing:
            ended.append((entry["phone"], standing.pop(entry["phone"]), entry["monotonic"]))
    return ended, most


class BumblePeer:
    """bumble_peers running; `role` is its role's words."""

    def __init__(self, packages, *role):
        self._process = subprocess.Popen([machine.GUEST / "bumble_peers", "--packages", packages, *map(str, role)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._events = []
        # Whoever reads its words must not go before it.
        atexit.register(self.end)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with open(machine.RESULTS / "bumble.jsonl", "a", encoding="ascii") as log:
            for line in self._process.stdout:
                event = json.loads(line) | {"monotonic": time.monotonic()}
                self._events.append(event)
                print(json.dumps(event), file=log, flush=True)

    def events(self, event, since=0.0):
        return [entry for entry in list(self._events) if entry["event"] == event and entry["monotonic"] >= since]

    def connections(self, since=0.0):
        return connections([entry for entry in list(self._events) if entry["monotonic"] >= since])

    def wait_for(self, event, fits=lambda entry: True, limit=120, since=0.0):
        return wait_for(f"{event} from bumble_peers", lambda: next(filter(fits, self.events(event, since)), None), limit)

    def tell(self, operation, **fields):
        """Has one thing done, and returns when it is."""
        since = time.monotonic()
        self._process.stdin.write(json.dumps({"op": operation} | fields) + "\n")
        self._process.stdin.flush()
        answer = wait_for(f"an answer to {operation}", lambda: next(
            (entry for event in ("done", "failed") for entry in self.events(event, since) if entry["op"] == operation), None))
        if answer["event"] == "failed":
            raise RuntimeError(answer["error"])

    def end(self):
        atexit.unregister(self.end)
        self._process.terminate()
        self._process.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

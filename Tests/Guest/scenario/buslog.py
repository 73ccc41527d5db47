# SPDX-License-Identifier: GPL-3.0-or-later
"""What was said on the system bus, as `busctl monitor` reads it: a witness apart from bluetoothd and from the daemon."""

import json
import os
import subprocess
import threading
import time

from . import machine


class BusLog:
    """Reads from when it was made until `end` whatever one of the match rules fits; each message with its `monotonic` time here."""

    def __init__(self, *rules):
        self._messages = []
        # Without its greeting, which is no error.
        self._process = subprocess.Popen(["busctl", "--system", "--json=short", *[f"--match={rule}" for rule in rules], "monitor"],
                                         stdout=subprocess.PIPE, text=True, env=os.environ | {"SYSTEMD_LOG_LEVEL": "warning"})
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            self._messages.append(json.loads(line) | {"monotonic": time.monotonic()})

    def calls(self, sender, member, since=0.0):
        """Those since a monotonic time, oldest first."""
        return [message for message in list(self._messages) if message["monotonic"] >= since and
                (message["type"], message.get("sender"), message.get("member")) == ("method_call", sender, member)]

    def answer(self, call):
        """The message that answers a call, or None."""
        return next((message for message in list(self._messages)
                     if (message.get("destination"), message.get("reply_cookie")) == (call["sender"], call["cookie"])), None)

    def signals(self, path, member, since=0.0):
        """Those since a monotonic time, oldest first."""
        return [message for message in list(self._messages) if message["monotonic"] >= since and
                (message["type"], message.get("path"), message.get("member")) == ("signal", path, member)]

    def left(self, unique, name):
        """The monotonic time when a unique name lost a name, or None. Needs NameOwnerChanged of that name among the rules."""
        return next((message["monotonic"] for message in list(self._messages) if message.get("member") == "NameOwnerChanged"
                     and message["payload"]["data"][:2] == [name, unique]), None)

    def end(self):
        self._process.terminate()
        self._process.wait(30)
        self._reader.join(30)
        self._process.stdout.close()


def owner(name):
    """The unique name of who has a name on the bus; None where nobody has."""
    answer = machine.run("busctl", "--system", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                         "GetNameOwner", "s", name, check=False)
    return answer.split()[1].strip('"') if answer else None

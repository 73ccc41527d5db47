# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that holds the journal cannot reach the Internet, and the one that reaches the Internet cannot read the journal.

A probe runs in a copy of each unit, with every property of its [Service] section but the program. The same probe runs
outside, to show that what failed inside would have worked.
"""

import json
import pathlib
import pwd
import shutil
import socket
import subprocess
import threading

from . import daemon, machine
from .steps import wait_for

PROBE = pathlib.Path("/usr/local/libexec/bluezone-probe")
OUTPUT = pathlib.Path("/run/bluezone-probe.json")
ADDRESS = "10.77.0.1"
# What says how a service is run rather than what it may do.
REPLACED = ("Type", "Exec", "BusName", "NotifyAccess", "Restart", "WatchdogSec", "Standard", "RemainAfterExit", "Timeout",
            "RuntimeMaxSec", "SuccessExitStatus", "FileDescriptorStoreMax", "Sockets", "NoExecPaths")


def run(steps, _bench, _identity):
    PROBE.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(pathlib.Path(__file__).parent / "probe", PROBE)
    PROBE.chmod(0o755)
    segment = wait_for("a journal segment", lambda: next((path for path in daemon.JOURNAL.iterdir() if path.is_file()), None))
    with Listener() as listener:
        target = (ADDRESS, listener.port, segment)
        outside = json.loads(machine.run(PROBE, *target))
        steps.check({outside[name] for name in ("socket", "connect", "unix", "read")} == {"ok"},
                    "outside a sandbox the probe connects and reads", outside)
        of_daemon(steps, target)
        for unit in ("bluezone-sync.service", "bluezone-publish.service", "bluezone-publish@probe.service"):
            of_sync(steps, unit, target)
    publishing(steps)


def of_daemon(steps, target):
    inside = probe_in(daemon.UNIT, target)
    steps.check(inside["socket"] == inside["connect"] == "EAFNOSUPPORT",
                "inside bluezoned's sandbox there is no Internet socket: the address family is refused", inside)
    steps.check((inside["unix"], inside["read"]) == ("ok", "ok"), "the bus and the journal are within its reach", inside)
    steps.check(inside["user"] == pwd.getpwnam("bluezone").pw_uid, "it runs as the user bluezone", inside["user"])
    second = probe_in(daemon.UNIT, target, without=("RestrictAddressFamilies",))
    steps.check(second["socket"] == "ok" and second["connect"] in ("ENETUNREACH", "EPERM", "ECONNREFUSED"),
                "without that refusal its empty network still leads nowhere", second)


def of_sync(steps, unit, target):
    inside = probe_in(unit, target)
    steps.check(inside["read"] in ("EACCES", "ENOENT"), f"inside the sandbox of {unit} the encounter journal cannot be read",
                inside)
    steps.check(inside["socket"] == "ok", "Internet sockets are its business", inside)
    steps.check(inside["user"] == pwd.getpwnam("bluezone-sync").pw_uid, "it runs as the user bluezone-sync", inside["user"])
    keys = probe_in(unit, (*target[:2], daemon.KEYS))
    steps.check(keys["read"] in ("EACCES", "ENOENT"), "nor can the daily keys", keys)


def publishing(steps):
    """What systemd starts for a connection answers from within its sandbox, and to whom may ask."""
    machine.run("systemctl", "start", "bluezone-publish.socket")
    told = machine.run("bluezonectl", "publish", "--status", check=False)
    steps.check("No server is configured" in told, "bluezone-publish.socket is answered", told)
    refused = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "bluezonectl", "publish", "--status"],
                             check=False, capture_output=True, text=True)
    steps.check(refused.returncode == 4, "a stranger may not ask", refused.stderr)
    machine.run("systemctl", "stop", "bluezone-publish.socket")


def probe_in(unit, target, without=()):
    """Runs the probe in a copy of a unit and returns what it found."""
    copy = pathlib.Path("/run/systemd/system/bluezone-probe.service")
    program = " ".join(str(word) for word in (PROBE, *target))
    copy.write_text(service_section(unit, REPLACED + tuple(without)) +
                    f"Type=oneshot\nExecStart={program}\nStandardOutput=truncate:{OUTPUT}\nRuntimeDirectoryPreserve=yes\n",
                    encoding="utf-8")
    OUTPUT.unlink(missing_ok=True)
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "start", copy.name)
    return json.loads(OUTPUT.read_text(encoding="ascii"))


def service_section(unit, left_out):
    """The [Service] section of a unit and its drop-ins, without some properties."""
    kept, section = ["[Service]"], None
    for line in machine.run("systemctl", "cat", unit).replace("\\\n", " ").splitlines():
        line = line.strip()
        if line.startswith("["):
            section = line
        elif section == "[Service]" and line and line[0] not in "#;" and not line.startswith(left_out):
            kept.append(line)
    return "\n".join(kept) + "\n"


class Listener:
    """Somebody to connect to, on an address that only an open network reaches."""

    def __enter__(self):
        machine.run("ip", "link", "add", "outside", "type", "dummy")
        machine.run("ip", "address", "add", f"{ADDRESS}/24", "dev", "outside")
        machine.run("ip", "link", "set", "outside", "up")
        self._socket = socket.create_server((ADDRESS, 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def _accept(self):
        while True:
            try:
                self._socket.accept()[0].close()
            except OSError:
                return

    def __exit__(self, *_):
        self._socket.close()
        machine.run("ip", "link", "del", "outside")

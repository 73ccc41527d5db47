# SPDX-License-Identifier: GPL-3.0-or-later
"""bluezoned installed in the guest and seen from outside: its files, its tool, its unit. Nothing asks it over D-Bus."""

import json
import pathlib
import subprocess
import time

from . import machine
from .beacon import BLUEZONE
from .steps import wait_for

UNIT = "bluezoned.service"
STATE = pathlib.Path("/var/lib/bluezone")
KEYS = STATE / "keys"
JOURNAL = STATE / "journal"
DROP_IN = pathlib.Path("/etc/bluezone/bluezone.conf.d/90-guest.conf")
WINDOW, PAUSE = 4, 2
ALERT_MINUTES = 1

# Short windows, so that a test sees many of them, and an encounter that a test can wait for.
CONFIGURATION = f"""\
[Scan]
WindowSeconds={WINDOW}
PauseSeconds={PAUSE}

[Policy]
AlertMinutes={ALERT_MINUTES}
"""


def install(stage):
    """Lays the staged tree over the guest's root and does what a package's scripts would do."""
    archive = subprocess.Popen(["tar", "-C", stage, "-c", "."], stdout=subprocess.PIPE)
    subprocess.run(["tar", "-C", "/", "-x", "--no-same-owner", "--no-overwrite-dir", "--keep-directory-symlink"],
                   stdin=archive.stdout, check=True)
    if archive.wait():
        raise OSError(f"{stage} could not be read")
    for tool, folder in (("systemd-sysusers", "sysusers.d"), ("systemd-tmpfiles", "tmpfiles.d")):
        files = [f"/usr/lib/{folder}/{path.name}" for path in pathlib.Path(stage, "usr/lib", folder).glob("*.conf")]
        if files:
            machine.run(tool, *(["--create"] if tool == "systemd-tmpfiles" else []), *files)
    DROP_IN.parent.mkdir(parents=True, exist_ok=True)
    DROP_IN.write_text(CONFIGURATION, encoding="ascii")
    machine.run("systemctl", "daemon-reload")
    machine.run("busctl", "--system", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                "ReloadConfig")


def start():
    """Returns once the daemon has said that it is ready, or raises with what systemd says."""
    machine.run("systemctl", "start", UNIT, limit=180)


def restarts():
    return int(machine.unit_property(UNIT, "NRestarts"))


def active():
    return machine.unit_property(UNIT, "ActiveState") == "active"


def status_text():
    return machine.unit_property(UNIT, "StatusText")


def status():
    """What bluezonectl says to programs."""
    done = subprocess.run(["bluezonectl", "status", "--json"], check=False, capture_output=True, text=True)
    return json.loads(done.stdout) if done.stdout.startswith("{") else {"state": "not-running", "warnings": []}


def warnings():
    """The kinds of what the status warns of."""
    return {warning["kind"] for warning in status()["warnings"]}


def nearby():
    """Whom bluezonectl shows as near."""
    return json.loads(machine.run("bluezonectl", "nearby", "--json"))["nearby"]


def last_words():
    """What unit and journal say about the daemon, for a reader who wonders why something did not come."""
    state = machine.run("systemctl", "show", "--property=ActiveState,SubState,StatusText,NRestarts,Result", UNIT)
    return state + machine.run("journalctl", "--boot", "--no-pager", "--output=cat", "--lines=15", f"--unit={UNIT}", check=False)


def keys():
    """The daemon's own daily keys: {(format, day): hex}."""
    found = {}
    for line in KEYS.read_text(encoding="ascii").splitlines():
        if line and not line.startswith("#"):
            beacon_format, day, key = line.split()
            found[beacon_format, day] = key
    return found


_derived = {}


def derive(beacon_format, key, day):
    """A day's identifiers as bluezonectl derives them, with the Exposure Notification keys: its JSON."""
    if (beacon_format, key, day) not in _derived:
        text = machine.run("bluezonectl", "derive", "--format", beacon_format, "--key", key, "--day", day, "--json")
        _derived[beacon_format, key, day] = json.loads(text)
    return _derived[beacon_format, key, day]


def sightings():
    """The encounter journal as it is on the disk now."""
    if not JOURNAL.exists():
        return []
    text = machine.run("bluezonectl", "journal", "dump", JOURNAL, "--json")
    return [json.loads(line) for line in text.splitlines() if line]


def wait_for_sighting(who, identifier, fits=lambda sighting: True, limit=120):
    """The first sighting of an identifier that fits; `who` sends it, in words."""
    def probe():
        return next((found for found in sightings() if found["id"] == identifier and fits(found)), None)
    return wait_for(f"a sighting of {who}", probe, limit, pause=1)


def same_metadata(sighting, beacon):
    """Bluezone has no metadata; an empty text, null and no field at all say so alike."""
    return (sighting.get("metadata") or "") == ("" if beacon.format == BLUEZONE else beacon.metadata)


def heard_at(records, seconds, slack=WINDOW + 3):
    """Those records of the air that lie within a scan of a wall clock time."""
    return [record for record in records if abs(record["time"] - seconds) <= slack]


def today():
    return day_of(time.time())


def day_of(seconds):
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))

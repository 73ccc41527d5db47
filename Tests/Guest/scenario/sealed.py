# SPDX-License-Identifier: GPL-3.0-or-later
"""A credential seals the journal's keys, as bluezoned(8) has it: made, missing, and back again. The last subject: from then on
the journal is only readable with it."""

import json
import os
import pathlib
import subprocess

from . import daemon, machine
from .beacon import EXPOSURE_NOTIFICATION
from .phone import Phone
from .steps import wait_for

CREDENTIAL = pathlib.Path("/etc/credstore.encrypted/bluezone.journal")
AWAY = pathlib.Path("/root/bluezone.journal")
KEYS = daemon.JOURNAL / "keys"


def run(steps, bench, _identity):
    phone = Phone(bench, "sealed", EXPOSURE_NOTIFICATION, rssi=-60)
    before = daemon.wait_for_sighting("a phone", phone.send().id)
    steps.check(not json.loads(machine.run("bluezonectl", "journal", "verify", daemon.JOURNAL, "--json"))["keys"]["sealed"],
                "without a credential the keys stand in the clear")
    make_credential()
    restart()
    found = findings()
    steps.check(found["keys"]["sealed"] and all(one["readable"] for one in found["segments"]) and not found["unread"],
                "the next start with one seals them and can read every day", found)
    steps.check(before["id"] in heard(), "what was heard before is still there")
    after = phone.send().id
    wait_for("a sighting in the sealed journal", lambda: after in heard(), pause=1)
    steps.check(True, "and more comes to it")
    missing(steps, {before["id"], after})
    phone.silence()


def missing(steps, known):
    CREDENTIAL.rename(AWAY)
    keys = KEYS.read_bytes()
    restart()
    steps.check(wait_for("a warning", journal_warning, pause=1), "with the credential gone the status says so", status())
    steps.check(daemon.active() and KEYS.read_bytes() == keys, "and nothing is destroyed")
    AWAY.rename(CREDENTIAL)
    restart()
    steps.check(known <= heard(), "put back, everything is readable again")
    wait_for("the warning's end", lambda: not journal_warning(), pause=1)
    steps.check(True, "and the warning ends")


def make_credential():
    """As the manual page has it, under the host's key: the machine has no TPM."""
    CREDENTIAL.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["systemd-creds", "encrypt", "--with-key=host", "--name=bluezone.journal", "-", str(CREDENTIAL)],
                   input=os.urandom(32), check=True)


def restart():
    machine.run("systemctl", "restart", daemon.UNIT, limit=180)


def status():
    return json.loads(machine.run("bluezonectl", "status", "--json"))


def journal_warning():
    return any("journal" in json.dumps(warning).lower() for warning in status()["warnings"])


def under_credential(*words):
    return machine.run("systemd-run", "--quiet", "--pipe", "--wait", "--property=LoadCredentialEncrypted=bluezone.journal",
                       "bluezonectl", "journal", *words, daemon.JOURNAL, "--json", check=False)


def findings():
    return json.loads(under_credential("verify"))


def heard():
    return {json.loads(line)["id"] for line in under_credential("dump").splitlines() if line}

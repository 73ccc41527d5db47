# SPDX-License-Identifier: GPL-3.0-or-later
"""A phone nearby turns out to be a case: the signed export in the spool raises the alert in the journal, once, with its
fields; an export that nobody trusted has signed raises none."""

import json
import os
import pathlib
import time

from . import comeback, daemon, machine, oracle
from .beacon import BLUEZONE, EXPOSURE_NOTIFICATION
from .phone import Phone
from .steps import wait_for

MESSAGE = "MESSAGE_ID=b1ce20e0f1a94d6f8f5e7a3c9d2b4e61"
SPOOL = pathlib.Path("/var/lib/bluezone-sync/spool")
TRUSTED = pathlib.Path("/etc/bluezone/keys.d/452-v1.pem")
WORK = pathlib.Path("/run/authority")
# Each kind of controller tries another format: a whole encounter takes its time.
FORMAT = {"extended": EXPOSURE_NOTIFICATION, "legacy": BLUEZONE}
# How long the phone stays near, in seconds of real time: the daemon counts the time that passed, not a clock that is set.
# daemon.ALERT_MINUTES of it are enough for an alert.
NEARBY = 140
LIMIT = 240


def run(steps, bench, _identity):
    authority = trusted_key()
    stranger = signing_key("stranger")

    phone = Phone(bench, "case", FORMAT[bench.kind], rssi=-45)
    day = encounter(steps, bench, phone)
    # The scan that heard the phone last gets its end before the clock leaps. Keys come out when their day is over.
    time.sleep(3 * (daemon.WINDOW + daemon.PAUSE))
    machine.set_clock(oracle.day_start(time.time()) + oracle.DAY + 6 * 3600 + 60)

    steps.check(not machine.journal(MESSAGE), "there is no alert before there is a case")
    drop(export(phone, day, stranger, "forged"))
    time.sleep(20)
    steps.check(not machine.journal(MESSAGE), "an export with an unknown signature raises none")
    drop(export(phone, day, authority, "export"))
    alerts = wait_for("the alert", lambda: machine.journal(MESSAGE), LIMIT)
    says_what_it_must(steps, alerts, phone, day)


def trusted_key():
    """The authority's, which this device trusts from then on."""
    authority = WORK / "authority.pem"
    if not authority.exists():
        signing_key("authority")
        TRUSTED.parent.mkdir(parents=True, exist_ok=True)
        TRUSTED.write_text(machine.run("openssl", "pkey", "-in", authority, "-pubout"), encoding="ascii")
    return authority


def signing_key(name):
    WORK.mkdir(exist_ok=True)
    path = WORK / f"{name}.pem"
    machine.run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path)
    return path


def encounter(steps, bench, phone):
    """The phone stays near for some minutes, and bluetoothd is restarted in the middle. Returns the day."""
    # Well inside a day and a slot, so that nothing but the encounter decides.
    machine.set_clock(oracle.day_start(time.time()) + 10 * 3600 + 60 if time.time() % oracle.DAY < 10 * 3600
                      else oracle.day_start(time.time()) + oracle.DAY + 10 * 3600 + 60)
    begin = time.time()
    sent = phone.send()
    daemon.wait_for_sighting("the case", sent.id, lambda sighting: sighting["time"] >= int(begin))
    half = begin + NEARBY / 2
    time.sleep(max(0, half - time.time()))
    comeback.restart(bench)
    restarted = time.time()
    daemon.wait_for_sighting("the case after the restart", sent.id, lambda sighting: sighting["time"] >= restarted)
    time.sleep(max(0, begin + NEARBY - time.time()))
    phone.silence()
    heard = [sighting["time"] for sighting in daemon.sightings() if sighting["id"] == sent.id]
    steps.check(min(heard) < restarted < max(heard),
                f"the phone was sighted {len(heard)} times, before and after bluetoothd was restarted")
    return oracle.day_start(begin)


def export(phone, day, signing, name, more=()):
    """A signed export of a day with the phone's key, and `more` keys of its format in hex, among many others."""
    key = {"key": phone.key.hex(), "rollingStart": day // oracle.INTERVAL, "rollingPeriod": oracle.INTERVALS_A_DAY,
           "reportType": 1, "daysSinceOnset": 0, "transmissionRisk": 0}
    # Exports of real authorities come with many keys that nobody met.
    others = [key | {"key": another} for another in (*more, *(os.urandom(oracle.KEY_LENGTH[phone.format]).hex() for _ in range(30)))]
    keys, path = WORK / f"{name}.json", WORK / f"{name}.zip"
    keys.write_text(json.dumps({"keys": others[:11] + [key] + others[11:]}), encoding="ascii")
    machine.run("bluezonectl", "export", "make", "--keys", keys, "--region", "VN", "--sign", signing, "--out", path)
    return path


def drop(path):
    """As bluezone-sync leaves it: whole, under its owner, by a rename."""
    if not SPOOL.exists():
        raise FileNotFoundError(f"{SPOOL}: nothing made the spool")
    owner = SPOOL.stat()
    partial = SPOOL / f".{path.name}.part"
    partial.write_bytes(path.read_bytes())
    os.chown(partial, owner.st_uid, owner.st_gid)
    os.chmod(partial, 0o640)
    partial.rename(SPOOL / path.name)


def says_what_it_must(steps, alerts, phone, day):
    time.sleep(10)
    alerts = machine.journal(MESSAGE) or alerts
    steps.check(len(alerts) == 1, "the signed export raises one alert", len(alerts))
    entry = alerts[0]
    wanted = {"BLUEZONE_LEVEL": "F1", "BLUEZONE_DAY": daemon.day_of(day), "BLUEZONE_FORMAT": phone.format}
    found = {field: entry.get(field) for field in wanted}
    steps.check(found == wanted, "it tells the level, the day and the format", found)
    minutes = float(entry.get("BLUEZONE_MINUTES", "nan"))
    # Each scan counts whole clock minutes since the one before, so that minutes at their edges may count twice.
    steps.check(daemon.ALERT_MINUTES <= minutes <= NEARBY / 60 + 3, "and how many minutes", entry.get("BLUEZONE_MINUTES"))
    steps.check(entry.get("PRIORITY") in ("1", "2", "3", "4"), "with a priority that stands out", entry.get("PRIORITY"))
    steps.check(entry.get("_SYSTEMD_UNIT") == daemon.UNIT, "it comes from the daemon", entry.get("_SYSTEMD_UNIT"))
    steps.check(phone.key.hex() not in json.dumps(entry).lower(), "it does not tell the case's key")

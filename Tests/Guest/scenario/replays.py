# SPDX-License-Identifier: GPL-3.0-or-later
"""Who repeats others' identifiers makes no exposure: of a phone that was near for a moment and was repeated for minutes half an hour later
no alert comes, of one that was near for as long there does; and own identifiers that are heard back are told and nobody's encounter."""

import json
import pathlib
import time

from . import alert, daemon, machine
from .beacon import EXPOSURE_NOTIFICATION
from .bench import OURS
from .oracle import DAY, day_start
from .phone import Phone
from .steps import wait_for

EXTRA = pathlib.Path("/etc/bluezone/bluezone.conf.d/93-replays.conf")
# What a moment does not come to, even where it lies on both sides of a minute's edge.
ALERT_MINUTES = 2
# Seconds of real time that a phone is near, or is repeated: more than is needed, should a scan miss it.
NEARBY = 200
LATER = 25 * 60
MORNING, EARLY = 10 * 3600 + 75, 6 * 3600 + 60


def run(steps, bench, identity):
    authority = alert.trusted_key()
    EXTRA.write_text(f"[Policy]\nAlertMinutes={ALERT_MINUTES}\n", encoding="ascii")
    # Anew, so that whoever repeated us for another subject is forgotten.
    machine.run("systemctl", "restart", daemon.UNIT, limit=180)
    begun = time.monotonic()
    repeated, honest = (Phone(bench, name, EXPOSURE_NOTIFICATION, rssi=-45) for name in ("repeated", "honest"))
    try:
        day, own_key = first_day(steps, bench, identity, repeated)
        counted, marked = sightings_of(repeated)
        tells(steps, counted, marked)
        later = second_day(steps, bench, identity, honest)
        go_to(EARLY)
        makes_no_alert(steps, repeated, day, alert.export(repeated, day, authority, "repeated", more=[own_key]), begun)
        makes_an_alert(steps, later, alert.export(honest, later, authority, "honest"), begun)
    finally:
        for phone in (repeated, honest):
            phone.silence()
        EXTRA.unlink()
        machine.run("systemctl", "reload", daemon.UNIT)


def go_to(second_of_day):
    """Sets the clock to a moment of the next day; the day, and the monotonic time since which it is that."""
    day = day_start(time.time()) + DAY
    machine.set_clock(day + second_of_day)
    return day, time.monotonic()


def settle():
    """Lets the scans under way end before the clock leaps."""
    time.sleep(3 * (daemon.WINDOW + daemon.PAUSE))


def first_day(steps, bench, identity, phone):
    """The phone for a moment; later whoever recorded it, and us, plays both. Returns the day and our own key of it."""
    day, since = go_to(MORNING)
    own = identity.wait_for_ours(bench, OURS, since, each=True)
    settle()
    sent_at = time.time()
    sent = phone.send(sent_at)
    first = daemon.wait_for_sighting("the phone", sent.id)
    phone.silence()
    steps.check(first.get("previousScan") is not None, "a phone is sighted for a moment", first)
    settle()
    machine.set_clock(time.time() + LATER)
    end = time.monotonic() + NEARBY
    phone.send(sent_at)
    own_heard_back(steps, bench, identity, own)
    time.sleep(max(0, end - time.monotonic()))
    phone.silence()
    settle()
    return day, identity.key(EXPOSURE_NOTIFICATION, day)


def own_heard_back(steps, bench, identity, own):
    """`own`: an advert of ours of each format, as the air had it."""
    before = daemon.status()
    steps.check("relayed" not in {warning["kind"] for warning in before["warnings"]}, "nobody repeats us yet", before["warnings"])
    names = {f"recorder-{beacon_format}": record for beacon_format, record in own.items()}
    for number, (name, record) in enumerate(names.items()):
        bench.peer(name, f"3A:00:00:00:03:{number:02X}", bytes.fromhex(record["data"]), rssi=-40, interval=150)
    try:
        wait_for("the warning", lambda: "relayed" in daemon.warnings())
        text, near = machine.run("bluezonectl", "status"), daemon.nearby()
    finally:
        for name in names:
            bench.unpeer(name)
    steps.check(daemon.status()["ownHeard"] - before["ownHeard"] >= 2, "own identifiers heard back are counted", daemon.status())
    steps.check("Warning: somebody repeats this device's identifiers, so people elsewhere may seem to have met you" in text
                and "Fix: this device ignores them" in text, "bluezonectl says what that means and what to do", text)
    ours = {identity.right(record).id for record in own.values()}
    steps.check(not {one["prefix"] for one in near} & {identifier[:6] for identifier in ours}, "they are nobody who is near", near)
    settle()
    kept = [found for found in daemon.sightings() if found["id"] in ours]
    steps.check(not kept, "and no sighting", kept)


def second_day(steps, bench, identity, phone):
    """Another phone, near for as long as the first was repeated; returns the day."""
    day, since = go_to(MORNING)
    identity.wait_for_ours(bench, OURS, since)
    settle()
    phone.send()
    time.sleep(NEARBY)
    phone.silence()
    settle()
    counted, marked = sightings_of(phone)
    steps.check(counted and not marked, f"none of {len(counted)} sightings of a phone that is there for as long is marked", marked)
    return day


def sightings_of(phone):
    """Those that are not marked as replays, and those that are."""
    found = [sighting for sighting in daemon.sightings() if sighting["id"] == phone.sent.id]
    return [one for one in found if not one.get("replay")], [one for one in found if one.get("replay")]


def tells(steps, counted, marked):
    first = counted[0]["time"]
    length = marked[-1]["time"] - marked[0]["time"] if marked else 0
    steps.check(length > 60 * ALERT_MINUTES and marked[0]["time"] - first > 20 * 60 and counted[-1]["time"] - first < 60,
                f"its identifier, played for {length:.0f} s half an hour later, is marked in the journal for all that time",
                (counted, marked[:1]))
    replays = daemon.status()["replaysToday"]
    text = machine.run("bluezonectl", "status")
    steps.check(replays == len(marked) and f", {replays} replayed\n" in text, f"the status counts {replays} of them", (len(marked), text))


def makes_no_alert(steps, phone, day, path, begun):
    """Nor does our own key of that day, with which somebody could say that we were a case."""
    known = daemon.status()["caseKeys"]
    counted, marked = sightings_of(phone)
    alert.drop(path)
    wait_for("the import", lambda: daemon.status()["caseKeys"] > known, alert.LIMIT)
    # The daemon compares now, whatever it did by itself.
    alerts = json.loads(machine.run("bluezonectl", "match", "--json"))["alerts"]
    steps.check(daemon.day_of(day) not in {one["day"] for one in alerts} and not machine.journal(alert.MESSAGE, since=begun),
                "with the phone's key and our own among the cases there is no alert", alerts)
    words = ("bluezonectl", "match", "--journal", daemon.JOURNAL, "--export", path, "--key", alert.TRUSTED, "--policy", EXTRA)
    found, text = json.loads(machine.run(*words, "--json")), machine.run(*words)
    matches = [(one["key"], one["sightings"], one["replays"]) for one in found["matches"]]
    steps.check(matches == [(phone.key.hex(), len(counted), len(marked))] and not found["alerts"],
                "compared without the daemon: the phone alone was met, and what was replayed does not count", (matches, found["alerts"]))
    steps.check("not counted" in text and text.endswith("No alert.\n"), "and bluezonectl says so", text)


def makes_an_alert(steps, day, path, begun):
    alert.drop(path)
    wait_for("the alert", lambda: machine.journal(alert.MESSAGE, since=begun), alert.LIMIT)
    time.sleep(10)
    alerts = [(entry.get("BLUEZONE_DAY"), entry.get("BLUEZONE_LEVEL")) for entry in machine.journal(alert.MESSAGE, since=begun)]
    steps.check(alerts == [(daemon.day_of(day), "F1")], "of the phone that was there all the time, and only of it, there is one alert",
                alerts)

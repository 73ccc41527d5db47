# SPDX-License-Identifier: GPL-3.0-or-later
"""`bluezonectl calibrate` as a person goes through it on a terminal, with a phone at one metre: what it says at each step, what it makes of
the answers, and what the daemon and everybody who hears it learn from that."""

import pathlib
import re
import time

from . import daemon, machine
from .beacon import EXPOSURE_NOTIFICATION
from .bench import OURS
from .oracle import BLUEZONE_SLOT
from .phone import Phone
from .steps import wait_for
from .terminal import Terminal

FILE = pathlib.Path("/etc/bluezone/adapters.toml")
ANOTHERS_ROW = '# Measured in the cellar.\n["usb:1234:5678"]\nradiated-power = -12\n'
CALIBRATE = ("bluezonectl", "calibrate")
FIRST = "1. How well it hears. Put the other device one metre away. Enter starts, s leaves this out: "
SECOND = "That number, or s to leave this out: "
# Receptions that make a measurement, and the longest that they may take, in seconds.
ENOUGH, LISTENS = 12, 400
# dBm and dB: how the phone at one metre is heard; what its owner knows of it; and what it says at how many it hears us.
HEARD, PHONE_POWER, PHONE_CORRECTION, PHONE_HEARS = -60, -23, 4, -49
METRE, USUAL_PHONE = 40, -26
CORRECTION = PHONE_POWER - METRE - HEARD
POWER = PHONE_HEARS + PHONE_CORRECTION + METRE
MEASURED = (POWER, CORRECTION, "medium")
CONFIDENCES = ("lowest", "low", "medium", "high")


def run(steps, bench, identity):
    phone = Phone(bench, "at-one-metre", EXPOSURE_NOTIFICATION, rssi=HEARD)
    passer_by = Phone(bench, "further-off", EXPOSURE_NOTIFICATION, rssi=HEARD - 25)
    hinted = restart(bench, identity)
    known = daemon.status()
    steps.check(hinted and known["confidence"] == "lowest",
                "nobody measured the adapter: the log says so, and the status has its power with the lowest confidence", known)
    FILE.write_text(ANOTHERS_ROW, encoding="ascii")
    try:
        alone(steps)
        in_the_way(steps, bench, phone)
        passer_by.send()
        measured(steps, bench, identity, phone)
        again(steps)
        steps.check(not restart(bench, identity) and figures(daemon.status()) == MEASURED,
                    "a daemon that starts anew knows it, and says no more that nobody measured the adapter", daemon.status())
    finally:
        for one in (phone, passer_by):
            one.silence()
        FILE.unlink()
        machine.run("systemctl", "reload", daemon.UNIT)
    wait_for("the daemon to know what it knew", lambda: figures(daemon.status()) == figures(known))
    steps.check(True, "with the row taken out it is as it was")


def restart(bench, identity):
    """Starts the daemon anew; whether it says that nobody measured its adapter."""
    since = time.monotonic()
    machine.run("systemctl", "restart", daemon.UNIT, limit=180)
    identity.wait_for_ours(bench, OURS, since)
    machine.run("journalctl", "--sync")
    return any("nobody has measured an adapter of this model: see bluezonectl calibrate" in str(entry.get("MESSAGE"))
               for entry in machine.journal(f"_SYSTEMD_UNIT={daemon.UNIT}", since=since))


def figures(status):
    return status["radiatedPower"], status["correction"], status["confidence"]


def alone(steps):
    """Nobody is near; meanwhile others answer nonsense, leave all out, and have no right to write."""
    wait_for("nobody to be near", lambda: not daemon.nearby())
    with Terminal(*CALIBRATE) as waiting:
        waiting.expect(FIRST)
        waiting.type("")
        nonsense(steps)
        with Terminal("setpriv", "--reuid=bluezone", "--regid=bluezone", "--init-groups", *CALIBRATE) as person:
            answer_second(person, str(PHONE_HEARS))
            status, said = person.end()
        row = row_of(daemon.status(), PHONE_HEARS + METRE, 0, "low")
        steps.check(status == 4 and row in said and f"put the lines above into {FILE} as root" in said,
                    "without the right to write it shows the row and says where it belongs (exit 4)", (status, said))
        status, said = waiting.end(LISTENS)
    steps.check(status == 1 and f"/{ENOUGH}: " not in said
                and "the other device is not heard often enough: is its app on, and bluezoned listening?" in said,
                "with nobody near it gives up after three minutes and asks whether the other one sends (exit 1)", (status, said))
    done = machine.run("sh", "-c", "bluezonectl calibrate --reference-power=30 2>&1; echo exit $?")
    steps.check("--reference-power is -60 to 20 dBm" in done and "exit 2" in done, "a power that no phone has is wrong usage", done)
    steps.check(FILE.read_text(encoding="ascii") == ANOTHERS_ROW, "nothing of all that changes the file")


def nonsense(steps):
    with Terminal(*CALIBRATE) as person:
        person.expect(FIRST)
        steps.check("Measuring hci0 takes some minutes." in person.shown() and "a metre of free air" in person.shown(),
                    "it says first what it measures and what that needs", person.shown())
        answer_second(person, "loud")
        for answer in ("12", "-52,5", "s"):
            person.expect("A number from -100 to 0, as -52.\n")
            person.expect(SECOND)
            person.type(answer)
        status, said = person.end()
    steps.check(said.count(SECOND) == 4, "what is no signal strength is asked for again, with an example, till it is left out", said)
    steps.check(status == 1 and "nothing was measured, nothing was changed" in said, "with both left out it says so (exit 1)",
                (status, said))


def answer_second(person, answer):
    person.expect(FIRST)
    person.type("s")
    person.expect(SECOND)
    person.type(answer)


def in_the_way(steps, bench, phone):
    """Somebody steps between the two half-way through."""
    phone.send()
    with Terminal(*CALIBRATE) as person:
        person.expect(FIRST)
        person.type("")
        person.expect(f"{ENOUGH // 2}/{ENOUGH}: ", LISTENS)
        bench.rssi(phone.name, "*", HEARD - 20)
        status, said = person.end(LISTENS)
    steps.check(status == 1 and "the strengths lie too far apart" in said and "something moves or stands in the way" in said,
                "a phone that is heard now well and now badly is refused, with the reason (exit 1)", (status, said))


def measured(steps, bench, identity, phone):
    """Both measurements with a phone that its owner knows."""
    machine.set_clock((time.time() // BLUEZONE_SLOT + 1) * BLUEZONE_SLOT + 20)
    slot = time.monotonic()
    sent = phone.send()
    wait_for("the phone to be near", lambda: (sent.id[:6], HEARD) in {(one["prefix"], one["rssi"]) for one in daemon.nearby()})
    known, before = daemon.status(), identity.wait_for_metadata(bench, OURS, slot)
    steps.check(before == metadata_of(known), "until now the metadata on the air declares what the status says", before.hex())
    with Terminal(*CALIBRATE, f"--reference-power={PHONE_POWER}", f"--reference-correction={PHONE_CORRECTION}") as person:
        listen(person)
        person.type(f"{PHONE_HEARS} dBm")
        status, said = person.end()
    told = [(int(number), int(dbm)) for number, dbm in re.findall(rf"(\d+)/{ENOUGH}: (-?\d+) dBm", said)]
    steps.check([number for number, _ in told] == list(range(1, ENOUGH + 1)) and [dbm for _, dbm in told].count(HEARD) >= ENOUGH - 2,
                f"it counts {ENOUGH} receptions of the nearer one of two phones", told)
    row = row_of(known, POWER, CORRECTION, "medium")
    steps.check(status == 0 and row in said, f"it makes {POWER} dBm and {CORRECTION} dB of them, with medium confidence", (status, said))
    steps.check(f"Stored in {FILE}. To use it: sudo systemctl reload bluezoned\n" in said
                and FILE.read_text(encoding="ascii") == f"{ANOTHERS_ROW}\n{row}",
                "writes that behind what its owner has there, and says what to do", FILE.read_text(encoding="ascii"))
    in_force(steps, bench, identity, phone, known, before)


def in_force(steps, bench, identity, phone, known, before):
    steps.check(figures(daemon.status()) == figures(known), "before a reload nothing changes", daemon.status())
    begun = time.monotonic()
    machine.run("systemctl", "reload", daemon.UNIT)
    wait_for("the daemon to take it", lambda: figures(daemon.status()) == MEASURED)
    daemon.wait_for_sighting("the phone, corrected", phone.sent.id, lambda found: found["rssi"] == HEARD + CORRECTION)
    steps.check(True, f"after it the status says the same as the row, and the phone is sighted at {HEARD + CORRECTION} dBm")
    identity.wait_for_metadata(bench, OURS, time.monotonic())
    kept = {identity.metadata(beacon, record["time"]) for record in bench.log.adverts(OURS, begun)
            if (beacon := identity.right(record)) and beacon.format == EXPOSURE_NOTIFICATION}
    steps.check(kept == {before}, "an identifier that is on the air keeps its metadata", [one.hex() for one in kept])
    machine.set_clock((time.time() // BLUEZONE_SLOT + 1) * BLUEZONE_SLOT + 20)
    after = identity.wait_for_metadata(bench, OURS, time.monotonic())
    steps.check(after == metadata_of(daemon.status()) and after[:2] == bytes([0x58, POWER & 0xFF]),
                "the next slot's metadata declares the new power with medium confidence", after.hex())


def again(steps):
    """Hearing alone, with a phone that nobody knows, and only shown."""
    known, text = daemon.status(), FILE.read_text(encoding="ascii")
    with Terminal(*CALIBRATE, "--print") as person:
        listen(person)
        person.type("s")
        status, said = person.end()
    row = row_of(known, POWER, USUAL_PHONE - METRE - HEARD, "medium")
    steps.check(status == 0 and row in said, "measured again, nothing is corrected twice, and a power that is left out stays",
                (status, said))
    steps.check("Stored" not in said and FILE.read_text(encoding="ascii") == text, "with --print it only shows the row", said)


def listen(person):
    """Goes through the first measurement, to the question of the second."""
    person.expect(FIRST)
    person.type("")
    person.expect(f"   heard at {HEARD} dBm\n", LISTENS)
    person.expect(SECOND)


def row_of(status, power, correction, confidence):
    """What is to be written of the adapter, an emulated one being of no model."""
    model, name, chip = status["adapterModel"] or "default", status["adapterModel"] or status["adapter"], status["chipPower"]
    return (f'["{model}"]\nname = "{name}"\nradiated-power = {power}\n' + (f"set-point = {chip}\n" if chip is not None else "")
            + f'correction = {correction}\nconfidence = "{confidence}"\n')


def metadata_of(status):
    return bytes([0x50 | CONFIDENCES.index(status["confidence"]) << 2, status["radiatedPower"] & 0xFF, 0, 0])

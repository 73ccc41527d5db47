# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate as a service: it sees a phone that stands near and not one that is far, says why when it cannot see, counts
each phone once, and keeps no identifier."""

import json
import pathlib
import re
import subprocess
import time

from . import daemon, machine
from .beacon import BLUEZONE, EXPOSURE_NOTIFICATION
from .bench import OURS
from .phone import Phone
from .steps import wait_for

UNIT = "bluezone-gate.service"
PAGE = pathlib.Path("/run/bluezone-gate/index.html")
STATE = pathlib.Path("/var/lib/bluezone-gate")
DROP_IN = pathlib.Path(f"/run/systemd/system/{UNIT}.d/console.conf")
QUARTER = 900


def run(steps, bench, _identity):
    # Everything below is counted in one quarter of an hour.
    if QUARTER - time.time() % QUARTER < 360:
        machine.set_clock((time.time() // QUARTER + 1) * QUARTER + 20)
    machine.run("systemctl", "start", UNIT)
    wait_for_page("NO")
    steps.check(True, "with nobody there the gate says no")
    counts(steps, sees(steps, bench))
    machine.run("systemctl", "start", UNIT)
    for title, trouble in (("bluezoned stopped", stopped), ("the gate killed", killed)):
        trouble(steps)
        newcomer = Phone(bench, f"after-{trouble.__name__}", BLUEZONE, rssi=-55)
        newcomer.send()
        wait_for_page("YES")
        newcomer.silence()
        steps.check(True, f"{title}: afterwards the gate sees again")
    permissions(steps)
    console(steps, bench)


def sees(steps, bench):
    """One phone near, one far, then three more near."""
    near = Phone(bench, "visitor", BLUEZONE, rssi=-55, flags=0x02, pdu="ADV_IND")
    near.send()
    begun = time.monotonic()
    wait_for_page("YES")
    steps.note(f"a phone that comes near: yes after {time.monotonic() - begun:.1f} s")
    steps.check(people() == 1, "a phone that stands near: yes, and one person", people())
    near.silence()
    wait_for_page("NO")
    steps.check(True, "when it is gone: no")
    far = Phone(bench, "passer-by", BLUEZONE, rssi=-85, flags=0x02, pdu="ADV_IND")
    since = time.monotonic()
    far.send()
    wait_for("the far phone to be heard", lambda: bench.log.heard_by(OURS, far.name, since))
    wait_for_page("a bit away")
    time.sleep(8)
    steps.check(answer() == "NO" and people() == 1, "a phone at -85 dBm: no, and nobody counted", (answer(), people()))
    far.silence()
    phones = [near, far]
    for number in range(3):
        phones.append(Phone(bench, f"visitor-{number}", EXPOSURE_NOTIFICATION if number == 2 else BLUEZONE, rssi=-58))
        phones[-1].send()
    # Three of Bluezone and one of Exposure Notification: three people at least.
    wait_for("all of them to be counted", lambda: people() == 3)
    near.send()
    time.sleep(8)
    steps.check(people() == 3, "whoever comes a second time is not counted again", people())
    return phones


def stopped(steps):
    machine.run("systemctl", "stop", daemon.UNIT)
    wait_for_page("bluezoned is not running")
    steps.check(answer() == "?", "when bluezoned stops the page says so, and neither yes nor no", answer())
    daemon.start()


def killed(steps):
    machine.run("systemctl", "kill", "--signal=KILL", UNIT)
    wait_for_page("The gate is closed")
    steps.check(True, "when the gate is killed its page says that it is closed")
    wait_for("systemd to start it again", lambda: int(machine.unit_property(UNIT, "NRestarts")) > 0)


def counts(steps, phones):
    machine.run("systemctl", "stop", UNIT)
    steps.check("The gate is closed" in page(), "a gate that ends says on its page that it is closed")
    listed = json.loads(machine.run("bluezonectl", "gate", "counts", "--json"))["counts"]
    last = listed[-1] if listed else {}
    steps.check((last.get("bluezone"), last.get("exposureNotification"), last.get("people")) == (3, None, 3),
                "the quarter is kept, and what is less than three is hidden", listed)
    kept = "".join(path.read_text(encoding="utf-8") for path in STATE.iterdir())
    log = "".join(str(entry.get("MESSAGE")) for entry in machine.journal(f"_SYSTEMD_UNIT={UNIT}"))
    leaked = [phone.name for phone in phones if phone.sent.id[:6] in (kept + log + page()).lower()]
    steps.check(not leaked, "no identifier is in its files, its log or its page", leaked)
    for phone in phones:
        phone.silence()


def permissions(steps):
    steps.check(may_call("Nearby"), "the gate's user may ask who is nearby")
    refused = [method for method in ("ListAlerts", "Resume", "Forget", "Match") if may_call(method)]
    steps.check(not refused, "it may neither read alerts nor change anything", refused)
    page_mode, state_mode = oct(PAGE.stat().st_mode & 0o777), oct(STATE.stat().st_mode & 0o777)
    steps.check((page_mode, state_mode) == ("0o644", "0o750"), "its page is for everybody, its counts are not",
                (page_mode, state_mode))


def may_call(method):
    done = subprocess.run(["setpriv", "--reuid=bluezone-gate", "--regid=bluezone-gate", "--clear-groups", "busctl", "--system",
                           "call", "org.bluezone1", "/org/bluezone1", "org.bluezone1.Station", method],
                          check=False, capture_output=True)
    return done.returncode == 0


def console(steps, bench):
    """The example drop-in: the machine's own display, read back from the kernel."""
    example = pathlib.Path("/usr/share/doc/bluezone/gate-console.conf")
    DROP_IN.parent.mkdir(parents=True, exist_ok=True)
    DROP_IN.write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", UNIT)
    wait_for("the console to show no", lambda: "Open the Bluezone app" in screen(), limit=60)
    steps.check(True, "on the console the whole display says no")
    visitor = Phone(bench, "late", BLUEZONE, rssi=-50)
    visitor.send()
    wait_for("the console to show yes", lambda: "A working Bluezone" in screen(), limit=60)
    steps.check(True, "and yes when somebody is there")
    for line in screen().splitlines():
        steps.note("  |" + line)
    visitor.silence()
    machine.run("systemctl", "stop", UNIT)
    DROP_IN.unlink()
    machine.run("systemctl", "daemon-reload")


def screen():
    """What stands on tty1, row by row, without blanks at the ends."""
    data = pathlib.Path("/dev/vcsa1").read_bytes()
    lines, columns = data[0], data[1]
    letters = data[4::2].decode("latin-1")
    return "\n".join(letters[row * columns:(row + 1) * columns].rstrip() for row in range(lines))


def page():
    return PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""


def answer():
    found = re.search(r"<h1>(.*?)</h1>", page())
    return found[1] if found else None


def people():
    found = re.search(r"(\d+) (?:person|people)<", page())
    return int(found[1]) if found else None


def wait_for_page(words):
    """Waits for an answer, or for words anywhere on the page."""
    def shown():
        return answer() == words if words in ("YES", "NO") else words in page()
    wait_for(f"the page to say {words}", shown, limit=90)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that goes wrong below the daemon: what its owner sees meanwhile, and how soon all is well again by itself."""

import time

from . import daemon, machine
from .aftermath import nothing_shown, well_again
from .beacon import ANOTHER_ID, EXPOSURE_NOTIFICATION
from .bench import OURS
from .phone import Phone
from .steps import wait_for
from .troubles import TROUBLES

CONFIGURATION = """\
[Radio]
Adapter={adapter}
SilenceMinutes=1
PowerCycle=yes
"""
# Words of titles, when not all of them shall be tried.
WANTED = []
# Whether to leave out what is tried on the other kind of controller.
IS_BRIEF = False
EXTRA = daemon.DROP_IN.with_name("91-faults.conf")


def run(steps, bench, identity):
    configure(bench, identity, "auto")
    # Somebody is always near, so that silence means something.
    neighbour = Phone(bench, "neighbour", EXPOSURE_NOTIFICATION, rssi=-71)
    neighbour.send()
    started, lines = daemon.restarts(), []
    for trouble in wanted(bench.kind):
        # With two adapters it would go on over the other one: seen first, and then not wanted.
        if trouble is not TROUBLES[0] and "hci0" not in EXTRA.read_text(encoding="ascii"):
            configure(bench, identity, "hci0")
            started = daemon.restarts()
        with steps.subject(trouble.title):
            lines.append(suffer(steps, bench, identity, trouble))
    steps.check(daemon.active() and daemon.restarts() == started, "the daemon itself never stopped", daemon.status_text())
    neighbour.silence()
    steps.note("what its owner saw, and seconds from the trouble's end until we are on the air again:")
    for line in lines:
        steps.note("  " + line)
    EXTRA.unlink()
    restart(bench, identity)


def wanted(kind):
    return [some for some in TROUBLES if (any(word in some.title for word in WANTED) if WANTED
                                          else not IS_BRIEF or some.place in (None, kind))]


def configure(bench, identity, adapter):
    EXTRA.write_text(CONFIGURATION.format(adapter=adapter), encoding="ascii")
    restart(bench, identity)


def restart(bench, identity):
    machine.run("systemctl", "restart", daemon.UNIT)
    identity.wait_for_ours(bench, OURS, time.monotonic())


def suffer(steps, bench, identity, trouble):
    usual, begun = daemon.warnings(), time.monotonic()
    before = {record["address"] for record in bench.log.adverts(OURS)}
    try:
        trouble.cause(bench)
        if trouble.warning:
            trouble.says(steps, trouble.warning, trouble.patience)
        trouble.meanwhile(steps, bench, identity)
        seen = (trouble.seen | daemon.warnings()) - usual
    finally:
        # Whoever comes after must not suffer from it.
        trouble.cure(bench)
    over = trouble.over or time.monotonic()
    if trouble.sends_on:
        before = {record["address"] for record in bench.log.adverts(OURS, until=over)}
    if trouble.remark:
        steps.note(f"{trouble.title}: {trouble.remark}")
    bench.wait_for_adapter(OURS)
    seconds = well_again(steps, bench, identity, trouble.title, over, before if trouble.is_silenced else None)
    wait_for("the status to be as it was", lambda: is_as_it_was(bench, usual), limit=90)
    steps.check(True, f"{trouble.title}: the status names {bench.adapter(OURS)}, and warns of nothing more than before")
    adverts = [record for record in bench.log.adverts(OURS, begun) if ANOTHER_ID not in record["data"]]
    wrong = [record for record in adverts if identity.right(record) is None]
    steps.check(len(wrong) <= trouble.strays, f"{trouble.title}: every one of {len(adverts)} adverts belongs to its moment", wrong[:2])
    nothing_shown(steps, bench, trouble.title, begun, adverts)
    remark = f" ({trouble.remark})" if trouble.remark else ""
    return f"{trouble.title}: {', '.join(sorted(seen)) or 'nothing'}; {seconds:.1f} s{remark}"


def is_as_it_was(bench, usual):
    status = daemon.status()
    return status.get("adapter") == bench.adapter(OURS) and {warning["kind"] for warning in status["warnings"]} <= usual

# SPDX-License-Identifier: GPL-3.0-or-later
"""Many slots in a row, each reached by setting the clock, with neighbours around and something broken now and then: nothing
leaks, nothing stays stuck, no identifier comes twice, and a daemon that is killed leaves nothing on the air."""

import bisect
import os
import pathlib
import random
import time

from . import daemon, machine, troubles
from .beacon import BLUEZONE, EXPOSURE_NOTIFICATION, recognise
from .bench import OURS, PUBLIC_ADDRESSES
from .identity import exposed, linked_addresses
from .oracle import BLUEZONE_SLOT
from .phone import Phone
from .steps import wait_for

# A day has 96.
SLOTS = 6
WARM_UP = 4
ROOM = 1024  # KiB
# Seconds for which an identifier may outlive its slot. On a quiet machine it is a fraction of one.
LEFT_OVER = 10
KINDS = (troubles.Pulled, troubles.SwitchedOff, troubles.Rfkill, troubles.BluetoothdKilled, troubles.NotReadyStorm, troubles.Reset,
         troubles.Refusal)


def run(steps, bench, identity):
    seed = int.from_bytes(os.urandom(4), "big")
    chance = random.Random(seed)
    steps.note(f"{SLOTS} slots of a quarter of an hour, seed {seed}")
    extra = daemon.DROP_IN.with_name("92-soak.conf")
    extra.write_text("[Radio]\nAdapter=hci0\n", encoding="ascii")
    machine.run("systemctl", "restart", daemon.UNIT)
    identity.wait_for_ours(bench, OURS, time.monotonic())
    phones = [Phone(bench, f"neighbour{number}", kind, rssi=-60 - number) for number, kind in
              enumerate((BLUEZONE, EXPOSURE_NOTIFICATION, BLUEZONE))]
    try:
        slots(steps, bench, identity, phones, chance)
        killed(steps, bench, identity)
    finally:
        # Whoever comes after must not hear them.
        for phone in phones:
            phone.silence()
        extra.unlink()
        machine.run("systemctl", "restart", daemon.UNIT)
    identity.wait_for_ours(bench, OURS, time.monotonic())


def slots(steps, bench, identity, phones, chance):
    begun, stepped = time.monotonic(), []
    try:
        quarters(steps, bench, identity, phones, chance, stepped)
    finally:
        # What was on the air is judged even where the rest does not come.
        judge(steps, bench, identity, begun, stepped)


def quarters(steps, bench, identity, phones, chance, stepped):
    started, memory, suffered, slowest = daemon.restarts(), [], [], 0.0
    for _ in range(SLOTS):
        trouble = chance.choice(KINDS)() if chance.random() < 0.4 else None
        slowest = max(slowest, quarter(bench, identity, phones, trouble, chance, stepped))
        memory.append(resident())
        suffered += [trouble.title] if trouble else []
    steps.check(True, f"{SLOTS} slots and {len(suffered)} troubles: back on the air each time, after {slowest:.1f} s at the latest, "
                f"and every neighbour heard in every slot")
    steps.check(daemon.restarts() == started, "the daemon itself never stopped", daemon.status_text())
    if len(memory) > WARM_UP:
        (before, mapped), (after, mapped_after) = memory[WARM_UP - 1], memory[-1]
        steps.check(after - before <= ROOM, f"resident memory of its own (RssAnon) grew by {after - before} KiB from {before} KiB after the "
                    f"first {WARM_UP} slots; of its files (RssFile) {mapped} KiB were resident and are {mapped_after}", memory)


def quarter(bench, identity, phones, trouble, chance, stepped):
    """One slot: its identifiers go on the air, something breaks and is mended. Returns how long the way back took, and adds to
    `stepped` the monotonic time just before the clock was set."""
    boundary = (int(time.time()) // BLUEZONE_SLOT + 1) * BLUEZONE_SLOT
    stepped.append(time.monotonic())
    machine.set_clock(boundary + chance.uniform(-1, 30))
    wait_for("the slot", lambda: time.time() >= boundary)
    # From here on: with bluetoothd gone nobody takes the former slot's identifiers off the air.
    since = time.monotonic()
    identity.wait_for_ours(bench, OURS, since)
    for phone in phones:
        phone.send()
    if not trouble:
        hears(phones, time.time())
        return 0.0
    before = {record["address"] for record in bench.log.adverts(OURS, since)}
    trouble.cause(bench)
    time.sleep(chance.uniform(0, 4))
    trouble.cure(bench)
    since, heard_from = time.monotonic(), time.time()
    bench.wait_for_adapter(OURS)
    back = identity.wait_for_ours(bench, OURS, since, other_than=before)
    hears(phones, heard_from)
    return max(record["monotonic"] for record in back.values()) - since


def hears(phones, since):
    """Each is heard at some moment from the wall clock's `since` on."""
    for phone in phones:
        daemon.wait_for_sighting(phone.name, phone.sent.id, lambda sighting: sighting["time"] >= since)


def resident():
    """KiB of the daemon's own memory that lie in the machine's, and of the files it maps: of these the kernel keeps what was
    used lately, and the first trouble of a kind brings in the program text that deals with it."""
    pid = machine.unit_property(daemon.UNIT, "MainPID")
    lines = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    sizes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if name.startswith("Rss")}
    return sizes["RssAnon"], sizes["RssFile"]


def judge(steps, bench, identity, begun, stepped):
    adverts = bench.log.adverts(OURS, begun)
    again, count = came_back(adverts, stepped)
    steps.check(not again, f"none of {count} identifiers came back in a later slot", again, final=True)
    wrong = strays(adverts, identity, stepped)
    steps.check(not wrong, f"every one of {len(adverts)} adverts belongs to its moment, or to the slot before for at most {LEFT_OVER} s",
                wrong[:2], final=True)
    linked = linked_addresses(adverts, bench.kind)
    steps.check(not linked, "no address links what must not be linked", linked, final=True)
    shown = exposed(bench.log.packets(OURS, begun), PUBLIC_ADDRESSES[OURS])
    steps.check(not shown, "every advert under a non-resolvable private address, no scan request under a public one", shown[:2], final=True)


def strays(adverts, identity, stepped):
    """Adverts that belong neither to their moment nor to the slot that has just ended."""
    return [record for record in adverts if identity.right(record) is None
            and not (is_early(record, stepped) and identity.right(record, slot_begin(record) - 1))]


def came_back(adverts, stepped):
    """The identifiers that were on the air in more than one slot, what was left over aside, and how many identifiers there were."""
    slots = {}
    for record in adverts:
        beacon = recognise(record["data"])
        if beacon is None:
            continue
        slot = int(record["time"]) // BLUEZONE_SLOT
        known = slots.setdefault(beacon.id, set())
        if not (slot - 1 in known and is_early(record, stepped)):
            known.add(slot)
    return {identifier: several for identifier, several in slots.items() if len(several) > 1}, len(slots)


def is_early(record, stepped):
    """Whether what the slot before left over may still be on the air: shortly after its end, or after the clock was set past it, of
    which a daemon hears a moment later. `stepped` are the monotonic times, in order, at which it was set."""
    begin = record["monotonic"] - (record["time"] - slot_begin(record))
    before = stepped[:bisect.bisect_right(stepped, record["monotonic"])]
    return record["monotonic"] - max([begin, *before[-1:]]) <= LEFT_OVER


def slot_begin(record):
    return int(record["time"]) // BLUEZONE_SLOT * BLUEZONE_SLOT


def killed(steps, bench, identity):
    """bluetoothd takes back what a program that died had asked for."""
    started = daemon.restarts()
    machine.run("systemctl", "mask", "--runtime", daemon.UNIT)
    try:
        machine.run("systemctl", "kill", "--signal=KILL", daemon.UNIT)
        begun = time.monotonic()
        wait_for("three seconds without us on the air",
                 lambda: time.monotonic() - begun > 3 and not bench.log.adverts(OURS, time.monotonic() - 3), limit=30)
        last = max((record["monotonic"] for record in bench.log.adverts(OURS, begun)), default=begun)
        steps.check(not bench.adverts_now(OURS),
                    f"a daemon that was killed leaves nothing on the air: the last advert after {last - begun:.1f} s")
    finally:
        # The subjects that come after this one need a daemon, whatever this one finds.
        machine.run("systemctl", "unmask", "--runtime", daemon.UNIT)
        machine.run("systemctl", "restart", daemon.UNIT, limit=180)
    identity.wait_for_ours(bench, OURS, time.monotonic())
    steps.check(daemon.active(), "and it starts again", daemon.status_text())

# SPDX-License-Identifier: GPL-3.0-or-later
"""Three ways to listen, on the same air: they agree on who was there, and the report says how often each heard each."""

import json
import os
import pathlib
import time

from . import beacon, daemon, machine
from .beacon import BLUEZONE, EXPOSURE_NOTIFICATION
from .bench import OURS
from .steps import wait_for

SETTINGS = daemon.DROP_IN.with_name("95-way.conf")
SERVICE = pathlib.Path("/etc/systemd/system/bluezoned.service.d/hci-socket.conf")
EXAMPLE = pathlib.Path("/usr/share/doc/bluezone/hci-socket.conf")
EXPERIMENTAL = pathlib.Path("/etc/systemd/system/bluetooth.service.d/experimental.conf")
WINDOW, PAUSE = 5, 1
LISTENING = 26
NEIGHBOURS = 12
FLAGS = 0x1A
# From here on bluetoothd says that it is one of those (docs/decisions/0008-scanning.md).
FINDS_NOT_ALL = (5, 71)
# How many times as many samples there must be where the controller filters no repetitions. Seen: eight to nine times as many.
MORE = 3


class Neighbour:
    """Somebody on the air; every third sends no flags, and the Bluezone ones would answer who asks."""

    def __init__(self, number):
        self.name = f"neighbour{number}"
        self.format = BLUEZONE if number % 2 else EXPOSURE_NOTIFICATION
        self.id = os.urandom(12 if self.format == BLUEZONE else 16)
        self.has_flags = number % 3 != 0
        self.rssi = -42 - 4 * number
        self._number = number

    def send(self, bench):
        flags = FLAGS if self.has_flags else None
        if self.format == BLUEZONE:
            data, pdu = beacon.bluezone_data(self.id, flags), "ADV_IND"
        else:
            data, pdu = beacon.exposure_notification_data(self.id + bytes(4), flags), "ADV_NONCONN_IND"
        bench.peer(self.name, f"2B:00:00:00:00:{self._number:02X}", data, rssi=self.rssi, pdu=pdu, interval=250)


def run(steps, bench, _identity):
    crowd = [Neighbour(number) for number in range(NEIGHBOURS)]
    for neighbour in crowd:
        neighbour.send(bench)
    table = {}
    try:
        listen(steps, bench, crowd, table, "discovery", "discovery")
        falls_back(steps, "monitor", "of a bluetoothd that has none")
        falls_back(steps, "hci", "without the right to a socket")
        allow_socket()
        steps.note("systemd-analyze security with the drop-in: " + exposure())
        listen(steps, bench, crowd, table, "hci", "auto")
        held_up(steps, bench)
        make_experimental(bench)
        table["hci beside a monitor"] = listen(steps, bench, crowd, {}, "hci", "hci", passive=True)
        if machine.bluez_version() >= FINDS_NOT_ALL:
            falls_back(steps, "monitor", "of a bluetoothd whose monitors do not find everybody")
        else:
            listen(steps, bench, crowd, table, "monitor", "monitor", passive=True)
            unfiltered(steps, crowd, table)
    finally:
        restore(bench)
        for neighbour in crowd:
            bench.unpeer(neighbour.name)
    report(steps, crowd, table)


def use(way):
    SETTINGS.write_text(f"[Scan]\nWay={way}\nWindowSeconds={WINDOW}\nPauseSeconds={PAUSE}\n", encoding="ascii")
    machine.run("systemctl", "restart", daemon.UNIT, limit=180)
    return wait_for("a word on how it listens", lambda: status()["scanWay"])


def status():
    return json.loads(machine.run("bluezonectl", "status", "--json", check=False))


def falls_back(steps, way, why):
    found = use(way)
    warnings = [warning["kind"] for warning in status()["warnings"]]
    steps.check((found, "scan-way-refused" in warnings) == ("discovery", True),
                f"asked for {way} {why}: it is discovery, with a warning", (found, warnings))


def listen(steps, bench, crowd, table, way, setting, passive=False):
    """Samples of each neighbour over some scans in one way."""
    found = use(setting)
    steps.check(found == way, f"Way={setting}: it listens by {way}", found)
    begun = time.monotonic()
    time.sleep(LISTENING)
    near = nearby()
    samples = {entry["prefix"]: entry["samples"] for entry in near}
    levels = {entry["prefix"]: entry["rssi"] for entry in near}
    table[way] = {neighbour.name: samples.get(prefix(neighbour), 0) for neighbour in crowd}
    expected = {neighbour.name for neighbour in crowd if way != "monitor" or can_match(neighbour)}
    heard = {name for name, count in table[way].items() if count}
    steps.check(expected <= heard, f"by {way} all {len(expected)} neighbours are heard", expected - heard)
    tolerance = 8 if way == "monitor" else 0
    wrong = {neighbour.name: levels[prefix(neighbour)] for neighbour in crowd
             if prefix(neighbour) in levels and abs(levels[prefix(neighbour)] - neighbour.rssi) > tolerance}
    steps.check(not wrong, f"by {way} with the RSSI they have, to {tolerance} dB", wrong)
    steps.check(status()["lostReports"] == 0, f"by {way} nothing is lost", status()["lostReports"])
    asked = [record for record in bench.log.packets(OURS, begun) if record["event"] == "scan-request"]
    if passive:
        steps.check(not asked, f"by {way} with a monitor nobody is asked for anything", asked[:3])
    else:
        steps.note(f"by {way}, {len(asked)} scan requests in {LISTENING} s")
    return table[way]


def unfiltered(steps, crowd, table):
    """Everybody sends four times a second; a discovery's duplicate filter leaves about one sample of each in a scan."""
    sure = [neighbour.name for neighbour in crowd if can_match(neighbour)]
    few, many = (sum(table[way][name] for name in sure) for way in ("discovery", "monitor"))
    steps.check(many > MORE * few, f"by monitor repetitions count: {many} samples of {len(sure)} neighbours, and {few} by discovery",
                (many, few))


def held_up(steps, bench):
    """Nobody reads the socket for a while: what it cannot keep meanwhile is lost, and the owner can see how much."""
    # Everybody is somebody else a second later: the controller reports nobody twice.
    bench.ask("crowd", id="crowd", count=300, rate=2, life=1)
    wait_for("the crowd to be heard", lambda: len(nearby()) > 100)
    # On a busy machine few of them come in one scan.
    wait_for("it to be held up while the adapter listens", lambda: held(bench), limit=400)
    lost = wait_for("a word on what was lost", lambda: status()["lostReports"])
    bench.ask("uncrowd", id="crowd")
    steps.check(lost > 100, f"held up in a crowd, it says how many reports it lost ({lost})", lost)
    wait_for("the same in words", lambda: f"{status()['lostReports']} reports" in machine.run("bluezonectl", "status", check=False))


def held(bench):
    """Holds the daemon up until twice as much came as its socket keeps; False when that was between two scans."""
    first = reported(bench)
    machine.run("systemctl", "kill", "--signal=STOP", daemon.UNIT)
    begun = last = time.monotonic()
    while (came := reported(bench) - first) < 1000 and time.monotonic() - begun < 60:
        last = last if came == 0 else time.monotonic()
        if time.monotonic() - last > 5:
            break
        time.sleep(0.5)
    machine.run("systemctl", "kill", "--signal=CONT", daemon.UNIT)
    return came >= 1000


def reported(bench):
    return bench.ask("state")["crowds"]["crowd"]["reported"]


def nearby():
    return json.loads(machine.run("bluezonectl", "nearby", "--json"))["nearby"]


def prefix(neighbour):
    return neighbour.id[:3].hex()


def can_match(neighbour):
    """From 5.69 on bluetoothd finds no UUIDs of lists and service data; manufacturer data and an iPhone's flags it does."""
    return machine.bluez_version() < (5, 69) or neighbour.format == BLUEZONE or neighbour.has_flags


def allow_socket():
    SERVICE.parent.mkdir(parents=True, exist_ok=True)
    SERVICE.write_bytes(EXAMPLE.read_bytes())
    machine.run("systemctl", "daemon-reload")


def exposure():
    text = machine.run("systemd-analyze", "security", "--no-pager", daemon.UNIT, check=False)
    return next((line.split("level", 1)[1].strip() for line in text.splitlines() if "exposure level" in line), "?")


def make_experimental(bench):
    EXPERIMENTAL.parent.mkdir(parents=True, exist_ok=True)
    command = next(line for line in machine.run("systemctl", "cat", "bluetooth").splitlines() if line.startswith("ExecStart="))
    EXPERIMENTAL.write_text(f"[Service]\nExecStart=\n{command} --experimental\n", encoding="ascii")
    restart_bluetooth(bench)


def restart_bluetooth(bench):
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "bluetooth")
    bench.wait_for_adapter(OURS)


def restore(bench):
    for path in (SETTINGS, SERVICE, EXPERIMENTAL):
        path.unlink(missing_ok=True)
    restart_bluetooth(bench)
    machine.run("systemctl", "restart", daemon.UNIT, limit=180)


def report(steps, crowd, table):
    steps.note(f"samples of each neighbour in {LISTENING} s, scanning {WINDOW} s in every {WINDOW + PAUSE}:")
    steps.note("  " + "".join(f"{title:>24}" for title in ("", *table)))
    for neighbour in crowd:
        title = f"{neighbour.format[:8]} {neighbour.rssi} dBm{'' if neighbour.has_flags else ', no flags'}"
        steps.note("  " + f"{title:>24}" + "".join(f"{counts[neighbour.name]:>24}" for counts in table.values()))

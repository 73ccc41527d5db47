# SPDX-License-Identifier: GPL-3.0-or-later
"""iPhones, which send no identifier but hand it over by a GATT read: a phone on Bumble, read by the daemon through
bluetoothd. The controllers are Bumble's too, because those of air/ know no connections."""

import json
import os
import pathlib
import time

from . import beacon, daemon, gate, machine
from .beacon import structure
from .bench import CRYPTOGRAPHY
from .bumble import BumblePeer, resolvable_address
from .identity import Identity
from .steps import wait_for

SERVICE = bytes.fromhex("67a607add1172fa1c44bf573564e0000")
FOREGROUND = structure(beacon.FLAGS, b"\x1a") + structure(0x07, SERVICE) + structure(0x09, b"Bluezone")
BACKGROUND = structure(beacon.FLAGS, b"\x1a") + structure(beacon.MANUFACTURER_DATA, b"\x4c\x00\x01\x08" + bytes(15))
PUBLIC_ADDRESS = "00:1A:7D:00:00:01"
ASKING = pathlib.Path("/etc/bluezone/bluezone.conf.d/91-handover.conf")
SLOT = 900
# What a read may take (docs/decisions/0009-handover.md): 15 s and its connection's end, and 90 s of any five minutes without the ends.
STALLED, LET_GO = 3, 20
PERIOD, ALLOWANCE, ENDING = 300, 90, 2
# Until the gate says yes to an iPhone. docs/gate.md speaks of 5 to 10 s.
AT_THE_GATE = 60


class BumbleBench:
    """hci0 is one of two Bumble controllers that hear each other; on the other one sits the phone."""

    def __init__(self, packages):
        self.phone = None
        self._packages = packages

    def up(self):
        machine.RESULTS.mkdir(parents=True, exist_ok=True)
        machine.call_clock_synchronised()
        machine.run("modprobe", "-a", "hci_vhci", *CRYPTOGRAPHY)
        machine.service("btmon", "/usr/bin/btmon", "--write", machine.RESULTS / "btsnoop", log="/dev/null")
        self.phone = BumblePeer(self._packages, "phone")
        self.phone.wait_for("ready")
        machine.run("systemctl", "start", "bluetooth", limit=180)
        wait_for("hci0 to be powered", lambda: machine.bluez_property("/org/bluez/hci0", "Adapter1", "Powered") == "true")

    def show(self, data, identifier):
        """The phone shows itself under a new address with this identifier to be read; returns since when."""
        self.phone.tell("silence")
        self.phone.tell("identifier", value=identifier.hex())
        since = time.monotonic()
        self.phone.tell("advertise", address=resolvable_address(), data=data.hex(), interval=300, connectable=True)
        return since

    def count(self, event, since):
        return len(self.phone.events(event, since))


def run(steps, bench, _identity):
    middle_of_a_slot()
    bench.phone.tell("listen")
    left_alone(steps, bench)
    ASKING.write_text("[Radio]\nReadIPhones=yes\n", encoding="ascii")
    machine.run("systemctl", "restart", daemon.UNIT, limit=180)
    for title, data in {"an iPhone in the foreground": FOREGROUND, "an iPhone in the background": BACKGROUND}.items():
        read_once(steps, bench, title, data)
    forgotten(steps)
    next_slot(steps, bench)
    malformed(steps, bench)
    dropped(steps, bench)
    stalled(steps, bench)
    at_the_gate(steps, bench)
    overtaken(steps, bench)
    read_back(steps, bench)
    status(steps)


def middle_of_a_slot():
    """No boundary comes by unasked for a while."""
    machine.set_clock(int(time.time()) // SLOT * SLOT + SLOT + 60)


def left_alone(steps, bench):
    since = bench.show(FOREGROUND, os.urandom(12))
    wait_for_windows(3)
    steps.check(not bench.count("connected", since), "unless its owner asks for it the daemon connects to nobody")


def wait_for_windows(count):
    end = time.monotonic() + count * (daemon.WINDOW + daemon.PAUSE)
    wait_for(f"{count} scans", lambda: time.monotonic() > end)


def read_once(steps, bench, title, data):
    identifier = os.urandom(12)
    since = bench.show(data, identifier)
    first = daemon.wait_for_sighting(title, identifier.hex())
    steps.check((first["format"], first["rssi"]) == (beacon.BLUEZONE, -50), f"{title}: read, and sighted with its bytes", first)
    bench.phone.wait_for("disconnected", since=since)
    steps.check(True, f"{title}: the connection is taken down")
    daemon.wait_for_sighting("it again", identifier.hex(), lambda sighting: sighting["time"] > first["time"])
    wait_for_windows(2)
    counts = bench.count("connected", since), bench.count("read", since)
    steps.check(counts == (1, 1), f"{title}: seen again and again, connected to once", counts)
    shown = bench.phone.events("connected", since)[0]
    steps.check((shown["address"], shown["random"]) == (PUBLIC_ADDRESS, False),
                f"{title}: was shown the public address, which is why nobody is read unasked", shown)


def forgotten(steps):
    kept = [path.name for path in pathlib.Path("/var/lib/bluetooth").glob("*/*:*")]
    steps.check(not kept, "bluetoothd keeps no record of who was read", kept)


def next_slot(steps, bench):
    """With the quarter of an hour the identifier changes, whether or not the address does."""
    identifier = os.urandom(12)
    bench.phone.tell("identifier", value=identifier.hex())
    since = time.monotonic()
    middle_of_a_slot()
    found = daemon.wait_for_sighting("it in the next slot", identifier.hex())
    steps.check(found and bench.count("read", since) == 1, "in the next slot it is asked again", found)


def malformed(steps, bench):
    for length in (11, 13):
        identifier = os.urandom(length)
        since = bench.show(FOREGROUND, identifier)
        bench.phone.wait_for("disconnected", since=since)
        wait_for_windows(2)
        steps.check(bench.count("connected", since) == 1, f"one that answers {length} bytes is asked once in its slot")
        stored = [found for found in daemon.sightings() if identifier.hex()[:22] in found["id"]]
        steps.check(not stored, f"and {length} bytes become no sighting", stored)


def dropped(steps, bench):
    """A phone at the edge of range."""
    bench.phone.tell("drop", value=True)
    since = bench.show(FOREGROUND, os.urandom(12))
    bench.phone.wait_for("disconnected", since=since)
    bench.phone.tell("drop", value=False)
    wait_for_windows(2)
    steps.check(bench.count("connected", since) == 1, "one whose connection is lost is not asked again in its slot")


def stalled(steps, bench):
    """Phones that let us connect and then never answer, all within range at once."""
    bench.phone.tell("silence")
    addresses = [resolvable_address() for _ in range(STALLED)]
    since = time.monotonic()
    bench.phone.tell("others", addresses=addresses, data=FOREGROUND.hex())
    wait_for("all of them to be let go", lambda: bench.count("disconnected", since) >= STALLED, limit=STALLED * 40)
    spans, most = bench.phone.connections(since)
    bench.phone.tell("others", addresses=[])
    longest = max(end - begin for _, begin, end in spans)
    steps.check(longest < LET_GO and bench.count("read", since) == STALLED,
                f"{STALLED} phones that are asked and never answer: each is let go, after {longest:.1f} s at most", spans)
    steps.check(sorted(phone for phone, _, _ in spans) == sorted(addresses), "each of them is connected to once", spans)
    steps.check(most == 1, "and one after the other", most)
    # With everybody of before.
    spans, _ = bench.phone.connections()
    busiest = max(share(spans, end) for _, _, end in spans)
    steps.check(busiest < ALLOWANCE + ENDING * len(spans),
                f"all {len(spans)} connections so far took {busiest:.0f} s of {PERIOD} at most", spans)


def share(spans, until):
    """Seconds of connections in the period that ends then."""
    return sum(max(0, min(end, until) - max(begin, until - PERIOD)) for _, begin, end in spans)


def at_the_gate(steps, bench):
    """Where iPhones are asked, somebody stands before a display and waits."""
    machine.run("systemctl", "start", gate.UNIT)
    gate.wait_for_page("NO")
    since = bench.show(FOREGROUND, os.urandom(12))
    gate.wait_for_page("YES")
    seconds = time.monotonic() - since
    steps.note(f"an iPhone with the Bluezone app that comes to the gate: yes after {seconds:.1f} s")
    steps.check(seconds < AT_THE_GATE, f"the gate says yes to an iPhone within {AT_THE_GATE} s", seconds)
    steps.check(gate.people() == 1, "and counts it", gate.people())
    bench.phone.tell("silence")
    machine.run("systemctl", "stop", gate.UNIT)


def overtaken(steps, bench):
    """A phone that never answers, and a slot that ends meanwhile: the new identifiers do not wait for it."""
    identity = Identity()
    bench.phone.tell("stall", value=True)
    since = bench.show(FOREGROUND, os.urandom(12))
    bench.phone.wait_for("read", since=since)
    began = time.monotonic()
    machine.set_clock(int(time.time()) // SLOT * SLOT + SLOT)

    def ours(entry):
        found = beacon.recognise(entry["data"])
        return found is not None and found.id in identity.allowed(found.format, entry["time"])
    heard = bench.phone.wait_for("heard", ours, since=began)
    steps.check(heard["monotonic"] - began < 15, "a slot that ends during a read changes the identifiers at once",
                heard["monotonic"] - began)
    ended = bench.phone.wait_for("disconnected", since=began)
    steps.check(ended["monotonic"] - began < 20, "and the read is given up", ended["monotonic"] - began)
    bench.phone.tell("stall", value=False)
    wrong = [entry for entry in bench.phone.events("heard", since)
             if (found := beacon.recognise(entry["data"])) and entry["random"] is False]
    steps.check(not wrong, "no advert of ours came under a public address", wrong[:1])


def read_back(steps, bench):
    """An iPhone that we connect to can read us in return, where that is asked for too."""
    bench.phone.tell("read_back", value=True)
    for is_asked_for in (False, True):
        if is_asked_for:
            with open(ASKING, "a", encoding="ascii") as stream:
                stream.write("ServeIdentifier=yes\n")
            machine.run("systemctl", "restart", daemon.UNIT, limit=180)
        since = bench.show(FOREGROUND, os.urandom(12))
        answer = bench.phone.wait_for("read-back", since=since)
        if is_asked_for:
            allowed = Identity().allowed(beacon.BLUEZONE, time.time())
            steps.check(answer["value"] in allowed, "asked for, it is the identifier on the air that is read", answer)
        else:
            steps.check(not answer["value"], "nobody reads our identifier by GATT unless its owner asks for it", answer)
        bench.phone.wait_for("disconnected", since=since)
    bench.phone.tell("read_back", value=False)


def status(steps):
    told = json.loads(machine.run("bluezonectl", "status", "--json", check=False))
    steps.check(told["handover"] == ["read", "serve"] and told["handoversRead"] >= 1,
                "the status says that iPhones are read, and with what success",
                {name: told[name] for name in told if name.startswith("handover")})
    steps.check("read our identifier" in machine.run("bluezonectl", "status", check=False), "and so it does in words")

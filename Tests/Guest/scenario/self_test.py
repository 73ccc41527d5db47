# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench alone, without bluezoned: what one program on BlueZ sends is on the air as it was given, and is heard by the
other; a scripted phone is heard with the RSSI of its link; and the traps that decide how a daemon must behave are there."""

import time

from . import beacon, btsnoop
from .bench import OURS, PUBLIC_ADDRESSES, THEIRS, Peer
from .steps import wait_for

PAYLOAD = bytes(range(0x40, 0x54))
PHONE = bytes(range(12))


def run(steps, bench):
    with steps.subject("adverts through bluetoothd"):
        adverts(steps, bench)
    with steps.subject("a scripted phone"):
        scripted_phone(steps, bench)
    with steps.subject("what the controllers refuse"):
        refusals(steps, bench)


def adverts(steps, bench):
    since = time.monotonic()
    text = beacon.EXPOSURE_NOTIFICATION + ":" + PAYLOAD.hex()
    with Peer("--adapter", bench.adapter(THEIRS), "--discover") as listener:
        listener.wait_for("discovering")
        with Peer("--adapter", bench.adapter(OURS), "--advertise", text) as sender:
            sender.wait_for("registered")
            record = bench.log.wait_for_advert(OURS, "the advert on the air", since=since)
            heard = listener.wait_for("heard", lambda entry: PAYLOAD.hex() in entry["serviceData"].values())
    expected = beacon.Beacon(beacon.EXPOSURE_NOTIFICATION, PAYLOAD[:16].hex(), PAYLOAD[16:].hex())
    steps.check(beacon.recognise(record["data"]) == expected, "BlueZ's advert is on the air byte for byte", record["data"])
    steps.check(record["pdu"] == "ADV_NONCONN_IND", "a broadcast is not connectable", record["pdu"])
    top_bits = int(record["address"][:2], 16) >> 6
    steps.check((record["addressType"], top_bits) == ("random", 0), "its address is non-resolvable private", record["address"])
    steps.check(heard["address"] == record["address"] and heard["rssi"] == -60,
                "the other adapter hears it from that address with the RSSI of the link", heard)
    steps.check(record["data"] in btsnoop.advert_data(bench.trace, 0), "btmon saw the same data go to the controller")
    types = set(btsnoop.own_address_types(bench.trace, 0))
    steps.check(types == {1}, "btmon saw a random own address for every advert and scan", types)
    leaked = [packet for packet in bench.log.packets(OURS) if packet["address"] == PUBLIC_ADDRESSES[OURS]]
    steps.check(not leaked, "the public address was never on the air", leaked[:1])

    wait_for("silence on the air", lambda: not bench.adverts_now(OURS))
    steps.check(True, "the advert is off the air after its program ended")


def scripted_phone(steps, bench):
    data = beacon.bluezone_data(PHONE)
    # Connectable, as Android phones are: an active scanner will ask it for more.
    bench.peer("phone", "3C:00:00:00:00:01", data, interval=120, rssi=-73, pdu="ADV_IND")
    since = time.monotonic()
    with Peer("--adapter", bench.adapter(THEIRS), "--discover") as listener:
        heard = listener.wait_for("heard", lambda entry: entry["address"] == "3C:00:00:00:00:01")
        steps.check(heard["manufacturerData"] == {"22b5": PHONE.hex()}, "BlueZ hears the phone's bytes", heard)
        steps.check(heard["rssi"] == -73, "with the RSSI of the link", heard["rssi"])
        bench.rssi("phone", THEIRS, -51)
        # Discovery starts anew every ten seconds, and only then passes the duplicate filter again.
        listener.wait_for("heard", lambda entry: entry["address"] == "3C:00:00:00:00:01" and entry["rssi"] == -51)
        steps.check(True, "and with the new one after it changed")
    bench.unpeer("phone")
    log = bench.log.heard_by(THEIRS, "phone", since)
    steps.check({-73, -51} <= {record["rssi"] for record in log}, "the log of the air says the same")
    requests = [packet for packet in bench.log.packets(THEIRS, since) if packet["event"] == "scan-request"]
    steps.check(requests and all(packet["addressType"] == "random" for packet in requests),
                "the scan request to the phone came from a private address", requests[:1])


def refusals(steps, bench):
    """The trap of the older controllers: no new advert while a scan runs, for the address may not change under it."""
    text = beacon.EXPOSURE_NOTIFICATION + ":" + PAYLOAD.hex()
    with Peer("--adapter", bench.adapter(THEIRS), "--discover") as listener:
        listener.wait_for("discovering")
        wait_for("the scan to begin", lambda: bench.scanning(THEIRS))
        with Peer("--adapter", bench.adapter(THEIRS), "--advertise", text) as sender:
            if bench.kind == "legacy":
                sender.wait_for("failed")
                steps.check(True, "a legacy controller takes no new advert while a scan runs")
            else:
                sender.wait_for("registered")
                steps.check(True, "an extended controller takes a new advert while a scan runs")

# SPDX-License-Identifier: GPL-3.0-or-later
"""Our adverts carry the right bytes of both formats."""

import calendar
import time

from . import beacon, btsnoop, daemon, machine, oracle
from .bench import OURS, PUBLIC_ADDRESSES, THEIRS, Peer
from .identity import exposed, linked_addresses
from .steps import wait_for

VERSIONS = (0x40, 0x50)
WATCH = 15


def run(steps, bench, identity):
    since = time.monotonic()
    derivations_agree(steps)
    first = identity.wait_for_ours(bench, OURS, since, each=True)
    for beacon_format, record in first.items():
        steps.check(True, f"{beacon_format}: the identifier on the air is the one its daily key gives for this slot")
        steps.check(record["pdu"] == "ADV_NONCONN_IND", f"{beacon_format}: the advert is not connectable", record["pdu"])
    metadata_is_right(steps, identity, first[beacon.EXPOSURE_NOTIFICATION])

    end = time.monotonic() + WATCH
    wait_for("a longer look", lambda: time.monotonic() > end)
    records = bench.log.adverts(OURS, since)
    wrong = [record for record in records if identity.right(record) is None]
    steps.check(not wrong, f"all {len(records)} adverts of {WATCH} s and more are right for their moment", wrong[:2], final=True)
    shown = exposed(records, PUBLIC_ADDRESSES[OURS])
    steps.check(not shown, "all of them under non-resolvable private addresses", shown[:2], final=True)
    steps.check(not linked_addresses(records, bench.kind), "and no address links what must not be linked",
                linked_addresses(records, bench.kind), final=True)
    for beacon_format in beacon.FORMATS:
        between = interval(records, beacon_format)
        steps.note(f"{beacon_format}: {between} ms between adverts (median)")
        if bench.kind != "legacy" and machine.bluez_version() >= (5, 77):
            # 250 ms, up to 10 ms of BLE's own, and what a busy machine adds.
            steps.check(between is not None and 245 <= between <= 275, f"{beacon_format}: as often as bluetoothd is asked to send it", between)
    agrees_with_btmon(steps, bench, records)
    another_program_hears_us(steps, bench, identity)


def derivations_agree(steps):
    """bluezonectl against this scenario's own derivation."""
    for (beacon_format, day), key in daemon.keys().items():
        start = calendar.timegm(time.strptime(day, "%Y-%m-%d"))
        ours = [identifier.hex() for identifier in oracle.identifiers(beacon_format, bytes.fromhex(key), start)]
        steps.check(daemon.derive(beacon_format, key, day)["identifiers"] == ours,
                    f"{beacon_format}: bluezonectl derives the {len(ours)} identifiers of {day} as the papers say")
    steps.check({beacon_format for beacon_format, _ in daemon.keys()} == set(beacon.FORMATS), "there is a key for each format")


def metadata_is_right(steps, identity, record):
    found = identity.metadata(beacon.recognise(record["data"]), record["time"])
    steps.check(found[0] in VERSIONS, "the decrypted metadata says version 1.0 or 1.1", found.hex())
    power = int.from_bytes(found[1:2], "little", signed=True)
    steps.check(-60 <= power <= 20, "and a transmit power that receivers accept", f"{power} dBm")
    steps.check(found[2:] == bytes(2), "and its reserved bytes are zero", found.hex())
    steps.note(f"transmit power in the metadata: {power} dBm")


def interval(records, beacon_format):
    times = [record["monotonic"] for record in records
             if (found := beacon.recognise(record["data"])) and found.format == beacon_format]
    gaps = sorted(later - earlier for earlier, later in zip(times, times[1:]))
    return round(gaps[len(gaps) // 2] * 1000) if gaps else None


def agrees_with_btmon(steps, bench, records):
    told = set(btsnoop.advert_data(bench.trace, 0))
    missing = {record["data"] for record in records} - told
    steps.check(not missing, "btmon saw every one of them go to the controller", missing)
    types = set(btsnoop.own_address_types(bench.trace, 0))
    steps.check(types == {1}, "btmon saw no advert and no scan set up with the public address", types)


def another_program_hears_us(steps, bench, identity):
    wanted = {"serviceData": beacon.EXPOSURE_NOTIFICATION, "manufacturerData": beacon.BLUEZONE}
    with Peer("--adapter", bench.adapter(THEIRS), "--discover") as listener:
        for field, beacon_format in wanted.items():
            def ours(entry, field=field, beacon_format=beacon_format):
                allowed = identity.allowed(beacon_format, time.time())
                return any(data[:-8] in allowed or data in allowed for data in entry[field].values())
            listener.wait_for("heard", ours)
            steps.check(True, f"{beacon_format}: another program on BlueZ hears it")

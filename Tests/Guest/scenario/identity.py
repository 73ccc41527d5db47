# SPDX-License-Identifier: GPL-3.0-or-later
"""Which adverts the daemon's own keys allow at which moment."""

import time

from . import daemon, oracle
from .beacon import BLUEZONE, EXPOSURE_NOTIFICATION, FORMATS, recognise
from .oracle import BLUEZONE_SLOT, INTERVAL, day_start

# The two most significant bits of a random address say of which kind it is (Core Specification 5.4, vol 6 B, 1.3.2).
NON_RESOLVABLE, RESOLVABLE = 0, 1
PRIVATE = {"advert": {NON_RESOLVABLE}, "scan-request": {NON_RESOLVABLE, RESOLVABLE}}


class Identity:
    def __init__(self):
        self._keys = {}

    def key(self, beacon_format, seconds):
        """The key of a moment's day in hex; None as long as the daemon has not drawn it."""
        day = daemon.day_of(seconds)
        if (beacon_format, day) not in self._keys:
            self._keys = daemon.keys()
        return self._keys.get((beacon_format, day))

    def allowed(self, beacon_format, seconds):
        """The identifiers that may be on the air at a moment. Both formats change at the Bluezone slot's edge, so an
        Exposure Notification identifier is that of any interval begun since then: at most one has ended meanwhile."""
        key, day = self.key(beacon_format, seconds), daemon.day_of(seconds)
        if key is None:
            return set()
        listed = daemon.derive(beacon_format, key, day)["identifiers"]
        if beacon_format == BLUEZONE:
            return {listed[oracle.slot(beacon_format, seconds)]}
        begin = int(seconds) // BLUEZONE_SLOT * BLUEZONE_SLOT - day_start(seconds)
        return set(listed[begin // INTERVAL:oracle.slot(beacon_format, seconds) + 1])

    def right(self, record, seconds=None):
        """The beacon of an advert if it belongs to its moment, else None."""
        beacon = recognise(record["data"])
        seconds = record["time"] if seconds is None else seconds
        if beacon is None or beacon.id not in self.allowed(beacon.format, seconds):
            return None
        return beacon

    def metadata(self, beacon, seconds):
        """The decrypted metadata of an Exposure Notification beacon sent at a moment."""
        key = bytes.fromhex(self.key(beacon.format, seconds))
        return oracle.crypt_metadata(key, bytes.fromhex(beacon.id), bytes.fromhex(beacon.metadata))

    def wait_for_ours(self, bench, station, since, limit=180, each=False, other_than=frozenset()):
        """The first right advert of each format since a monotonic time, under other addresses than those: {format: record}. On a
        controller without advertising sets, where they take turns, that of the format which comes first, unless `each` is wanted."""
        found = {}
        for wanted in [FORMATS] if bench.kind == "legacy" and not each else [[beacon_format] for beacon_format in FORMATS]:
            def fits(record, wanted=wanted):
                beacon = self.right(record)
                return beacon is not None and beacon.format in wanted and record["address"] not in other_than
            record = bench.log.wait_for_advert(station, f"a right {' or '.join(wanted)} advert", fits, since, limit)
            found[recognise(record["data"]).format] = record
        return found

    def wait_for_metadata(self, bench, station, since):
        """The decrypted metadata of the first right Exposure Notification advert since a monotonic time."""
        record = self.wait_for_ours(bench, station, since, each=True)[EXPOSURE_NOTIFICATION]
        return self.metadata(recognise(record["data"]), record["time"])


def addresses_kept(bench, identity, station, back, before):
    """Addresses of before under which adverts came back. One that merely went on through the trouble, as they do while
    bluetoothd is dead, gets three seconds to leave the air."""
    kept = {record["address"] for record in back.values()} & before
    if kept:
        time.sleep(3)
        back = identity.wait_for_ours(bench, station, time.monotonic())
        kept = {record["address"] for record in back.values()} & before
    return kept


def addresses_with_several_adverts(records):
    """{address: adverts} where an address was seen with more than one advert: whoever hears it can link the two."""
    return {address: beacons for address, beacons in _by_address(records).items() if len(beacons) > 1}


def addresses_across_slots(records):
    """The worse of these: two identifiers of one format under one address let the device be followed from slot to slot."""
    return {address: beacons for address, beacons in _by_address(records).items()
            if len({beacon and beacon.format for beacon in beacons}) < len(beacons)}


def linked_addresses(records, kind):
    """{address: adverts} that a daemon must never cause: every advert has an address of its own. On a controller without
    advertising sets the kernel alternates the adverts of all programs every 2 s, and now and then sends one's bytes under
    another's address; there only adverts of ours count."""
    found = addresses_with_several_adverts(records)
    if kind != "legacy":
        return found
    return {address: ours for address, beacons in found.items() if len(ours := beacons - {None}) > 1}


def _by_address(records):
    seen = {}
    for record in records:
        seen.setdefault(record["address"], set()).add(recognise(record["data"]))
    return seen


def exposed(records, public_address):
    """Packets that tell who the device is: a public or static address, and with an advert a resolvable one too, which whoever was given
    the adapter's key knows again. What a scan asks under is the kernel's affair as long as it is private: a resolvable one where the
    owner of bluetoothd wants it so."""
    return [record for record in records if record["address"] == public_address or record["addressType"] != "random"
            or int(record["address"][:2], 16) >> 6 not in PRIVATE[record["event"]]]

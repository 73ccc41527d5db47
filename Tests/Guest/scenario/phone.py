# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted phone: has a daily key, and sends the identifier that belongs to the guest's clock."""

import hashlib
import os
import time

from . import beacon, oracle
from .beacon import BLUEZONE, Beacon

METADATA = bytes([0x40, 0xF0, 0, 0])  # version 1.0, -16 dBm


class Phone:
    def __init__(self, bench, name, beacon_format, rssi=-55, flags=None, pdu="ADV_NONCONN_IND", interval=150):
        self._bench = bench
        self.name = name
        self.format = beacon_format
        self.key = os.urandom(oracle.KEY_LENGTH[beacon_format])
        self.rssi = rssi
        self.sent = None
        self._flags = flags
        self._pdu = pdu
        self._interval = interval

    def beacon(self, seconds=None):
        """What this phone sends at a moment."""
        seconds = time.time() if seconds is None else seconds
        if self.format == BLUEZONE:
            return Beacon(self.format, oracle.bluezone_identifiers(self.key)[oracle.slot(self.format, seconds)].hex())
        identifier = oracle.rolling_identifier(self.key, int(seconds) // oracle.INTERVAL)
        return Beacon(self.format, identifier.hex(), oracle.crypt_metadata(self.key, identifier, METADATA).hex())

    def send(self, seconds=None):
        """Goes on the air with the moment's identifier under an address of its own, and returns what it sends."""
        now = self.beacon(seconds)
        if self.format == BLUEZONE:
            data = beacon.bluezone_data(bytes.fromhex(now.id), self._flags)
        else:
            data = beacon.exposure_notification_data(bytes.fromhex(now.id + now.metadata), self._flags)
        self._bench.peer(self.name, self.address(now), data, rssi=self.rssi, pdu=self._pdu, interval=self._interval)
        self.sent = now
        return now

    def address(self, now):
        """Non-resolvable private, as iPhones have it; a new one for each identifier."""
        digest = hashlib.sha256(self.name.encode() + bytes.fromhex(now.id)).digest()
        return ":".join(f"{byte:02X}" for byte in (digest[0] & 0x3F, *digest[1:6]))

    def silence(self):
        self._bench.unpeer(self.name)

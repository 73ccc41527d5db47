# SPDX-License-Identifier: GPL-3.0-or-later
"""The receiving half of a controller: the scan window and the duplicate filter."""

import enum

SLOT = 0.000625


class DuplicateFilter(enum.Enum):
    """What a controller takes for a duplicate. Makers differ, so a test may choose."""

    DATA = "data"
    ADDRESS = "address"
    OFF = "off"


class Scanner:
    def __init__(self, duplicates=DuplicateFilter.DATA):
        self._duplicates = duplicates
        self.enabled = False
        self.active = False
        self.own_address_type = 0
        self._interval = 16
        self._window = 16
        self._filtering = False
        self._since = 0.0
        self._seen = set()

    def configure(self, active, interval, window, own_address_type):
        """Interval and window are in slots of 0.625 ms, as HCI counts them."""
        self.active = active
        self._interval, self._window = interval, window
        self.own_address_type = own_address_type

    def start(self, now, filtering):
        """Starting anew forgets what was seen, even while a scan runs: that is what the standard asks for."""
        self.enabled = True
        self._filtering = filtering
        self._since = now
        self._seen = set()

    def stop(self):
        self.enabled = False

    def listening(self, now):
        if not self.enabled:
            return False
        if self._window >= self._interval:
            return True
        return ((now - self._since) / SLOT) % self._interval < self._window

    def fresh(self, packet):
        """Whether the host shall be told of this packet."""
        if not self._filtering or self._duplicates is DuplicateFilter.OFF:
            return True
        key = (packet.address, packet.address_type, packet.pdu)
        if self._duplicates is DuplicateFilter.DATA:
            key += (packet.data,)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

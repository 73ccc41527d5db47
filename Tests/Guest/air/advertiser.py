# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending again and again: the timer of an advert, and one advertising set of a controller."""

import random

from . import hci

SHORTEST_INTERVAL = 0.02
LONGEST_DELAY = 0.01


class Repeater:
    """Calls `fire` at an interval in seconds plus the standard's random delay of up to 10 ms."""

    def __init__(self, scheduler, interval, fire):
        self._scheduler = scheduler
        self._interval = max(interval, SHORTEST_INTERVAL)
        self._fire = fire
        self._handle = scheduler.call_later(random.uniform(0, LONGEST_DELAY), self._tick)

    def stop(self):
        self._handle.cancel()

    def _tick(self):
        self._handle = self._scheduler.call_later(self._interval + random.uniform(0, LONGEST_DELAY), self._tick)
        self._fire()


class AdvertisingSet:
    """What a host has told its controller about one advert, and whether it is on the air."""

    def __init__(self):
        self.pdu = hci.Pdu.ADV_IND
        self.interval = 1.28
        self.own_address_type = hci.PUBLIC
        self.random_address = hci.NO_ADDRESS
        self.data = b""
        self.response = b""
        self.power = 0
        self._repeater = None

    @property
    def enabled(self):
        return self._repeater is not None

    @property
    def needs_random_address(self):
        # 2 and 3 ask for a resolvable address of the controller's making, which this one never makes.
        return self.own_address_type & 1 == 1

    def start(self, scheduler, send):
        self.stop()
        self._repeater = Repeater(scheduler, self.interval, lambda: send(self))

    def stop(self):
        if self._repeater is not None:
            self._repeater.stop()
            self._repeater = None

# SPDX-License-Identifier: GPL-3.0-or-later
"""A crowd of scripted peers that costs little: one timer for all, and no line in the log for each advert."""

import itertools
import random

from . import hci
from .medium import Packet

TICK = 0.02
# A machine too slow for the rate sends what it can; it does not catch up on what it missed.
LONGEST_DEBT = 0.1
EXPOSURE_NOTIFICATION = bytes.fromhex("03036ffd17166ffd")
BLUEZONE = bytes.fromhex("0303564e0fffb522")


class Crowd:
    """`count` peers, each sending `rate` times a second, half of them of each format. With `life` each is replaced by
    a stranger, with another address and identifier, after so many seconds."""

    def __init__(self, medium, scheduler, name, count, rate, life=None):
        if count < 1 or rate <= 0:
            raise ValueError("a crowd is of at least one who sends")
        self._medium = medium
        self._scheduler = scheduler
        self._name = name
        self._rate = count * rate
        self._life = life
        self._random = random.Random(count)
        self._numbers = itertools.count()
        self._members = [self._newcomer() for _ in range(count)]
        self._turn = 0
        self._debt = 0.0
        self._replacing = 0.0
        self._sent = self._heard = self._reported = 0
        self._last = scheduler.time()
        self._handle = scheduler.call_later(TICK, self._tick)

    def stop(self):
        self._handle.cancel()

    def figures(self):
        """Adverts sent, those that a receiver heard, those that went up to its host, and how many peers there have been."""
        return {"sent": self._sent, "heard": self._heard, "reported": self._reported, "peers": self._people}

    def _newcomer(self):
        number = next(self._numbers)
        self._people = number + 1
        # Non-resolvable private: the two most significant bits are zero.
        address = number.to_bytes(4, "little") + bytes([self._random.randrange(256), self._random.randrange(64)])
        if number % 2:
            data = BLUEZONE + self._random.randbytes(12)
        else:
            data = EXPOSURE_NOTIFICATION + self._random.randbytes(20)
        return Packet(hci.Pdu.ADV_NONCONN_IND, address, hci.RANDOM, data), self._random.randrange(-90, -40)

    def _tick(self):
        now = self._scheduler.time()
        passed = min(now - self._last, LONGEST_DEBT)
        self._last = now
        self._debt += passed * self._rate
        if self._life:
            self._replacing += passed * len(self._members) / self._life
        while self._replacing >= 1:
            self._replacing -= 1
            self._members[self._random.randrange(len(self._members))] = self._newcomer()
        while self._debt >= 1:
            self._debt -= 1
            self._send()
        self._handle = self._scheduler.call_later(TICK, self._tick)

    def _send(self):
        self._turn = (self._turn + 1) % len(self._members)
        packet, rssi = self._members[self._turn]
        self._sent += 1
        for station in self._medium.stations():
            reported = station.hear(packet, rssi)
            self._heard += reported is not None
            self._reported += bool(reported)

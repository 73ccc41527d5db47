# SPDX-License-Identifier: GPL-3.0-or-later
"""Time that moves when told to, and a host that speaks HCI to one controller."""

import heapq
import io
import itertools
import json
import struct

from air import hci
from air.airlog import AirLog
from air.medium import Medium


class Scheduler:
    """The two calls of an asyncio loop that the air uses, over a clock that stands still."""

    class Handle:
        cancelled = False

        def cancel(self):
            self.cancelled = True

    def __init__(self):
        self._now = 0.0
        self._queue = []
        self._order = itertools.count()

    def time(self):
        return self._now

    def call_later(self, delay, callback):
        handle = self.Handle()
        heapq.heappush(self._queue, (self._now + delay, next(self._order), handle, callback))
        return handle

    def advance(self, seconds):
        end = self._now + seconds
        while self._queue and self._queue[0][0] <= end:
            self._now, _, handle, callback = heapq.heappop(self._queue)
            if not handle.cancelled:
                callback()
        self._now = end


class Air:
    """A medium with its scheduler and a log that can be read back."""

    def __init__(self):
        self.scheduler = Scheduler()
        self._stream = io.StringIO()
        self.medium = Medium(AirLog(self._stream, wall=lambda: 1000 + self.scheduler.time(), monotonic=self.scheduler.time))

    def log(self, event=None):
        records = [json.loads(line) for line in self._stream.getvalue().splitlines()]
        return [record for record in records if event in (None, record["event"])]


class Host:
    """The kernel's side of one controller."""

    def __init__(self, air, kind, name, address, **options):
        self.events = []
        self.controller = kind(name, hci.address_bytes(address), air.medium, air.scheduler, self.events.append, **options)
        air.medium.join(self.controller)
        self.ask(hci.Command.RESET)
        self.ask(hci.Command.LE_SET_EVENT_MASK, "<Q", 0xFFFF)

    def ask(self, opcode, layout="", *values):
        """Sends a command and returns what came back with it: status first."""
        parameters = struct.pack(layout, *values) if layout else b""
        self.controller.receive(struct.pack("<BHB", hci.COMMAND_PACKET, opcode, len(parameters)) + parameters)
        answer = self.events.pop()
        if answer[1] == hci.EVENT_COMMAND_STATUS:
            return answer[3:4]
        assert struct.unpack_from("<H", answer, 4)[0] == opcode
        return answer[6:]

    def reports(self):
        """The data and RSSI of every report so far, whichever form it has."""
        found = []
        for packet in self.events:
            if packet[1] != hci.EVENT_LE_META:
                continue
            if packet[3] == hci.SUBEVENT_ADVERTISING_REPORT:
                found.append((packet[14:-1].hex(), struct.unpack("b", packet[-1:])[0]))
            else:
                found.append((packet[29:].hex(), struct.unpack_from("b", packet, 18)[0]))
        return found

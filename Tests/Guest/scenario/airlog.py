# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of the air as a test reads it, while it is being written."""

import bisect
import itertools
import json
import time

from .steps import wait_for

ON_AIR = ("advert", "scan-request")
# Advertising data that says nothing, but for flags: with these the daemon displaces what is left over. Zeros end it; on a controller
# without advertising sets Linux 6.1 may send as many of them as were in its place before.
NOTHING = ("", "020104", "020106")


class AirLog:
    def __init__(self, path):
        self._path = path
        self._offset = 0
        self._records = []

    def records(self):
        """Everything so far. A line that is still being written waits for its end."""
        with open(self._path, "rb") as stream:
            stream.seek(self._offset)
            fresh = stream.read()
        end = fresh.rfind(b"\n") + 1
        self._offset += end
        self._records += [json.loads(line) for line in fresh[:end].splitlines()]
        return self._records

    def between(self, since, until=float("inf")):
        """Everything between two monotonic times. A soak's log is long, and what is asked for is mostly at its end."""
        records = self.records()
        first = bisect.bisect_left(records, since, key=lambda record: record["monotonic"])
        return itertools.takewhile(lambda record: record["monotonic"] <= until, itertools.islice(records, first, None))

    def packets(self, sender, since=0.0, until=float("inf")):
        """What a station had on the air between two monotonic times, scan requests included."""
        return [record for record in self.between(since, until) if record["event"] in ON_AIR and record["sender"] == sender]

    def adverts(self, sender, since=0.0, until=float("inf")):
        """Those that say something; with them it is judged what others learn."""
        return [record for record in self.packets(sender, since, until) if record["event"] == "advert"
                and bytes.fromhex(record["data"]).rstrip(b"\0").hex() not in NOTHING]

    def switched_off(self, station, since=0.0):
        """Since a monotonic time, each advert that the host took off the air, with its handle, address and data. It was there until
        then, though its last packet is up to an interval older."""
        return [record for record in self.between(since) if record["event"] == "advertising" and record["station"] == station
                and not record["on"]]

    def heard_by(self, receiver, sender, since=0.0):
        """Adverts that went up to the receiver's host, with the RSSI they had there; those that say nothing too."""
        return [record | {"rssi": hearing["rssi"]} for record in self.packets(sender, since) if record["event"] == "advert"
                for hearing in record["heard"] if hearing["by"] == receiver and hearing["reported"]]

    def wait_for_advert(self, sender, what, fits=lambda record: True, since=None, limit=120):
        """The first advert from now on, or since a monotonic time, that fits."""
        since = time.monotonic() if since is None else since
        return wait_for(what, lambda: next(filter(fits, self.adverts(sender, since)), None), limit)

# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of the air: one JSON object a line, stamped with both clocks.

A test that sets the wall clock compares by `monotonic`, one that checks a stored time by `time`.
"""

import json
import time


class AirLog:
    def __init__(self, stream=None, wall=time.time, monotonic=time.monotonic):
        self._stream = stream
        self._wall = wall
        self._monotonic = monotonic

    def write(self, event, **fields):
        if self._stream is None:
            return
        stamp = {"time": round(self._wall(), 4), "monotonic": round(self._monotonic(), 4), "event": event}
        self._stream.write(json.dumps(stamp | fields) + "\n")
        self._stream.flush()

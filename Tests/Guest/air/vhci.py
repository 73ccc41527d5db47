# SPDX-License-Identifier: GPL-3.0-or-later
"""Controllers plugged into the kernel: one open /dev/vhci is one adapter."""

import os
import select
import struct

from . import hci
from .extended import ExtendedController
from .legacy import LegacyController

KINDS = {kind.kind: kind for kind in (ExtendedController, LegacyController)}
CREATE_PRIMARY = bytes([hci.VENDOR_PACKET, 0x00])
LONGEST_PACKET = 2048


class Socket:
    """Where a controller meets the kernel. Closing it unplugs the adapter."""

    def __init__(self, loop, medium, kind, name, address, duplicates):
        self._loop = loop
        self._medium = medium
        self._file = os.open("/dev/vhci", os.O_RDWR)
        self.controller = KINDS[kind](name, hci.address_bytes(address), medium, loop, self._send, duplicates)
        try:
            self.index = self._create()
            medium.join(self.controller)
        except BaseException:
            os.close(self._file)
            raise
        os.set_blocking(self._file, False)
        loop.add_reader(self._file, self._readable)

    def _create(self):
        os.write(self._file, CREATE_PRIMARY)
        if not select.select([self._file], [], [], 10)[0]:
            raise OSError("the kernel made no adapter")
        answer = os.read(self._file, LONGEST_PACKET)
        if answer[0] != hci.VENDOR_PACKET:
            raise OSError(f"the kernel answered {answer.hex()}")
        return struct.unpack_from("<H", answer, 2)[0]

    def close(self):
        self.controller.power_down()
        self._medium.leave(self.controller)
        self._loop.remove_reader(self._file)
        os.close(self._file)

    def _readable(self):
        try:
            packet = os.read(self._file, LONGEST_PACKET)
        except BlockingIOError:
            return
        if packet:
            self.controller.receive(packet)

    def _send(self, packet):
        os.write(self._file, packet)

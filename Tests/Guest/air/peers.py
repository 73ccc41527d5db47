# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripted senders that are not BlueZ: phones of other makers, and troublemakers."""

from . import hci
from .advertiser import Repeater
from .medium import ANYBODY, Packet


class Peers:
    def __init__(self, medium, scheduler):
        self._medium = medium
        self.scheduler = scheduler
        self._repeaters = {}

    def set(self, name, address, data, interval=0.25, rssi=None, pdu="ADV_NONCONN_IND", address_type="random", response=""):
        """Starts a peer, or gives a running one a new advert: address and data change in one step."""
        packet = Packet(hci.Pdu[pdu], hci.address_bytes(address), hci.RANDOM if address_type == "random" else hci.PUBLIC,
                        bytes.fromhex(data), bytes.fromhex(response))
        if len(packet.data) > hci.LEGACY_DATA_LIMIT and packet.pdu is not hci.Pdu.ADV_EXT_IND:
            raise ValueError("more data than a legacy advert carries")
        if name in self._medium.names():
            raise ValueError(f"{name} is a controller")
        self.remove(name)
        if rssi is not None:
            self._medium.set_rssi(name, ANYBODY, rssi)
        self._repeaters[name] = Repeater(self.scheduler, interval, lambda: self._medium.advertise(name, packet))

    def remove(self, name):
        repeater = self._repeaters.pop(name, None)
        if repeater is not None:
            repeater.stop()

    def names(self):
        return list(self._repeaters)

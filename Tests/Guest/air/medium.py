# SPDX-License-Identifier: GPL-3.0-or-later
"""The air itself: who is there and how loudly each hears each."""

import dataclasses

from . import hci

DEFAULT_RSSI = -60
ANYBODY = "*"


@dataclasses.dataclass(frozen=True)
class Packet:
    """One advertising packet, or the response to a scan request."""

    pdu: hci.Pdu
    address: bytes
    address_type: int
    data: bytes
    response: bytes = b""

    def answer(self):
        """The scan response to this packet; None where nobody may ask for one."""
        if self.pdu.response is None:
            return None
        return Packet(self.pdu.response, self.address, self.address_type, self.response)


class Medium:
    """Carries packets between stations. A station has a `name` and hears by `hear(packet, rssi)`, which returns None when
    its receiver was off, else whether the packet went up to its host."""

    def __init__(self, log):
        self.log = log
        self._stations = {}
        self._rssi = {}

    def join(self, station):
        if station.name in self._stations:
            raise ValueError(f"there is a {station.name} already")
        self._stations[station.name] = station

    def leave(self, station):
        del self._stations[station.name]

    def station(self, name):
        return self._stations[name]

    def stations(self):
        return list(self._stations.values())

    def names(self):
        return list(self._stations)

    def set_rssi(self, sender, receiver, dbm):
        if not -127 <= dbm <= 20 and dbm != 127:
            raise ValueError(f"no such RSSI: {dbm}")
        self._rssi[sender, receiver] = dbm

    def rssi(self, sender, receiver):
        """The nearest rule wins: this link, this sender, this receiver, everything."""
        for link in ((sender, receiver), (sender, ANYBODY), (ANYBODY, receiver), (ANYBODY, ANYBODY)):
            if link in self._rssi:
                return self._rssi[link]
        return DEFAULT_RSSI

    def advertise(self, sender, packet):
        """Sends one advert of the station or scripted peer named `sender`."""
        heard = []
        for station in list(self._stations.values()):
            if station.name == sender:
                continue
            rssi = self.rssi(sender, station.name)
            reported = station.hear(packet, rssi)
            if reported is not None:
                heard.append({"by": station.name, "rssi": rssi, "reported": reported})
        self._write("advert", sender, packet, heard=heard)

    def request_scan(self, sender, address, address_type, target):
        """A scanner asks for a scan response: that puts the scanner's own address on the air."""
        self.log.write("scan-request", sender=sender, address=hci.address_text(address), addressType=_type_name(address_type),
                       pdu="SCAN_REQ", data="", target=hci.address_text(target))

    def _write(self, event, sender, packet, **more):
        self.log.write(event, sender=sender, address=hci.address_text(packet.address),
                       addressType=_type_name(packet.address_type), pdu=packet.pdu.name, data=packet.data.hex(), **more)


def _type_name(address_type):
    return "random" if address_type == hci.RANDOM else "public"

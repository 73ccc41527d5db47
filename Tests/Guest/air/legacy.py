# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller of the 4.x generation, as on a Raspberry Pi: one advert, one random address for everything."""

import struct

from . import hci
from .advertiser import AdvertisingSet
from .controller import ADVERTISING_REPORT_BIT, POWER, Controller, command
from .hci import Command, Pdu, Status

# Its one advert has no number of its own.
HANDLE = 0
PDU_OF_TYPE = {0: Pdu.ADV_IND, 2: Pdu.ADV_SCAN_IND, 3: Pdu.ADV_NONCONN_IND}


class LegacyController(Controller):
    kind = "legacy"
    le_features = bytes([0x01, 0, 0, 0, 0, 0, 0, 0])

    def _power_up(self):
        super()._power_up()
        self.advert = AdvertisingSet()

    def adverts(self):
        return {HANDLE: self.advert}

    def _random_address_of(self, _):
        return self.random_address

    def _random_address_in_use(self):
        return super()._random_address_in_use() or self.advert.enabled

    def _can_report(self, packet):
        return packet.pdu is not Pdu.ADV_EXT_IND

    def _report(self, packet, rssi):
        if self._le_events & ADVERTISING_REPORT_BIT:
            self._send(hci.advertising_report(packet, rssi))

    @command(Command.LE_SET_ADVERTISING_PARAMETERS)
    def _set_parameters(self, parameters):
        if self.advert.enabled:
            return Status.COMMAND_DISALLOWED
        shortest, longest, kind, own_address_type = struct.unpack_from("<HHBB", parameters)
        if kind not in PDU_OF_TYPE or not 0x20 <= shortest <= longest <= 0x4000:
            return Status.INVALID_PARAMETERS
        self.advert.pdu = PDU_OF_TYPE[kind]
        self.advert.interval = (shortest + longest) / 2 * 0.000625
        self.advert.own_address_type = own_address_type
        return Status.OK

    @command(Command.LE_READ_ADVERTISING_POWER)
    def _read_power(self, _):
        return struct.pack("<Bb", Status.OK, POWER)

    @command(Command.LE_SET_ADVERTISING_DATA)
    def _set_data(self, parameters):
        self.advert.data = _counted(parameters)
        return Status.OK

    @command(Command.LE_SET_SCAN_RESPONSE)
    def _set_response(self, parameters):
        self.advert.response = _counted(parameters)
        return Status.OK

    @command(Command.LE_SET_ADVERTISING_ENABLE)
    def _enable(self, parameters):
        if not parameters[0]:
            self._switch_off(HANDLE)
            return Status.OK
        if self.advert.needs_random_address and self.random_address == hci.NO_ADDRESS:
            return Status.INVALID_PARAMETERS
        self._switch_on(HANDLE)
        return Status.OK

    @command(Command.LE_SET_SCAN_PARAMETERS)
    def _set_scan_parameters(self, parameters):
        if self.scanner.enabled:
            return Status.COMMAND_DISALLOWED
        active, interval, window, own_address_type = struct.unpack_from("<BHHB", parameters)
        self.scanner.configure(bool(active), interval, window, own_address_type)
        return Status.OK

    @command(Command.LE_SET_SCAN_ENABLE)
    def _set_scan_enable(self, parameters):
        return self._start_scan(bool(parameters[1])) if parameters[0] else self._stop_scan()


def _counted(parameters):
    """Data behind its length, padded to 31 bytes."""
    length = parameters[0]
    if length > hci.LEGACY_DATA_LIMIT or len(parameters) < 1 + length:
        raise ValueError("more data than a legacy advert carries")
    return bytes(parameters[1:1 + length])

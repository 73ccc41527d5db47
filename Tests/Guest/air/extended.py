# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller of the 5.x generation: several advertising sets, each with an address of its own."""

import struct

from . import hci
from .advertiser import AdvertisingSet
from .controller import EXTENDED_REPORT_BIT, POWER, Controller, command
from .hci import Command, Pdu, Status

NUMBER_OF_SETS = 4
WEAKEST, STRONGEST = -20, 10
NO_PREFERENCE = 127
LONGEST_DATA = 251

CONNECTABLE, SCANNABLE, LEGACY_PDU = 0x01, 0x02, 0x10
ANY_FRAGMENT_KEPT, FIRST_FRAGMENT, LAST_FRAGMENT, COMPLETE = 0, 1, 2, 3


class ExtendedController(Controller):
    kind = "extended"
    le_features = bytes([0x01, 0x10, 0, 0, 0, 0, 0, 0])

    def _power_up(self):
        super()._power_up()
        self.sets = {}

    def adverts(self):
        return self.sets

    def _random_address_of(self, advert):
        return advert.random_address

    def _can_report(self, packet):
        return True

    def _report(self, packet, rssi):
        if self._le_events & EXTENDED_REPORT_BIT:
            self._send(hci.extended_advertising_report(packet, rssi))

    @command(Command.LE_SET_EXTENDED_PARAMETERS)
    def _set_parameters(self, parameters):
        handle, properties = struct.unpack_from("<BH", parameters)
        shortest, longest = (int.from_bytes(parameters[at:at + 3], "little") for at in (3, 6))
        own_address_type = parameters[10]
        wanted, = struct.unpack_from("<b", parameters, 19)
        if handle not in self.sets and len(self.sets) >= NUMBER_OF_SETS:
            return bytes([Status.MEMORY_CAPACITY_EXCEEDED, 0])
        advert = self.sets.setdefault(handle, AdvertisingSet())
        if advert.enabled:
            return bytes([Status.COMMAND_DISALLOWED, 0])
        advert.pdu = _pdu(properties)
        advert.interval = (shortest + longest) / 2 * 0.000625
        advert.own_address_type = own_address_type
        advert.power = POWER if wanted == NO_PREFERENCE else max(WEAKEST, min(STRONGEST, wanted))
        return struct.pack("<Bb", Status.OK, advert.power)

    @command(Command.LE_SET_SET_RANDOM_ADDRESS)
    def _set_set_address(self, parameters):
        advert = self.sets.get(parameters[0])
        if advert is None:
            return Status.UNKNOWN_ADVERTISING_IDENTIFIER
        if advert.enabled and advert.pdu is Pdu.ADV_IND:
            return Status.COMMAND_DISALLOWED
        advert.random_address = bytes(parameters[1:7])
        return Status.OK

    @command(Command.LE_SET_EXTENDED_DATA)
    def _set_data(self, parameters):
        return self._fill("data", parameters)

    @command(Command.LE_SET_EXTENDED_SCAN_RESPONSE)
    def _set_response(self, parameters):
        return self._fill("response", parameters)

    def _fill(self, field, parameters):
        handle, operation, _, length = parameters[:4]
        advert = self.sets.get(handle)
        if advert is None:
            return Status.UNKNOWN_ADVERTISING_IDENTIFIER
        if advert.enabled and operation != COMPLETE:
            return Status.COMMAND_DISALLOWED
        legacy = advert.pdu is not Pdu.ADV_EXT_IND
        if operation not in (ANY_FRAGMENT_KEPT, FIRST_FRAGMENT, LAST_FRAGMENT, COMPLETE) or \
                (legacy and (operation != COMPLETE or length > hci.LEGACY_DATA_LIMIT)):
            return Status.INVALID_PARAMETERS
        kept = b"" if operation in (FIRST_FRAGMENT, COMPLETE) else getattr(advert, field)
        setattr(advert, field, kept + bytes(parameters[4:4 + length]))
        return Status.OK

    @command(Command.LE_SET_EXTENDED_ENABLE)
    def _enable(self, parameters):
        on, count = parameters[0], parameters[1]
        handles = [parameters[2 + 4 * index] for index in range(count)]
        if not on and not handles:
            handles = list(self.sets)
        if any(handle not in self.sets for handle in handles):
            return Status.UNKNOWN_ADVERTISING_IDENTIFIER
        if not on:
            for handle in handles:
                self._switch_off(handle)
            return Status.OK
        chosen = [self.sets[handle] for handle in handles]
        if any(advert.needs_random_address and advert.random_address == hci.NO_ADDRESS for advert in chosen):
            return Status.INVALID_PARAMETERS
        for handle in handles:
            self._switch_on(handle)
        return Status.OK

    @command(Command.LE_READ_MAXIMUM_DATA_LENGTH)
    def _maximum_data_length(self, _):
        return struct.pack("<BH", Status.OK, LONGEST_DATA)

    @command(Command.LE_READ_NUMBER_OF_SETS)
    def _number_of_sets(self, _):
        return bytes([Status.OK, NUMBER_OF_SETS])

    @command(Command.LE_REMOVE_SET)
    def _remove_set(self, parameters):
        advert = self.sets.get(parameters[0])
        if advert is None:
            return Status.UNKNOWN_ADVERTISING_IDENTIFIER
        if advert.enabled:
            return Status.COMMAND_DISALLOWED
        del self.sets[parameters[0]]
        return Status.OK

    @command(Command.LE_CLEAR_SETS)
    def _clear_sets(self, _):
        if any(advert.enabled for advert in self.sets.values()):
            return Status.COMMAND_DISALLOWED
        self.sets.clear()
        return Status.OK

    @command(Command.LE_READ_TRANSMIT_POWER)
    def _read_transmit_power(self, _):
        return struct.pack("<Bbb", Status.OK, WEAKEST, STRONGEST)

    @command(Command.LE_SET_EXTENDED_SCAN_PARAMETERS)
    def _set_scan_parameters(self, parameters):
        if self.scanner.enabled:
            return Status.COMMAND_DISALLOWED
        own_address_type = parameters[0]
        active, interval, window = struct.unpack_from("<BHH", parameters, 3)
        self.scanner.configure(bool(active), interval, window, own_address_type)
        return Status.OK

    @command(Command.LE_SET_EXTENDED_SCAN_ENABLE)
    def _set_scan_enable(self, parameters):
        return self._start_scan(bool(parameters[1])) if parameters[0] else self._stop_scan()


def _pdu(properties):
    if not properties & LEGACY_PDU:
        return Pdu.ADV_EXT_IND
    if properties & CONNECTABLE:
        return Pdu.ADV_IND
    return Pdu.ADV_SCAN_IND if properties & SCANNABLE else Pdu.ADV_NONCONN_IND

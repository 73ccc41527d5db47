# SPDX-License-Identifier: GPL-3.0-or-later
"""What every LE controller answers, whatever its generation: bytes of HCI in, bytes of HCI out."""

import os
import struct

from . import hci
from .hci import Command, Status
from .medium import Packet
from .scanner import DuplicateFilter, Scanner

ADVERTISING_REPORT_BIT = 1 << (hci.SUBEVENT_ADVERTISING_REPORT - 1)
EXTENDED_REPORT_BIT = 1 << (hci.SUBEVENT_EXTENDED_ADVERTISING_REPORT - 1)
DEFAULT_LE_EVENTS = 0x1F
POWER = 7
VERSION_5_0 = 9
NO_COMPANY = 0xFFFF


def command(opcode):
    """Marks a method as the answer to an HCI command. It returns a status, or the bytes of a longer result."""

    def mark(method):
        method.opcode = opcode
        return method

    return mark


class Controller:
    """One controller on the air. `send` takes a packet for the host, `scheduler` is an asyncio loop or a test's own."""

    le_features = bytes(8)

    def __init__(self, name, address, medium, scheduler, send, duplicates=DuplicateFilter.DATA):
        self.name = name
        self.address = address
        self._medium = medium
        self._scheduler = scheduler
        self._send = send
        self._duplicates = duplicates
        # What a test breaks: see control.py.
        self.mute = False
        self.refusals = {}
        self.delays = {}
        self._late = []
        self._commands = {}
        for attribute in dir(type(self)):
            opcode = getattr(getattr(type(self), attribute), "opcode", None)
            if opcode is not None:
                self._commands[opcode] = getattr(self, attribute)
        self._power_up()

    def _power_up(self):
        self.deaf = False
        self.random_address = hci.NO_ADDRESS
        self.scanner = Scanner(self._duplicates)
        self._le_events = DEFAULT_LE_EVENTS

    def receive(self, packet):
        """One packet from the host."""
        if packet[0] != hci.COMMAND_PACKET:
            return
        opcode, length = struct.unpack_from("<HB", packet, 1)
        parameters = packet[4:4 + length]
        if self.mute:
            return
        switch = (opcode, parameters[0] if parameters else None)
        delay = self.delays.get(switch, 0)
        if not delay:
            self._carry_out(opcode, parameters, switch)
            return
        self._medium.log.write("late", station=self.name, command=hci.switch_text(switch), seconds=delay)
        self._late.append(self._scheduler.call_later(delay, lambda: self._carry_out(opcode, parameters, switch)))

    def _carry_out(self, opcode, parameters, switch):
        if self.refusals.get(switch, 0) > 0:
            self.refusals[switch] -= 1
            self._send(hci.command_complete(opcode, bytes([Status.HARDWARE_FAILURE])))
            return
        answer = self._commands.get(opcode)
        if answer is None:
            self._send(hci.command_status(opcode, Status.UNKNOWN_COMMAND))
            return
        try:
            result = answer(parameters)
        except (struct.error, IndexError, ValueError):
            result = Status.INVALID_PARAMETERS
        self._send(hci.command_complete(opcode, result if isinstance(result, bytes) else bytes([result])))

    # The receiver

    def hear(self, packet, rssi):
        if self.deaf or not self.scanner.listening(self._scheduler.time()) or not self._can_report(packet):
            return None
        reported = self._pass_on(packet, rssi)
        answer = packet.answer()
        if answer is not None and self.scanner.active:
            own = self.random_address if self.scanner.own_address_type & 1 else self.address
            self._medium.request_scan(self.name, own, self.scanner.own_address_type & 1, packet.address)
            self._pass_on(answer, rssi)
        return reported

    def _pass_on(self, packet, rssi):
        if not self.scanner.fresh(packet):
            return False
        self._report(packet, rssi)
        return True

    def _can_report(self, packet):
        raise NotImplementedError

    def _report(self, packet, rssi):
        raise NotImplementedError

    def _start_scan(self, filtering):
        if self.scanner.own_address_type & 1 and self.random_address == hci.NO_ADDRESS:
            return Status.INVALID_PARAMETERS
        self.scanner.start(self._scheduler.time(), filtering)
        self._medium.log.write("scan-start", station=self.name, active=self.scanner.active, filtering=filtering)
        return Status.OK

    def _stop_scan(self):
        if self.scanner.enabled:
            self.scanner.stop()
            self._medium.log.write("scan-stop", station=self.name)
        return Status.OK

    # The transmitter

    def adverts(self):
        """What the host has told of its adverts, by handle."""
        raise NotImplementedError

    def _random_address_of(self, advert):
        raise NotImplementedError

    def _switch_on(self, handle):
        advert = self.adverts()[handle]
        self._log_advertising(handle, True)
        advert.start(self._scheduler, self._transmit)

    def _switch_off(self, handle):
        advert = self.adverts()[handle]
        if advert.enabled:
            self._log_advertising(handle, False)
        advert.stop()

    def _transmit(self, advert):
        own = self._own_address(advert)
        self._medium.advertise(self.name, Packet(advert.pdu, own, advert.own_address_type & 1, advert.data, advert.response))

    def _own_address(self, advert):
        return self._random_address_of(advert) if advert.needs_random_address else self.address

    def _log_advertising(self, handle, on):
        """One of the controller's adverts is switched; which one the address tells."""
        advert = self.adverts()[handle]
        self._medium.log.write("advertising", station=self.name, on=on, handle=handle,
                               address=hci.address_text(self._own_address(advert)), data=advert.data.hex())

    def power_down(self):
        """Off the air, as when unplugged."""
        for command_under_way in self._late:
            command_under_way.cancel()
        self._late = []
        self._stop_scan()
        for handle in self.adverts():
            self._switch_off(handle)

    def fail(self):
        """Tells the host that the hardware failed: it resets everything."""
        self._send(hci.event(hci.EVENT_HARDWARE_ERROR, b"\x01"))

    # Commands

    @command(Command.RESET)
    def _reset(self, _):
        self.power_down()
        self._power_up()
        return Status.OK

    @command(Command.SET_EVENT_MASK)
    def _set_event_mask(self, _):
        return Status.OK

    @command(Command.LE_SET_EVENT_MASK)
    def _le_set_event_mask(self, parameters):
        self._le_events, = struct.unpack("<Q", parameters)
        return Status.OK

    @command(Command.READ_LOCAL_VERSION)
    def _read_version(self, _):
        return struct.pack("<BBHBHH", Status.OK, VERSION_5_0, 0, VERSION_5_0, NO_COMPANY, 0)

    @command(Command.READ_LOCAL_COMMANDS)
    def _read_commands(self, _):
        octets = bytearray(64)
        for opcode in self._commands:
            octet, bit = hci.COMMAND_BITS.get(opcode, (None, None))
            if octet is not None:
                octets[octet] |= 1 << bit
        return bytes([Status.OK]) + bytes(octets)

    @command(Command.READ_LOCAL_FEATURES)
    def _read_features(self, _):
        le_without_classic = bytes([0, 0, 0, 0, 0x60, 0, 0, 0])
        return bytes([Status.OK]) + le_without_classic

    @command(Command.LE_READ_LOCAL_FEATURES)
    def _le_read_features(self, _):
        return bytes([Status.OK]) + self.le_features

    @command(Command.READ_BUFFER_SIZE)
    def _read_buffer_size(self, _):
        return struct.pack("<BHBHH", Status.OK, 192, 0, 4, 0)

    @command(Command.LE_READ_BUFFER_SIZE)
    def _le_read_buffer_size(self, _):
        return struct.pack("<BHB", Status.OK, 192, 4)

    @command(Command.READ_ADDRESS)
    def _read_address(self, _):
        return bytes([Status.OK]) + self.address

    @command(Command.LE_SET_RANDOM_ADDRESS)
    def _set_random_address(self, parameters):
        # The address may not change under a radio that uses it. This refusal decides how a daemon must rotate.
        if self._random_address_in_use():
            return Status.COMMAND_DISALLOWED
        self.random_address = bytes(parameters[:6])
        return Status.OK

    def _random_address_in_use(self):
        return self.scanner.enabled

    @command(Command.LE_READ_ACCEPT_LIST_SIZE)
    def _accept_list_size(self, _):
        return bytes([Status.OK, 8])

    @command(Command.LE_CLEAR_ACCEPT_LIST)
    def _clear_accept_list(self, _):
        return Status.OK

    @command(Command.LE_ADD_TO_ACCEPT_LIST)
    def _add_to_accept_list(self, _):
        return Status.OK

    @command(Command.LE_REMOVE_FROM_ACCEPT_LIST)
    def _remove_from_accept_list(self, _):
        return Status.OK

    @command(Command.LE_RAND)
    def _rand(self, _):
        return bytes([Status.OK]) + os.urandom(8)

    @command(Command.LE_READ_STATES)
    def _read_states(self, _):
        # Every state and every pair of states: this radio advertises while it scans.
        return bytes([Status.OK]) + struct.pack("<Q", 0x3FFFFFFFFFF)

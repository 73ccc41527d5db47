# SPDX-License-Identifier: GPL-3.0-or-later
"""The few numbers of the Host Controller Interface that LE advertising and scanning need (Core Specification 5.4, vol 4 E)."""

import enum
import struct

COMMAND_PACKET = 0x01
EVENT_PACKET = 0x04
VENDOR_PACKET = 0xFF

EVENT_COMMAND_COMPLETE = 0x0E
EVENT_COMMAND_STATUS = 0x0F
EVENT_HARDWARE_ERROR = 0x10
EVENT_LE_META = 0x3E
SUBEVENT_ADVERTISING_REPORT = 0x02
SUBEVENT_EXTENDED_ADVERTISING_REPORT = 0x0D

PUBLIC = 0
RANDOM = 1
NO_ADDRESS = bytes(6)
LEGACY_DATA_LIMIT = 31


class Status(enum.IntEnum):
    OK = 0x00
    UNKNOWN_COMMAND = 0x01
    HARDWARE_FAILURE = 0x03
    MEMORY_CAPACITY_EXCEEDED = 0x07
    COMMAND_DISALLOWED = 0x0C
    INVALID_PARAMETERS = 0x12
    UNKNOWN_ADVERTISING_IDENTIFIER = 0x42


class Command(enum.IntEnum):
    SET_EVENT_MASK = 0x0C01
    RESET = 0x0C03
    READ_LOCAL_VERSION = 0x1001
    READ_LOCAL_COMMANDS = 0x1002
    READ_LOCAL_FEATURES = 0x1003
    READ_BUFFER_SIZE = 0x1005
    READ_ADDRESS = 0x1009
    LE_SET_EVENT_MASK = 0x2001
    LE_READ_BUFFER_SIZE = 0x2002
    LE_READ_LOCAL_FEATURES = 0x2003
    LE_SET_RANDOM_ADDRESS = 0x2005
    LE_SET_ADVERTISING_PARAMETERS = 0x2006
    LE_READ_ADVERTISING_POWER = 0x2007
    LE_SET_ADVERTISING_DATA = 0x2008
    LE_SET_SCAN_RESPONSE = 0x2009
    LE_SET_ADVERTISING_ENABLE = 0x200A
    LE_SET_SCAN_PARAMETERS = 0x200B
    LE_SET_SCAN_ENABLE = 0x200C
    LE_READ_ACCEPT_LIST_SIZE = 0x200F
    LE_CLEAR_ACCEPT_LIST = 0x2010
    LE_ADD_TO_ACCEPT_LIST = 0x2011
    LE_REMOVE_FROM_ACCEPT_LIST = 0x2012
    LE_RAND = 0x2018
    LE_READ_STATES = 0x201C
    LE_SET_SET_RANDOM_ADDRESS = 0x2035
    LE_SET_EXTENDED_PARAMETERS = 0x2036
    LE_SET_EXTENDED_DATA = 0x2037
    LE_SET_EXTENDED_SCAN_RESPONSE = 0x2038
    LE_SET_EXTENDED_ENABLE = 0x2039
    LE_READ_MAXIMUM_DATA_LENGTH = 0x203A
    LE_READ_NUMBER_OF_SETS = 0x203B
    LE_REMOVE_SET = 0x203C
    LE_CLEAR_SETS = 0x203D
    LE_SET_EXTENDED_SCAN_PARAMETERS = 0x2041
    LE_SET_EXTENDED_SCAN_ENABLE = 0x2042
    LE_READ_TRANSMIT_POWER = 0x204B


# Where Read Local Supported Commands says that a command is there: octet, bit. A controller fills the octets from the
# commands it has, so it never claims what it does not do. Commands that every controller has are not in the octets.
COMMAND_BITS = {
    Command.SET_EVENT_MASK: (5, 6),
    Command.RESET: (5, 7),
    Command.READ_LOCAL_VERSION: (14, 3),
    Command.READ_LOCAL_FEATURES: (14, 5),
    Command.READ_BUFFER_SIZE: (14, 7),
    Command.READ_ADDRESS: (15, 1),
    Command.LE_SET_EVENT_MASK: (25, 0),
    Command.LE_READ_BUFFER_SIZE: (25, 1),
    Command.LE_READ_LOCAL_FEATURES: (25, 2),
    Command.LE_SET_RANDOM_ADDRESS: (25, 4),
    Command.LE_SET_ADVERTISING_PARAMETERS: (25, 5),
    Command.LE_READ_ADVERTISING_POWER: (25, 6),
    Command.LE_SET_ADVERTISING_DATA: (25, 7),
    Command.LE_SET_SCAN_RESPONSE: (26, 0),
    Command.LE_SET_ADVERTISING_ENABLE: (26, 1),
    Command.LE_SET_SCAN_PARAMETERS: (26, 2),
    Command.LE_SET_SCAN_ENABLE: (26, 3),
    Command.LE_READ_ACCEPT_LIST_SIZE: (26, 6),
    Command.LE_CLEAR_ACCEPT_LIST: (26, 7),
    Command.LE_ADD_TO_ACCEPT_LIST: (27, 0),
    Command.LE_REMOVE_FROM_ACCEPT_LIST: (27, 1),
    Command.LE_RAND: (27, 7),
    Command.LE_READ_STATES: (28, 3),
    Command.LE_SET_SET_RANDOM_ADDRESS: (36, 1),
    Command.LE_SET_EXTENDED_PARAMETERS: (36, 2),
    Command.LE_SET_EXTENDED_DATA: (36, 3),
    Command.LE_SET_EXTENDED_SCAN_RESPONSE: (36, 4),
    Command.LE_SET_EXTENDED_ENABLE: (36, 5),
    Command.LE_READ_MAXIMUM_DATA_LENGTH: (36, 6),
    Command.LE_READ_NUMBER_OF_SETS: (36, 7),
    Command.LE_REMOVE_SET: (37, 0),
    Command.LE_CLEAR_SETS: (37, 1),
    Command.LE_SET_EXTENDED_SCAN_PARAMETERS: (37, 5),
    Command.LE_SET_EXTENDED_SCAN_ENABLE: (37, 6),
    Command.LE_READ_TRANSMIT_POWER: (38, 7),
}


def switch(text):
    """A command that switches something, from "LE_SET_SCAN_ENABLE on": its opcode and its first parameter."""
    name, state = text.split()
    return Command[name], {"off": 0, "on": 1}[state]


def switch_text(pair):
    opcode, state = pair
    return f"{Command(opcode).name} {'on' if state else 'off'}"


class Pdu(enum.Enum):
    """Kinds of advertising packet: type in a legacy report, type in an extended report."""

    ADV_IND = (0x00, 0x13)
    ADV_SCAN_IND = (0x02, 0x12)
    ADV_NONCONN_IND = (0x03, 0x10)
    SCAN_RSP_TO_ADV_IND = (0x04, 0x1B)
    SCAN_RSP_TO_ADV_SCAN_IND = (0x04, 0x1A)
    # An advert of the extended kind; receivers of the 4.x generation cannot hear it.
    ADV_EXT_IND = (None, 0x00)

    @property
    def response(self):
        """The packet that answers a scan request, or None where there is none."""
        return {Pdu.ADV_IND: Pdu.SCAN_RSP_TO_ADV_IND, Pdu.ADV_SCAN_IND: Pdu.SCAN_RSP_TO_ADV_SCAN_IND}.get(self)


def address_text(address):
    """Address bytes as they are in HCI, least significant first, in the usual text form."""
    return ":".join(f"{byte:02X}" for byte in reversed(address))


def address_bytes(text):
    address = bytes.fromhex(text.replace(":", ""))
    if len(address) != 6:
        raise ValueError(f"not an address: {text}")
    return address[::-1]


def event(code, parameters):
    return struct.pack("<BBB", EVENT_PACKET, code, len(parameters)) + parameters


def command_complete(opcode, result):
    return event(EVENT_COMMAND_COMPLETE, struct.pack("<BH", 1, opcode) + result)


def command_status(opcode, status):
    return event(EVENT_COMMAND_STATUS, struct.pack("<BBH", status, 1, opcode))


def advertising_report(packet, rssi):
    head = struct.pack("<BBBB6sB", SUBEVENT_ADVERTISING_REPORT, 1, packet.pdu.value[0], packet.address_type, packet.address,
                       len(packet.data))
    return event(EVENT_LE_META, head + packet.data + struct.pack("<b", rssi))


def extended_advertising_report(packet, rssi):
    no_set, no_power, no_periodic = 0xFF, 127, 0
    head = struct.pack("<BBHB6sBBBbbHB6sB", SUBEVENT_EXTENDED_ADVERTISING_REPORT, 1, packet.pdu.value[1], packet.address_type,
                       packet.address, 1, 0, no_set, no_power, rssi, no_periodic, 0, NO_ADDRESS, len(packet.data))
    return event(EVENT_LE_META, head + packet.data)

# SPDX-License-Identifier: GPL-3.0-or-later
"""btmon's trace: what the kernel really asked of its controllers. A witness apart from the emulated air.

A btsnoop file is a 16-byte header and big-endian records; with data link 2001 (the monitor's) the flags of a record hold the
adapter's index and the kind of packet.
"""

import struct

HEADER = struct.Struct(">8sII")
RECORD = struct.Struct(">IIIIq")
MAGIC = b"btsnoop\0"
MONITOR = 2001
COMMAND = 2

SET_ADVERTISING_PARAMETERS, SET_ADVERTISING_DATA, SET_SCAN_PARAMETERS = 0x2006, 0x2008, 0x200B
SET_EXTENDED_PARAMETERS, SET_EXTENDED_DATA, SET_EXTENDED_SCAN_PARAMETERS = 0x2036, 0x2037, 0x2041


def commands(path, index):
    """The HCI commands to one adapter: opcode and parameters, in order."""
    with open(path, "rb") as stream:
        magic, version, link = HEADER.unpack(stream.read(HEADER.size))
        if (magic, version, link) != (MAGIC, 1, MONITOR):
            raise ValueError("not a trace of btmon")
        while len(head := stream.read(RECORD.size)) == RECORD.size:
            _, length, flags, _, _ = RECORD.unpack(head)
            packet = stream.read(length)
            if flags & 0xFFFF == COMMAND and flags >> 16 == index and len(packet) == length >= 3:
                yield struct.unpack_from("<H", packet)[0], packet[3:]


def advert_data(path, index):
    """The data of each advert the kernel handed to an adapter, empty ones left out."""
    found = []
    for opcode, parameters in commands(path, index):
        data = b""
        if opcode == SET_ADVERTISING_DATA:
            data = parameters[1:1 + parameters[0]]
        elif opcode == SET_EXTENDED_DATA:
            data = parameters[4:4 + parameters[3]]
        if data:
            found.append(data.hex())
    return found


def own_address_types(path, index):
    """Which kind of own address each advert and each scan was set up with: 0 would be the public one."""
    where = {SET_ADVERTISING_PARAMETERS: 5, SET_SCAN_PARAMETERS: 5, SET_EXTENDED_PARAMETERS: 10, SET_EXTENDED_SCAN_PARAMETERS: 0}
    return [parameters[where[opcode]] for opcode, parameters in commands(path, index) if opcode in where]

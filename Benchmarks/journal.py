# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes an encounter journal from its paper (docs/journal-format.md), quickly, for the benchmarks: in version 1, records in
the clear, which needs no cipher here. The daemon reads it and appends to its last day."""
import os
import pathlib
import random
import struct
import time

DAY = 86400
BLUEZONE, EXPOSURE_NOTIFICATION = 1, 2


def _crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _crc_table()


def crc32c(data, crc=0):
    """CRC-32C of `data`, going on from that of what stood before."""
    crc ^= 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def segment(day, count, scans_each, source):
    """The bytes of one day's segment: `count` sightings spread over the day, each identifier heard in `scans_each` scans,
    a minute apart; both formats in turn."""
    prefix = crc32c(struct.pack("<i", day))
    header = b"BZSIGHT\n" + struct.pack("<HHi12x", 1, 32, day)
    header += struct.pack("<I", crc32c(header))
    out = bytearray(header.ljust(4096, b"\0"))
    people = (count + scans_each - 1) // scans_each
    for person in range(people):
        if person % 2:
            form, known = EXPOSURE_NOTIFICATION, source.randbytes(20)
        else:
            form, known = BLUEZONE, source.randbytes(12) + bytes(8)
        crc = crc32c(known, prefix)
        begin = person * (DAY - scans_each * 60) // people * 1000 + source.randrange(60_000)
        for scan in range(min(scans_each, count - person * scans_each)):
            rssi = source.randrange(-95, -40)
            rest = struct.pack("<IHbb", begin + scan * 60_000 | form << 27, 60 if scan else 0xFFFF, rssi, rssi - 3)
            out += known + rest + struct.pack("<I", crc32c(rest, crc))
    return out


def write(folder, sightings, days, scans_each=5, last=None):
    """A journal of `days` days up to and with `last` (days since 1970, else today), equally full. Answers its bytes."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, mode=0o700)
    last = int(time.time()) // DAY if last is None else last
    source = random.Random(20261120)
    size = 0
    for number in range(days):
        count = sightings // days + (1 if number < sightings % days else 0)
        data = segment(last - number, count, scans_each, source)
        path = folder / time.strftime("%Y-%m-%d.sightings", time.gmtime((last - number) * DAY))
        path.write_bytes(data)
        os.chmod(path, 0o600)
        size += len(data)
    return size

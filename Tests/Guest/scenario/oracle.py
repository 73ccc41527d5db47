# SPDX-License-Identifier: GPL-3.0-or-later
"""Both derivations a second time, after the published papers, so that our own tool is not its own judge."""

import hashlib
import hmac
import struct

from . import aes
from .beacon import BLUEZONE, EXPOSURE_NOTIFICATION

DAY = 86400
BLUEZONE_SLOT = 900
INTERVAL = 600
INTERVALS_A_DAY = DAY // INTERVAL
SLOT_LENGTH = {BLUEZONE: BLUEZONE_SLOT, EXPOSURE_NOTIFICATION: INTERVAL}
KEY_LENGTH = {BLUEZONE: 32, EXPOSURE_NOTIFICATION: 16}


def slot(beacon_format, seconds):
    """The index of the identifier that belongs to a moment, within its UTC day."""
    return int(seconds) % DAY // SLOT_LENGTH[beacon_format]


def day_start(seconds):
    return int(seconds) // DAY * DAY


def bluezone_identifiers(key):
    """The 96 identifiers of a day: every fourth byte of the first half of a chain of hashes, every second of the rest."""
    found = []
    link = hashlib.sha256(key + b"bluzonesubkey").digest()
    for _ in range(DAY // BLUEZONE_SLOT):
        found.append(bytes(link[at] for at in (0, 4, 8, 12, *range(16, 32, 2))))
        link = hashlib.sha256(link).digest()
    return found


def _hkdf(key, info):
    """HKDF-SHA256 without salt, 16 bytes: one block."""
    extracted = hmac.digest(bytes(32), key, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")[:16]


def identifier_key(key):
    return _hkdf(key, b"EN-RPIK")


def metadata_key(key):
    return _hkdf(key, b"EN-AEMK")


def rolling_identifier(key, interval):
    """`interval` counts ten minutes since 1970."""
    return aes.encrypt(identifier_key(key), b"EN-RPI" + bytes(6) + struct.pack("<I", interval))


def crypt_metadata(key, identifier, metadata):
    """AES in counter mode, so the same step encrypts and decrypts."""
    stream = aes.encrypt(metadata_key(key), identifier)
    return bytes(a ^ b for a, b in zip(metadata, stream))


def identifiers(beacon_format, key, start_of_day):
    if beacon_format == BLUEZONE:
        return bluezone_identifiers(key)
    first = start_of_day // INTERVAL
    return [rolling_identifier(key, first + index) for index in range(INTERVALS_A_DAY)]

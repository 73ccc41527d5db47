# SPDX-License-Identifier: GPL-3.0-or-later
"""Both beacon formats as bytes on the air."""

import dataclasses

BLUEZONE = "bluezone"
EXPOSURE_NOTIFICATION = "exposure-notification"
FORMATS = (BLUEZONE, EXPOSURE_NOTIFICATION)
# What other programs of these scenarios advertise: nobody's identifier.
ANOTHER_ID = "ab" * 12

FLAGS, UUIDS_SOME, UUIDS_ALL, SERVICE_DATA, MANUFACTURER_DATA = 0x01, 0x02, 0x03, 0x16, 0xFF
BLUEZONE_UUID = bytes.fromhex("564e")
BLUEZONE_COMPANY = bytes.fromhex("b522")
EXPOSURE_NOTIFICATION_UUID = bytes.fromhex("6ffd")


@dataclasses.dataclass(frozen=True)
class Beacon:
    """An identifier as it was heard; `metadata` is empty for Bluezone. Both in hex."""

    format: str
    id: str
    metadata: str = ""


def structures(data):
    """Splits advertising data into (type, content); None where it is malformed."""
    found = []
    while data and data[0]:
        length = data[0]
        if len(data) < 1 + length:
            return None
        found.append((data[1], data[2:1 + length]))
        data = data[1 + length:]
    return found


def recognise(hex_data):
    """The beacon in advertising data, or None. Strict, because it judges our own adverts: UUID list, payload, and nothing
    else but flags."""
    found = structures(bytes.fromhex(hex_data))
    if not found:
        return None
    by_type = dict(found)
    if len(by_type) != len(found):
        return None
    by_type.pop(FLAGS, None)
    uuids = by_type.pop(UUIDS_ALL, None) or by_type.pop(UUIDS_SOME, None)
    if len(by_type) != 1:
        return None
    (kind, content), = by_type.items()
    if (kind, uuids, content[:2], len(content)) == (MANUFACTURER_DATA, BLUEZONE_UUID, BLUEZONE_COMPANY, 14):
        return Beacon(BLUEZONE, content[2:].hex())
    if (kind, uuids, content[:2], len(content)) == (SERVICE_DATA, EXPOSURE_NOTIFICATION_UUID, EXPOSURE_NOTIFICATION_UUID, 22):
        return Beacon(EXPOSURE_NOTIFICATION, content[2:18].hex(), content[18:].hex())
    return None


def structure(kind, content):
    return bytes([1 + len(content), kind]) + content


def bluezone_data(identifier, flags=0x1A):
    return _with_flags(flags) + structure(UUIDS_ALL, BLUEZONE_UUID) + structure(MANUFACTURER_DATA, BLUEZONE_COMPANY + identifier)


def exposure_notification_data(payload, flags=None):
    """iPhones send flags 0x1A, Android phones none."""
    return _with_flags(flags) + structure(UUIDS_ALL, EXPOSURE_NOTIFICATION_UUID) + \
        structure(SERVICE_DATA, EXPOSURE_NOTIFICATION_UUID + payload)


def _with_flags(flags):
    return b"" if flags is None else structure(FLAGS, bytes([flags]))

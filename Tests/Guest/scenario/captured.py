# SPDX-License-Identifier: GPL-3.0-or-later
"""Advertisements of real phones, as others saw them on the air and published them: address, PDU and all bytes."""

from . import daemon
from .beacon import EXPOSURE_NOTIFICATION, Beacon

# Who sent it and who published it; address, PDU, bytes.
FRAMES = {
    "an iPhone of May 2021 (Holtmann, netdev)":
        ("01:9A:1F:C0:30:15", "ADV_NONCONN_IND", "02011a03036ffd17166ffdf47698ff9243617d917ac521b5fcfd436afdb285"),
    "a Galaxy Note 5 with SwissCovid (Tiu, Brighton-Knight)":
        ("59:5E:F9:C1:23:8F", "ADV_NONCONN_IND", "03036ffd17166ffd12ec68a558f69b3e332d303c222d6574f666f99a"),
    "a phone that may be asked for more":
        ("77:51:18:20:7C:B0", "ADV_SCAN_IND", "03036ffd17166ffd31a12fccfee8413ea7f2d48a2362cf0bc3620866"),
    "an iPhone with iOS 13.5 (HSE Ireland)":
        ("3C:E4:0A:D2:7B:1B", "ADV_NONCONN_IND", "02011a03036ffd17166ffde23f352fa09307a85d4194912443180d484dc151"),
}
RSSI = -66
# Identifier and metadata are the end of each.
LENGTH = 20


def become_sightings(steps, bench):
    for number, (address, pdu, data) in enumerate(FRAMES.values()):
        bench.peer(f"captured{number}", address, bytes.fromhex(data), rssi=RSSI, pdu=pdu, interval=250)
    for number, (title, (_, _, data)) in enumerate(FRAMES.items()):
        payload = bytes.fromhex(data)[-LENGTH:]
        sent = Beacon(EXPOSURE_NOTIFICATION, payload[:16].hex(), payload[16:].hex())
        found = daemon.wait_for_sighting(title, sent.id)
        right = found["format"] == sent.format and daemon.same_metadata(found, sent) and found["rssi"] == RSSI
        steps.check(right, f"captured from {title}: sighted with its bytes", found)
        bench.unpeer(f"captured{number}")

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon

/// AD structures as they stand on the air, and the service bytes inside them.
enum AdvertisementInput: FuzzedInput {
    static func check(_ bytes: [UInt8]) throws {
        if let beacon = BeaconPayload.decode(advertisement: bytes.span) {
            try demand(
                beacon.identifier.bytes.count == beacon.identifier.format.identifierLength,
                "an identifier has its format's length")
            for flags in [nil, 0x1A] as [UInt8?] {
                let sent = beacon.advertisement(flags: flags)
                try demand(sent.count <= 31, "an advertisement fits 31 bytes")
                try demand(BeaconPayload.decode(advertisement: sent.span) == beacon, "what is sent is heard as it was")
                try demand(
                    BeaconPayload.decode(advertisement: (sent + [0, 0xFF]).span) == beacon,
                    "a structure of no length ends the walk")
            }
        }
        for format in BeaconFormat.allCases {
            guard let beacon = BeaconPayload(format: format, serviceBytes: bytes.span) else { continue }
            try demand(beacon.serviceBytes == bytes, "service bytes are written as they were read")
        }
    }

    static func seeds() -> [Seed] {
        sampleBeacons.flatMap { beacon in
            let name = "\(beacon.identifier.format)"
            return [
                Seed(name, beacon.advertisement(flags: nil)), Seed(name + "-flags", beacon.advertisement(flags: 0x1A)),
                Seed(name + "-service", beacon.serviceBytes),
            ]
        }
    }
}

/// One beacon of each format.
let sampleBeacons: [BeaconPayload] = BeaconFormat.allCases.compactMap { format in
    let bytes = (1...UInt8(format.identifierLength)).map { $0 &* 37 }
    return EphemeralIdentifier(format: format, bytes: bytes).map {
        BeaconPayload(identifier: $0, metadata: format == .exposureNotification ? 0x40E6_1B77 : 0)
    }
}

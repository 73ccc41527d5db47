// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import CBlueZ
import Glibc

@testable import Bus
@testable import Radio

/// What a controller, and through it anybody on the air, hands to an HCI socket: events of LE reports, one after the
/// other, each with its length in front.
enum HCIPacketInput: FuzzedInput {
    static func check(_ bytes: [UInt8]) throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0, let hci = bz_hci_adopt(ends[0])
        else { throw Violation(description: "there is no socket to fuzz with") }
        defer { bz_hci_close(hci) }
        var rest = bytes[...]
        var waiting = 0
        while let length = rest.popFirst() {
            let packet = [4, 0x3E] + rest.prefix(Int(length))
            rest = rest.dropFirst(Int(length))
            _ = write(ends[1], packet, packet.count)
            waiting += 1
            if waiting == 64 {
                try readAll(hci)
                waiting = 0
            }
        }
        close(ends[1])
        try readAll(hci)
        var report = bz_report()
        try demand(bz_hci_next(hci, &report) == BZ_HCI_ENDED, "a listener ends when nobody speaks any more")
    }

    private static func readAll(_ hci: OpaquePointer) throws {
        var report = bz_report()
        while bz_hci_next(hci, &report) == BZ_HCI_REPORT {
            try demand((-127...20).contains(report.rssi), "a report's RSSI is one that a radio measures")
            try demand(report.time > 0, "a report has a time")
            let heard = DeviceReport(report)
            let lengths = (heard.withServiceData { $0.count }, heard.withManufacturerData { $0.count })
            try demand(lengths.0 <= 31 && lengths.1 <= 31, "a report's data fits an advertisement")
            try demand(lengths.0 + lengths.1 > 0, "a report has something of interest")
            for beacon in heard.beacons() ?? [] {
                let length = beacon.identifier.format == .bluezone ? lengths.1 : lengths.0
                try demand(beacon.serviceBytes.count == length, "a beacon is all of its service bytes")
            }
        }
    }

    static func seeds() -> [Seed] {
        let data = sampleBeacons.map { $0.advertisement(flags: 0x06) }
        func piece(_ event: [UInt8]) -> [UInt8] { [UInt8(event.count + 1), UInt8(event.count)] + event }
        func legacy(_ data: [UInt8]) -> [UInt8] { [3, 1, 1, 2, 3, 4, 5, 6, UInt8(data.count)] + data + [0xC4] }
        func extended(_ type: UInt8, _ data: [UInt8]) -> [UInt8] {
            [type, 0, 1, 1, 2, 3, 4, 5, 6, 1, 0, 2, 127, 0xC4, 0, 0, 0, 0, 0, 0, 0, 0, 0, UInt8(data.count)] + data
        }
        return [
            Seed("legacy", piece([2, 1] + legacy(data[0])) + piece([2, 2] + legacy(data[0]) + legacy(data[1]))),
            Seed("extended", piece([13, 2] + extended(0x10, data[0]) + extended(0, data[1]))),
            Seed(
                "pieces",
                piece([13, 1] + extended(0x20, Array(data[1].prefix(9))))
                    + piece([13, 1] + extended(0x40, Array(data[1].dropFirst(9))))),
        ]
    }
}

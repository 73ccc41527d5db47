// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Beacon

struct DailyKeyTests {
    @Test func `keys stand in the order of their bytes`() throws {
        var keys: [DailyKey] = []
        for format in BeaconFormat.allCases {
            for position in 0..<format.keyLength {
                for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                    var bytes = [UInt8](repeating: 0, count: format.keyLength)
                    bytes[position] = value
                    keys.append(try #require(DailyKey(format: format, bytes: bytes)))
                }
            }
        }
        let sorted = keys.shuffled().sorted().map(\.bytes)
        #expect(sorted == keys.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) })
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import bluezonectl

@Suite struct QuantityTests {
    @Test(
        arguments: [
            (0, "just now"), (-5, "just now"), (1, "1 s ago"), (119, "119 s ago"), (120, "2 min ago"),
            (7199, "119 min ago"), (7200, "2 h ago"), (172_799, "47 h ago"), (172_800, "2 days ago"),
        ] as [(Int64, String)])
    func `an age is told in its largest whole unit`(seconds: Int64, text: String) {
        let now = Timestamp(seconds: 1_772_442_000)
        let then = Timestamp(seconds: now.seconds - seconds)
        #expect(Quantity.age(of: then, at: now, in: Style()) == text)
    }

    @Test(
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1024 * 1024 - 1, "1023.9 KiB"),
            (2_516_582, "2.3 MiB"), (5_000_000_000, "4.6 GiB"), (UInt64.max, "15.9 EiB"),
        ] as [(UInt64, String)])
    func `bytes are told in powers of 1024`(count: UInt64, text: String) {
        #expect(Quantity.bytes(count) == text)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import Station

@Suite struct KeyRingTests {
    @Test func `keys are written and read back, and damage costs one line`() throws {
        var ring = KeyRing()
        let day = try #require(UTCDay("2026-11-20"))
        for back in 0..<3 { for format in BeaconFormat.allCases { _ = ring.key(format, on: day.advanced(by: -back)) } }
        let read = KeyRing(text: ring.text)
        #expect(read.keys == ring.keys && read.unreadableLines == 0)
        let damaged = KeyRing(
            text: "bluezone 2026-11-20 zz\n" + ring.text + "\u{0}\u{1} what\nbluezone 2026-11-20 00\n")
        #expect(damaged.keys == ring.keys && damaged.unreadableLines == 3)
        ring.drop(before: day)
        #expect(ring.keys.count == 2)
    }
}

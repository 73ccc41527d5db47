// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import Station

extension KeyRing {
    /// The key of a day on which none was closed.
    mutating func wholeDay(_ format: BeaconFormat, _ day: UTCDay) -> DailyKey {
        guard let key = key(format, at: day.start) else {
            Issue.record("no key of \(day)")
            return .random(format)
        }
        return key
    }
}

@Suite struct KeyRingTests {
    let day = UTCDay(number: 20_777)  // 2026-11-20

    func time(_ hour: Int, _ minute: Int = 0) -> Timestamp {
        day.start.advanced(by: .seconds(hour * 3600 + minute * 60))
    }

    @Test func `keys are written and read back, and damage costs one line`() throws {
        var ring = KeyRing()
        for back in 0..<3 { for format in BeaconFormat.allCases { _ = ring.wholeDay(format, day.advanced(by: -back)) } }
        _ = ring.close(day, before: time(12, 15))
        _ = ring.key(.bluezone, at: time(13))
        let read = KeyRing(text: ring.text)
        #expect(read.keys == ring.keys && read.keys.count == 7 && read.unreadableLines == 0)
        let damaged = KeyRing(
            text: "bluezone 2026-11-20 zz\n" + ring.text + "\u{0}\u{1} what\nbluezone 2026-11-20 00\n")
        #expect(damaged.keys == ring.keys && damaged.unreadableLines == 3)
        ring.drop(before: day)
        #expect(ring.keys.count == 3)
    }

    @Test func `a key file of the version before is read, and a whole day is still written so`() throws {
        let text =
            "bluezone 2026-11-19 \(String(repeating: "4c", count: 32))\n"
            + "exposure-notification 2026-11-20 \(String(repeating: "5d", count: 16))\n"
        var ring = KeyRing(text: text)
        #expect(ring.text == text && ring.unreadableLines == 0 && ring.closedDays.isEmpty)
        #expect(ring.key(.exposureNotification, at: time(9))?.bytes == [UInt8](repeating: 0x5D, count: 16))
        #expect(!ring.needsSaving)
    }

    @Test(arguments: ["49", "-3", "49-48", "0-96", "96-", "x-", "0-1-2", "-", "99999999999999999999-", "+0-3"])
    func `slots that no key can have are a damaged line`(slots: String) {
        let ring = KeyRing(text: "bluezone 2026-11-20 \(String(repeating: "4c", count: 32)) \(slots)\n")
        #expect(ring.keys.isEmpty && ring.unreadableLines == 1)
    }

    @Test func `a second line for the same slots is damage, not a second key`() {
        let key = "bluezone 2026-11-20 \(String(repeating: "4c", count: 32))"
        let ring = KeyRing(text: "\(key) 0-48\n\(key)\n\(key) 48-\n\(key) 49-\n")
        #expect(ring.keys.map(\.slots) == [0..<49, 49..<96] && ring.unreadableLines == 2)
    }

    @Test func `today's closed key ends with the slot under way, and another follows it without a gap`() throws {
        var ring = KeyRing()
        let before = BeaconFormat.allCases.map { ring.wholeDay($0, day) }
        let closed = ring.close(day, before: time(12, 15))
        #expect(closed.map(\.key) == before && closed.map(\.slots) == [0..<49, 0..<73])
        #expect(ring.key(.bluezone, at: time(12, 14)) == nil)
        #expect(ring.key(.exposureNotification, at: time(12)) == nil)
        let after = BeaconFormat.allCases.compactMap { ring.key($0, at: time(12, 15)) }
        #expect(after.count == 2)
        #expect(Set(after).isDisjoint(with: before))
        #expect(ring.keys.map(\.slots) == [0..<49, 49..<96, 0..<73, 73..<144])
        #expect(ring.closedDays == [day])
        #expect(KeyRing(text: ring.text).keys == ring.keys)
    }

    @Test func `a closed key never comes back, wherever the clock goes`() {
        var ring = KeyRing()
        let yesterday = day.advanced(by: -1)
        let published = Set([yesterday, day].map { ring.wholeDay(.bluezone, $0) })
        _ = ring.close(yesterday, before: yesterday.end)
        _ = ring.close(day, before: time(12, 15))
        for minute in stride(from: -24 * 60, to: 24 * 60, by: 5) {
            if let key = ring.key(.bluezone, at: time(0, minute)) { #expect(!published.contains(key)) }
        }
        #expect(ring.keys.count == 3)
    }

    @Test func `a key whose slots have not begun is not closed, and one closed in the last slot has no successor`() {
        var ring = KeyRing()
        _ = ring.wholeDay(.bluezone, day)
        _ = ring.close(day, before: time(12, 15))
        _ = ring.key(.bluezone, at: time(12, 15))
        #expect(ring.close(day, before: time(12, 15)).map(\.slots) == [0..<49])
        #expect(ring.close(day, before: day.end).map(\.slots) == [0..<49, 49..<96])
        #expect(ring.key(.bluezone, at: time(23, 59)) == nil)
        #expect(ring.key(.bluezone, at: day.end) != nil)
    }
}

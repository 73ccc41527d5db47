// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import Testing

@testable import Control

@Suite struct NoticeCodingTests {
    static let alert = AlertNotice(level: .f1, day: UTCDay(number: 20_514), minutes: 18, format: .exposureNotification)

    static let identifier = EphemeralIdentifier(
        format: .bluezone, bytes: [0xAB, 0xCD, 0xEF, 1, 2, 3, 4, 5, 6, 7, 8, 9])

    @Test func `an alert survives the bus`() throws {
        #expect(try AlertNotice(Self.alert.value) == Self.alert)
    }

    @Test func `an alert says level, day, minutes and format and nothing else`() {
        let names = Self.alert.value.entries?.compactMap(\.key.text)
        #expect(names == ["Level", "Day", "Minutes", "Format"])
        #expect(Self.alert.value["Day"] == .string("2026-03-02"))
    }

    @Test(arguments: ["Level", "Day", "Minutes", "Format"])
    func `an alert with a member missing or of a wrong shape is refused`(name: String) {
        let entries = Self.alert.value.entries ?? []
        let without = BusValue.dictionary(key: "s", value: "v", entries.filter { $0.key.text != name })
        let wrong = BusValue.dictionary(
            key: "s", value: "v",
            entries.map { $0.key.text == name ? BusEntry($0.key, .variant(.string("2026-02-30"))) : $0 })
        #expect(throws: ControlError.self) { try AlertNotice(without) }
        #expect(throws: ControlError.self) { try AlertNotice(wrong) }
    }

    @Test func `no more than three bytes of an identifier leave the daemon`() throws {
        let beacon = NearbyBeacon(identifier: try #require(Self.identifier), rssi: -61, age: 4)
        #expect(beacon.prefix == "abcdef")
        #expect(try NearbyBeacon(beacon.value) == beacon)
    }

    @Test func `a longer prefix from the bus is cut`() throws {
        let value = BusValue.properties([
            ("Prefix", .string("abcdef010203")), ("Format", .string("bluezone")), ("RSSI", .int16(-61)),
            ("Age", .uint32(4)),
        ])
        #expect(try NearbyBeacon(value).prefix == "abcdef")
    }

    @Test func `a strength that no radio gives is refused`() {
        let value = BusValue.properties([
            ("Prefix", .string("abcdef")), ("Format", .string("bluezone")), ("RSSI", .int16(-300)), ("Age", .uint32(4)),
        ])
        #expect(throws: ControlError.self) { try NearbyBeacon(value) }
    }
}

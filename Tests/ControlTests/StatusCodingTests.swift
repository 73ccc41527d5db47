// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import Testing

@testable import Control

extension StationStatus {
    /// A status in which no property has its first value.
    static let sample: StationStatus = {
        var status = StationStatus()
        status.state = .running
        status.adapter = "hci0"
        status.formats = [.bluezone, .exposureNotification]
        status.adapterModel = "usb:0a5c:21e8"
        status.correction = -3
        status.radiatedPower = -8
        status.chipPower = 7
        status.confidence = "low"
        status.sightingsToday = 412
        status.identifiersToday = 17
        status.lastSighting = Timestamp(seconds: 1_772_442_000)
        status.lastMatch = Timestamp(seconds: 1_772_440_000)
        status.lastImport = Timestamp(seconds: 1_772_430_000)
        status.caseKeys = 25_410
        status.alertLevel = .f1
        status.journalBytes = 5_000_000_000
        status.daysRecorded = 11
        status.daysKept = 21
        status.pausedUntil = Timestamp(seconds: 1_772_450_000)
        status.replaysToday = 2
        status.ownHeard = 3
        status.scanProfile = .battery
        status.listeningShare = 7
        status.warnings = [
            StationWarning(.slotsShared), StationWarning(.settingsRefused, detail: "bluezone.conf:3: bad"),
        ]
        return status
    }()

    /// What `GetAll` answers for this status.
    var properties: BusValue {
        .properties(StationProperty.allCases.map { ($0.rawValue, value(of: $0)) })
    }
}

@Suite struct StatusCodingTests {
    @Test func `a status survives the bus`() throws {
        #expect(try StationStatus(properties: StationStatus.sample.properties) == .sample)
        #expect(try StationStatus(properties: StationStatus().properties) == StationStatus())
    }

    @Test(arguments: StationProperty.allCases)
    func `every property has the type that the interface names`(property: StationProperty) {
        let value = StationStatus.sample.value(of: property)
        switch (property.signature, value) {
        case ("s", .string), ("n", .int16), ("u", .uint32), ("t", .uint64), ("as", .array(of: "s", _)): break
        default: Issue.record("\(property.rawValue) is \(property.signature) and gave \(value)")
        }
    }

    @Test(arguments: [253_402_300_800, 18_446_744_073_709_552, .max] as [UInt64])
    func `a time past the year 9999 is refused, not wrapped`(seconds: UInt64) {
        let properties = BusValue.properties([(StationProperty.lastSighting.rawValue, .uint64(seconds))])
        #expect(throws: ControlError.self) { try StationStatus(properties: properties) }
    }

    @Test func `only what changed is told`() {
        var later = StationStatus.sample
        later.sightingsToday += 1
        later.pausedUntil = nil
        let changes = later.changes(since: .sample)
        #expect(changes.map(\.0) == [.sightingsToday, .pausedUntil])
        #expect(changes.map(\.1) == [.uint32(413), .uint64(0)])
        #expect(later.changes(since: later).isEmpty)
    }

    @Test func `a time within the same second is no change on the bus`() {
        var later = StationStatus.sample
        later.lastSighting = later.lastSighting?.advanced(by: .milliseconds(900))
        #expect(later.changes(since: .sample).isEmpty)
    }

    @Test func `a property this version does not know is passed over`() throws {
        let answer = BusValue.properties([("State", .string("paused")), ("Moon", .string("full"))])
        #expect(try StationStatus(properties: answer).state == .paused)
    }

    @Test(
        arguments: [
            ("State", BusValue.string("asleep")), ("State", .uint32(1)), ("CaseKeys", .string("many")),
            ("SightingsToday", .int64(-1)), ("Formats", .string("bluezone")),
            ("Warnings", .array(of: "u", [.uint32(1)])),
            ("LastMatch", .uint64(.max)), ("AlertLevel", .string("F3")),
        ])
    func `a value of another shape is refused by name`(property: String, value: BusValue) {
        #expect {
            try StationStatus(properties: .properties([(property, value)]))
        } throws: { error in
            guard case .unexpected(let text)? = error as? ControlError else { return false }
            return text.contains(property)
        }
    }

    @Test func `an answer that is no dictionary is refused`() {
        #expect(throws: ControlError.self) { try StationStatus(properties: .string("running")) }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Exposure
import TestSupport
import Testing

/// What the published app decides, case for case.
struct MatchingVectors: Decodable {
    struct Entry: Decodable {
        var dailyKey: String
        var timeStart, timeEnd: Int64
        var max: Int

        enum CodingKeys: String, CodingKey {
            case max
            case dailyKey = "daily_key"
            case timeStart = "time_start"
            case timeEnd = "time_end"
        }
    }
    struct Row: Decodable {
        var identifier: String
        var timestamp: Int64

        enum CodingKeys: String, CodingKey {
            case timestamp
            case identifier = "blid_contact"
        }
    }
    struct Case: Decodable, CustomTestStringConvertible {
        var name: String
        var f0: Entry
        var rows: [Row]
        var match: Bool
        var testDescription: String { name }
    }
    var matching: [Case]

    static let published = SharedData.json("bluezone/vectors.json", MatchingVectors.self)
}

struct BluezoneCaseTests {
    @Test(
        .enabled(if: SharedData.isPresent, "the shared data folder is absent"),
        arguments: MatchingVectors.published?.matching ?? [])
    func `without tolerance every case is decided as the app does`(vector: MatchingVectors.Case) throws {
        let key = try #require([UInt8](hex: vector.f0.dailyKey))
        let entry = try #require(
            BluezoneCase(
                dailyKey: key, timeStart: vector.f0.timeStart, timeEnd: vector.f0.timeEnd, slotsPerDay: vector.f0.max))
        var matcher = Matcher(toleranceSlots: 0)
        for row in vector.rows {
            let bytes = try #require([UInt8](hex: row.identifier))
            let identifier = try #require(EphemeralIdentifier(format: .bluezone, bytes: bytes))
            matcher.add(
                Sighting(
                    payload: BeaconPayload(identifier: identifier), time: Timestamp(milliseconds: row.timestamp),
                    previousScan: nil, rssi: -60, meanRSSI: -60))
        }
        matcher.check(entry)
        #expect(matcher.matches.isEmpty == !vector.match)
    }

    @Test func `the app's entry and our own key of one day find the same`() throws {
        let key = Scene.key(.bluezone)
        let matcher = Scene.matcher(Scene.encounter(key, minutes: 45))
        let start = Scene.day.start.seconds
        let entry = try #require(BluezoneCase(dailyKey: key.bytes, timeStart: start, timeEnd: start + 86_399))
        #expect(matcher.matches(entry).first == matcher.match(Scene.caseKey(.bluezone)))
        #expect(matcher.matches(entry).count == 1)
    }

    @Test func `an entry over three days gives a match for each day with sightings, under its own key`() throws {
        let key = Scene.key(.bluezone)
        let third = BluezoneDerivation.nextDay(BluezoneDerivation.nextDay(key.bytes))
        let identifier = BluezoneDerivation.identifiers(key: third, count: 3)[2]
        let later = Sighting(
            payload: BeaconPayload(identifier: identifier), time: Scene.time(2 * 1440 + 31), previousScan: nil,
            rssi: -60,
            meanRSSI: -60)
        let matcher = Scene.matcher([later, Scene.sighting(key, at: 5)])
        let start = Scene.day.start.seconds
        let entry = try #require(BluezoneCase(dailyKey: key.bytes, timeStart: start, timeEnd: start + 3 * 86_400 - 1))
        let matches = matcher.matches(entry)
        #expect(matches.map(\.day) == [Scene.day, Scene.day.advanced(by: 2)])
        #expect(matches.allSatisfy { $0.key.key == key && $0.sightings.count == 1 })
    }

    @Test func `an own key in the middle of the app's chain does not match`() throws {
        let key = Scene.key(.bluezone)
        let next = try #require(DailyKey(format: .bluezone, bytes: BluezoneDerivation.nextDay(key.bytes)))
        let identifier = next.identifiers(firstInterval: 0)[0]
        let sighting = Sighting(
            payload: BeaconPayload(identifier: identifier), time: Scene.time(1441), previousScan: nil, rssi: -60,
            meanRSSI: -60)
        let start = Scene.day.start.seconds
        let entry = try #require(BluezoneCase(dailyKey: key.bytes, timeStart: start, timeEnd: start + 2 * 86_400 - 1))
        #expect(Scene.matcher([sighting]).matches(entry).count == 1)
        #expect(Scene.matcher([sighting], ownKeys: [next]).matches(entry).isEmpty)
    }

    @Test(
        arguments: [
            (32, 0, 86_400, 0), (32, 0, 86_400, 1441), (32, 0, 86_400, -96), (31, 0, 86_400, 96), (16, 0, 86_400, 96),
            (32, -1, 86_400, 96), (32, 0, 367 * 86_400, 96), (32, Int64.min, Int64.max, 96), (32, 0, Int64.max, 96),
        ] as [(Int, Int64, Int64, Int)])
    func `an entry no app could have sent is refused`(bytes: Int, start: Int64, end: Int64, slots: Int) {
        let key = [UInt8](repeating: 1, count: bytes)
        #expect(BluezoneCase(dailyKey: key, timeStart: start, timeEnd: end, slotsPerDay: slots) == nil)
    }

    @Test func `an end before the start names no slot`() throws {
        let key = Scene.key(.bluezone)
        let start = Scene.day.start.seconds
        let entry = try #require(BluezoneCase(dailyKey: key.bytes, timeStart: start, timeEnd: start - 1))
        #expect(Scene.matcher([Scene.sighting(key, at: 1)]).matches(entry).isEmpty)
    }

    @Test(arguments: [1, 7, 95, 97, 144, 1440])
    func `a day divided otherwise is walked as the app walks it`(slots: Int) throws {
        let key = Scene.key(.bluezone)
        let length = 86_400_000 / Int64(slots)
        let sightings = BluezoneDerivation.identifiers(key: key.bytes, count: slots).enumerated().map {
            number, identifier in
            Sighting(
                payload: BeaconPayload(identifier: identifier),
                time: Timestamp(milliseconds: Scene.day.start.milliseconds + Int64(number) * length + length / 2),
                previousScan: nil, rssi: -60, meanRSSI: -60)
        }
        let start = Scene.day.start.seconds
        let entry = try #require(
            BluezoneCase(dailyKey: key.bytes, timeStart: start, timeEnd: start + 86_399, slotsPerDay: slots))
        #expect(Scene.matcher(sightings, toleranceSlots: 0).matches(entry).first?.sightings.count == slots)
    }
}

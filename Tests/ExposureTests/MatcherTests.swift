// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Exposure
import Testing

struct MatcherTests {
    @Test(arguments: BeaconFormat.allCases)
    func `what was heard of a key is found, in order of time, and nothing else`(format: BeaconFormat) throws {
        let mine = Scene.encounter(Scene.key(format), minutes: 60)
        let others = Scene.encounter(Scene.key(format, 8), minutes: 60)
        let matcher = Scene.matcher(mine.reversed() + others)
        let match = try #require(matcher.match(Scene.caseKey(format)))
        #expect(match.sightings == mine)
        #expect(match.day == Scene.day)
        #expect(matcher.match(Scene.caseKey(format, 9)) == nil)
        #expect(matcher.sightingCount == 24)
    }

    @Test(arguments: [(-12, true), (-13, false), (12, true), (13, false)])
    func `an interval counts up to two hours off, either way`(intervals: Int, matches: Bool) {
        let slot = 72
        // The last moment of the interval: the rule counts whole intervals, not time.
        let heard = Scene.sighting(
            Scene.key(.exposureNotification), at: Double(slot + intervals) * 10 + 9.99, slot: slot)
        #expect((Scene.matcher([heard]).match(Scene.caseKey(.exposureNotification)) != nil) == matches)
    }

    @Test func `the tolerance reaches over midnight on both sides`() throws {
        let key = Scene.key(.exposureNotification)
        let early = Scene.sighting(key, at: -119, slot: 0)
        let late = Scene.sighting(key, at: 1440 + 119, slot: 143)
        let match = try #require(Scene.matcher([early, late]).match(Scene.caseKey(.exposureNotification)))
        #expect(match.sightings == [early, late])
    }

    @Test func `later than 20 minutes after the first is a replay, to the millisecond`() throws {
        let key = Scene.key(.exposureNotification)
        func heard(_ minutes: Double) -> Sighting { Scene.sighting(key, at: minutes, slot: 60) }
        let first = heard(600)
        var onTime = heard(620)
        var late = onTime
        late.time.milliseconds += 1
        onTime.rssi = -50
        let match = try #require(
            Scene.matcher([late, onTime, first, heard(640)]).match(Scene.caseKey(.exposureNotification)))
        #expect(match.sightings == [first, onTime])
        #expect(match.replays == 2)
    }

    @Test func `a replay past midnight is one, and weighs nothing`() throws {
        let key = Scene.key(.exposureNotification)
        func heard(_ minutes: Double) -> Sighting { Scene.sighting(key, at: minutes, slot: 143) }
        let honest = [1430, 1435, 1439].map(heard)
        let replays = stride(from: 1460.0, to: 1520, by: 5).map(heard)
        let published = Scene.caseKey(.exposureNotification)
        let match = try #require(Scene.matcher(honest + replays).match(published))
        #expect(match.sightings == honest && match.replays == replays.count)
        #expect(
            Assessment(matches: [match]).days
                == Assessment(matches: [Match(key: published, day: match.day, sightings: honest)]).days)
    }

    @Test func `the replay rule starts at the first sighting within the tolerance`() throws {
        let key = Scene.key(.exposureNotification)
        let stray = Scene.sighting(key, at: 300, slot: 60)
        let heard = Scene.sighting(key, at: 605, slot: 60)
        let match = try #require(Scene.matcher([stray, heard]).match(Scene.caseKey(.exposureNotification)))
        #expect(match.sightings == [heard])
    }

    @Test func `an interval past the key's period does not count, nor one before its start`() {
        let key = Scene.key(.exposureNotification)
        var published = Scene.caseKey(.exposureNotification)
        published.rollingStart += 10
        published.rollingPeriod = 10
        func found(_ slot: Int) -> Bool {
            Scene.matcher([Scene.sighting(key, at: Double(slot) * 10, slot: slot)]).match(published) != nil
        }
        #expect([9, 10, 19, 20].map(found) == [false, true, true, false])
    }

    @Test(arguments: [0, 145, UInt32.max])
    func `a period no key can have matches nothing`(period: UInt32) {
        for format in BeaconFormat.allCases {
            var published = Scene.caseKey(format)
            published.rollingPeriod = period
            #expect(Scene.matcher(Scene.encounter(published.key, minutes: 60)).match(published) == nil)
        }
    }

    @Test(arguments: [0, 1, UInt32.max - 144, UInt32.max - 143, UInt32.max])
    func `a start at the ends of the number range does no harm`(start: UInt32) {
        for format in BeaconFormat.allCases {
            var published = Scene.caseKey(format)
            published.rollingStart = start
            var sightings = Scene.encounter(published.key, minutes: 60)
            for seconds in [Int64.min / 1000, -1, 0, Int64(start) * 600, Int64.max / 1000] {
                sightings[0].time = Timestamp(seconds: seconds)
                sightings.append(sightings[0])
            }
            #expect(Scene.matcher(sightings).match(published) == nil)
        }
    }

    @Test(arguments: [(0, -1, 0), (0, 0, 1), (0, 15, 1), (0, 16, 0), (1, -15, 1), (1, -16, 0), (1, 30, 1), (1, 31, 0)])
    func `a Bluezone slot counts as far as the tolerance says`(slots: Int, minutes: Int, count: Int) {
        let heard = Scene.sighting(Scene.key(.bluezone), at: 600 + Double(minutes), slot: 40)
        let match = Scene.matcher([heard], toleranceSlots: slots).match(Scene.caseKey(.bluezone))
        #expect(match?.sightings.count ?? 0 == count)
    }

    @Test func `a Bluezone key published for part of its day covers the slots it overlaps`() {
        let key = Scene.key(.bluezone)
        var published = Scene.caseKey(.bluezone)
        published.rollingStart += 2
        published.rollingPeriod = 2
        func found(_ slot: Int) -> Bool {
            Scene.matcher([Scene.sighting(key, at: Double(slot) * 15 + 1, slot: slot)], toleranceSlots: 0)
                .match(published) != nil
        }
        #expect([0, 1, 2, 3].map(found) == [false, true, true, false])
    }

    @Test(arguments: BeaconFormat.allCases)
    func `a revoked key never matches, whenever the revocation comes`(format: BeaconFormat) {
        let sightings = Scene.encounter(Scene.key(format), minutes: 60)
        let (confirmed, revoked) = (Scene.caseKey(format), Scene.caseKey(format, 7, .revoked))
        for order in [[revoked], [confirmed, revoked], [revoked, confirmed]] {
            var matcher = Scene.matcher(sightings)
            for key in order { matcher.check(key) }
            #expect(matcher.matches.isEmpty)
            #expect(matcher.keysChecked == order.count)
        }
    }

    @Test func `a key published twice matches once, with its later state`() {
        var matcher = Scene.matcher(Scene.encounter(Scene.key(.exposureNotification), minutes: 60))
        matcher.check(Scene.caseKey(.exposureNotification, 7, .confirmedClinicalDiagnosis))
        matcher.check(Scene.caseKey(.exposureNotification, 7, .confirmedTest))
        #expect(matcher.matches.map(\.key.reportType) == [.confirmedTest])
    }

    @Test(arguments: BeaconFormat.allCases)
    func `an own key does not match`(format: BeaconFormat) {
        let sightings = Scene.encounter(Scene.key(format), minutes: 60)
        #expect(Scene.matcher(sightings, ownKeys: [Scene.key(format)]).match(Scene.caseKey(format)) == nil)
        #expect(Scene.matcher(sightings, ownKeys: [Scene.key(format, 8)]).match(Scene.caseKey(format)) != nil)
    }

    @Test func `matches come by day, then by key, whatever the order of checking`() {
        let keys =
            (1...5).map { Scene.caseKey(.bluezone, $0) } + (1...5).map { Scene.caseKey(.exposureNotification, $0) }
        let sightings = keys.flatMap { Scene.encounter($0.key, minutes: 20) }
        var matcher = Scene.matcher(sightings)
        for key in keys.shuffled() { matcher.check(key) }
        #expect(matcher.matches.map(\.key) == keys)
    }
}

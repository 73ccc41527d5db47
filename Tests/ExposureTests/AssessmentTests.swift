// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Exposure
import Testing

struct AssessmentTests {
    @Test(arguments: BeaconFormat.allCases)
    func `a quarter of an hour near a case is an F1, less is nothing`(format: BeaconFormat) {
        let key = Scene.caseKey(format)
        let near = Scene.assess(Scene.encounter(key.key, minutes: 15), [key])
        #expect(near.alerts == [Alert(level: .f1, day: Scene.day, minutes: 15, format: format)])
        #expect(near.days.map(\.risk) == [.high])
        let short = Scene.assess(Scene.encounter(key.key, minutes: 10), [key])
        #expect(short.alerts.isEmpty)
        #expect(short.days.map(\.minutes) == [10])
        #expect(short.keys.map(\.match.sightings.count) == [2])
    }

    @Test func `twice as long at half the weight is the same, farther off is nothing`() {
        let key = Scene.caseKey(.exposureNotification)
        let half = Scene.assess(Scene.encounter(key.key, minutes: 30, rssi: -80), [key])
        #expect(half.alerts.map(\.minutes) == [15])
        #expect(half.keys[0].windows.map(\.weightedSeconds) == [900])
        let far = Scene.assess(Scene.encounter(key.key, minutes: 600, rssi: -83), [key])
        #expect(far.alerts.isEmpty)
        #expect(far.days.isEmpty)
        #expect(far.keys.count == 1)
    }

    @Test func `windows of a key come in order and add up to its time`() {
        let key = Scene.caseKey(.bluezone)
        let windows = Scene.assess(Scene.encounter(key.key, minutes: 60), [key]).keys[0].windows
        #expect(windows.map(\.window.start) == [Scene.time(600), Scene.time(630)])
        #expect(windows.map(\.window.seconds) == [1800, 1800])
        #expect(windows.map(\.weightedSeconds) == [1800, 1800])
    }

    @Test func `the keys of a day add up`() {
        let keys = (1...3).map { Scene.caseKey(.exposureNotification, $0) }
        let sightings = keys.enumerated().flatMap { place, key in
            Scene.encounter(key.key, from: 600 + 60 * Double(place), minutes: 5)
        }
        #expect(Scene.assess(sightings, keys).alerts.map(\.minutes) == [15])
    }

    @Test func `one device heard in both formats counts once`() {
        let keys = BeaconFormat.allCases.map { Scene.caseKey($0) }
        let ten = keys.flatMap { Scene.encounter($0.key, minutes: 10) }
        #expect(Scene.assess(ten, keys).alerts.isEmpty)
        #expect(Scene.assess(ten, keys).days.map(\.minutes) == [10])
        let both = keys.flatMap { Scene.encounter($0.key, minutes: 20) }
        #expect(Scene.assess(both, keys).alerts.map(\.minutes) == [20])
        #expect(Scene.assess(both, keys).alerts.map(\.format) == [.exposureNotification])
        let more = Scene.encounter(keys[0].key, minutes: 25) + Scene.encounter(keys[1].key, minutes: 20)
        #expect(Scene.assess(more, keys).alerts.map(\.format) == [.bluezone])
    }

    @Test func `days are for themselves`() {
        let keys = [Scene.caseKey(.bluezone, 1), Scene.caseKey(.bluezone, 2)]
        var tomorrow = keys[1]
        tomorrow.rollingStart += 144
        var late = Scene.encounter(keys[1].key, minutes: 10)
        for place in late.indices {
            late[place].time.milliseconds += 86_400_000
            late[place].previousScan?.milliseconds += 86_400_000
        }
        let assessment = Scene.assess(Scene.encounter(keys[0].key, minutes: 10) + late, [keys[0], tomorrow])
        #expect(assessment.alerts.isEmpty)
        #expect(assessment.days.map(\.day) == [Scene.day, Scene.day.advanced(by: 1)])
    }

    @Test func `the contact of a contact is an F2, which an F1 of the same day covers`() throws {
        let f1 = Scene.caseKey(.exposureNotification, 1)
        let f2 = Scene.caseKey(.exposureNotification, 2, .recursive)
        let sightings = Scene.encounter(f1.key, minutes: 20) + Scene.encounter(f2.key, minutes: 60)
        #expect(Scene.assess(sightings, [f2]).alerts.map(\.level) == [.f2])
        #expect(Scene.assess(sightings, [f2]).alerts.map(\.minutes) == [60])
        let both = Scene.assess(sightings, [f1, f2])
        #expect(both.alerts == [Alert(level: .f1, day: Scene.day, minutes: 20, format: .exposureNotification)])
        #expect(both.days.map(\.level) == [.f1, .f2])
        let ignoring = Scene.assess(sightings, [f2], policy: try Policy(entries: [("RecursiveKeys", "ignore")]))
        #expect(ignoring.alerts.isEmpty)
        #expect(ignoring.days.isEmpty)
        #expect(ignoring.keys.count == 1)
    }

    @Test func `whoever published a day is no F2 of it, and may be an F1`() {
        let f1 = Scene.caseKey(.bluezone, 1)
        let f2 = Scene.caseKey(.exposureNotification, 2, .recursive)
        let matcher = Scene.matcher(Scene.encounter(f1.key, minutes: 20) + Scene.encounter(f2.key, minutes: 60))
        func levels(_ keys: [CaseKey], _ published: Set<UTCDay>) -> [AlertLevel] {
            Assessment(matches: keys.compactMap { matcher.match($0) }, published: published).alerts.map(\.level)
        }
        #expect(levels([f2], [Scene.day]).isEmpty)
        #expect(levels([f2], [Scene.day.advanced(by: 1)]) == [.f2])
        #expect(levels([f1, f2], [Scene.day]) == [.f1])
    }

    @Test func `an unknown report type is taken for a confirmed case`() {
        let key = Scene.caseKey(.exposureNotification, 7, .unknown)
        #expect(Scene.assess(Scene.encounter(key.key, minutes: 15), [key]).alerts.map(\.level) == [.f1])
    }

    @Test func `days longer ago than the policy looks back do not count, when today is given`() {
        let key = Scene.caseKey(.bluezone)
        let matches = [Scene.matcher(Scene.encounter(key.key, minutes: 15)).match(key)].compactMap { $0 }
        func alerts(_ daysLater: Int?) -> Int {
            Assessment(matches: matches, today: daysLater.map { Scene.day.advanced(by: $0) }).alerts.count
        }
        #expect([alerts(nil), alerts(0), alerts(14), alerts(15)] == [1, 1, 1, 0])
    }

    @Test func `overlapping entries of the app's chained keys count their sightings once`() throws {
        let key = Scene.key(.bluezone)
        let next = try #require(DailyKey(format: .bluezone, bytes: BluezoneDerivation.nextDay(key.bytes)))
        let heard = Scene.encounter(next, minutes: 10).map { sighting in
            var sighting = sighting
            sighting.time.milliseconds += 86_400_000
            sighting.previousScan?.milliseconds += 86_400_000
            return sighting
        }
        var matcher = Scene.matcher(heard)
        let start = Scene.day.start.seconds
        for (bytes, from) in [(key.bytes, start), (next.bytes, start + 86_400)] {
            let entry = BluezoneCase(dailyKey: bytes, timeStart: from, timeEnd: start + 2 * 86_400 - 1)
            matcher.check(try #require(entry))
        }
        #expect(matcher.matches.count == 2)
        #expect(Assessment(matches: matcher.matches).days.map(\.minutes) == [10])
    }

    @Test func `a sighting added twice counts once`() {
        let key = Scene.caseKey(.exposureNotification)
        let heard = Scene.encounter(key.key, minutes: 10)
        #expect(Scene.assess(heard + heard, [key]).days.map(\.minutes) == [10])
    }

    @Test func `metadata that does not decrypt to a power is a match without a window`() {
        let key = Scene.caseKey(.exposureNotification)
        var heard = Scene.encounter(key.key, minutes: 30)
        for place in heard.indices { heard[place].payload.metadata ^= 0xC000_0000 }
        let assessment = Scene.assess(heard, [key])
        #expect(assessment.keys.map(\.match.sightings.count) == [6])
        #expect(assessment.keys[0].windows.isEmpty)
        #expect(assessment.alerts.isEmpty)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import CMatcher
import Cases
import Platform
import Testing

@testable import Exposure

/// The sieve and what judges behind it, against the matcher that is given everything.
struct CaseSieveTests {
    static let paths = (0..<UInt32(MATCHER_PATHS)).map { matcher_path($0) }.filter { matcher_path_works($0) }

    @Test(arguments: paths, [0, 1, 5])
    func `on every path it finds what the matcher finds`(path: matcher_path, seed: UInt64) throws {
        var random = SplitMix(state: seed &* 977 &+ 5)
        for _ in 0..<6 {
            let world = World(&random)
            let expected = Scene.matcher(world.sightings, toleranceSlots: world.tolerance, ownKeys: world.ownKeys)
            var judged = expected
            for key in world.keys { judged.check(key) }
            #expect(try world.matches(path: path, limit: 40) == judged.matches)
            #expect(try world.matches(path: path, limit: 1_000_000) == judged.matches)
            #expect(!judged.matches.isEmpty)
        }
    }

    @Test func `threads change nothing`() throws {
        var random = SplitMix(state: 3)
        let world = World(&random, keys: 3000)
        #expect(
            try world.matches(crew: WorkCrew(name: "test", threads: 3)) == world.matches(path: MATCHER_PORTABLE))
    }

    @Test func `what nobody heard is not derived`() throws {
        let key = Scene.caseKey(.exposureNotification)
        // Forty intervals on end, as on a commuter's day; twelve on either side are in reach.
        let sightings = (30..<70).map { Scene.sighting(Scene.key(.exposureNotification, 9), at: Double($0) * 10) }
        let source = SightingSource(sightings)
        let census = SightingCensus(source)
        let run = try #require(census.runs().first { $0.keyDays.contains(Scene.day) })
        let sieve = CaseSieve(try HeardIndex(run, census: census, source: source))
        for _ in 0..<100 { sieve.take(key) }
        for day in [-40, -3, 3, 40] {
            var other = key
            other.rollingStart = Scene.day.advanced(by: day).firstInterval
            sieve.take(other)
        }
        let cost = try sieve.finish().cost
        #expect(cost.keys == 100)
        #expect(cost.derived >= 100 * 64 && cost.derived <= 100 * 72)
    }

    @Test func `a day in the year 9999 and one in 1970 make no table of what lies between`() throws {
        var early = Scene.sighting(Scene.key(.bluezone), at: 600)
        early.time = Timestamp(seconds: 3)
        var late = early
        late.time = Timestamp(seconds: 253_402_300_799)
        let near = Scene.encounter(Scene.key(.bluezone), minutes: 30)
        let source = SightingSource([early, late] + near)
        let census = SightingCensus(source)
        let runs = census.runs()
        #expect(runs.count == 2)
        for run in runs {
            let index = try HeardIndex(run, census: census, source: source)
            #expect(index.size < 1 << 20)
            let sieve = CaseSieve(index)
            sieve.take(Scene.caseKey(.bluezone))
            #expect(try sieve.finish().keys.count == (run.keyDays.contains(Scene.day) ? 1 : 0))
        }
    }

    @Test func `sightings that come between counting and looking up do no harm`() throws {
        let key = Scene.key(.exposureNotification)
        let counted = SightingSource([Scene.sighting(key, at: 600)])
        let census = SightingCensus(counted)
        let more = SightingSource((0..<144).map { Scene.sighting(key, at: Double($0) * 10) })
        let run = try #require(census.runs().first { $0.keyDays.contains(Scene.day) })
        let sieve = CaseSieve(try HeardIndex(run, census: census, source: more))
        sieve.take(Scene.caseKey(.exposureNotification))
        #expect(try sieve.finish().keys.count == 1)
    }
}

/// Random keys of four days, and sightings of some of them: at their time, early, late, and of nobody.
private struct World {
    var keys: [CaseKey] = []
    var sightings: [Sighting] = []
    var ownKeys: Set<DailyKey> = []
    let tolerance: Int

    init(_ random: inout SplitMix, keys count: Int = 60) {
        tolerance = [0, 1, 1, 4][Int.random(in: 0..<4, using: &random)]
        for number in 0..<count {
            let format: BeaconFormat = Bool.random(using: &random) ? .bluezone : .exposureNotification
            let bytes = (0..<format.keyLength).map { _ in UInt8.random(in: 0...255, using: &random) }
            let day = Scene.day.advanced(by: Int.random(in: -2...1, using: &random))
            let shift = [0, 0, UInt32.random(in: 0..<144, using: &random)][Int.random(in: 0..<3, using: &random)]
            let key = CaseKey(
                key: DailyKey(format: format, bytes: bytes)!, rollingStart: day.firstInterval + shift,
                rollingPeriod: [144, UInt32.random(in: 1...144, using: &random)][Int.random(in: 0..<2, using: &random)],
                reportType: number % 11 == 10 ? .revoked : .confirmedTest)
            keys.append(key)
            if number % 13 == 12 { ownKeys.insert(key.key) }
            if number % 3 == 0 { hear(key, &random) }
        }
        for _ in 0..<100 {
            let stranger = Scene.key(.exposureNotification, UInt8.random(in: 0...255, using: &random))
            sightings.append(Scene.sighting(stranger, at: Double.random(in: -2000..<2000, using: &random), slot: 3))
        }
        sightings.shuffle(using: &random)
    }

    private mutating func hear(_ key: CaseKey, _ random: inout SplitMix) {
        let length = key.key.format.slotLength.wholeMilliseconds
        let start = key.key.format == .bluezone ? key.day.start.milliseconds : Int64(key.rollingStart) * 600_000
        let identifiers = key.key.identifiers(firstInterval: key.rollingStart)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let slot = Int.random(in: 0..<identifiers.count, using: &random)
            // Now and then to the millisecond at the end of the tolerance.
            let offset =
                [
                    0, length, 2 * length, -7_200_000, 7_800_000, 7_799_999,
                    Int64.random(in: -9_000_000...9_000_000, using: &random),
                ][
                    Int.random(in: 0..<7, using: &random)]
            sightings.append(
                Sighting(
                    payload: BeaconPayload(identifier: identifiers[slot], metadata: 0x4000_0000),
                    time: Timestamp(milliseconds: start + Int64(slot) * length + offset), previousScan: nil, rssi: -60,
                    meanRSSI: -61))
        }
    }

    func matches(path: matcher_path = matcher_best_path(), limit: Int = 1_000_000, crew: WorkCrew? = nil) throws
        -> [Match]
    {
        let source = SightingSource(sightings)
        let census = SightingCensus(source)
        var matches: [Match] = []
        for run in census.runs(limit: limit) {
            let index = try HeardIndex(run, census: census, source: source, toleranceSlots: tolerance, path: path)
            let sieve = CaseSieve(index, crew: crew)
            for key in keys { sieve.take(key) }
            matches += try sieve.finish().matches(in: run, source, toleranceSlots: tolerance, ownKeys: ownKeys)
        }
        return matches
    }
}

extension SightingSource {
    /// The given sightings, by day.
    fileprivate init(_ sightings: [Sighting]) {
        let days = Dictionary(grouping: sightings, by: \.time.day)
        self.init(days: Array(days.keys)) { day, body in days[day]?.forEach(body) }
    }
}

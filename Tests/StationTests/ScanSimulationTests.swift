// SPDX-License-Identifier: GPL-3.0-or-later

import ScanModel
import Station
import Testing

/// The short form of `bluezone-bench scan`, whose long form wrote the table in docs/scanning.md.
@Suite struct ScanSimulationTests {
    private static let profiles: [(String, ScanPattern)] = [
        ("battery", .battery), ("balanced", .balanced), ("continuous", .continuous),
    ]

    /// Tries until the probability of a miss is below one in a hundred with 99 % confidence, a thousand stays at a time;
    /// gives up after `limit`.
    private func missed(
        _ neighbour: Neighbour, _ pattern: ScanPattern, _ air: Air, turns: OwnTurns? = nil, limit: Int = 20_000
    ) -> Proportion {
        var random = SeededGenerator(seed: 2026)
        var stay = Stay(neighbour, pattern, air)
        stay.turns = turns
        var missed = Proportion()
        while missed.trials < limit {
            for _ in 0..<1000 { missed.note(stay.scansHeard(using: &random) == 0) }
            if missed.interval(z: 2.33).upperBound < 0.01 { break }
        }
        return missed
    }

    @Test(arguments: Neighbour.kinds)
    func `every kind of neighbour within range for five minutes is heard, in every profile`(neighbour: Neighbour) {
        for (name, pattern) in Self.profiles {
            let missed = missed(neighbour, pattern, .edge)
            #expect(
                missed.interval(z: 2.33).upperBound < 0.01,
                "\(neighbour.name), \(name): \(missed.count) of \(missed.trials)")
        }
    }

    @Test(arguments: Neighbour.kinds)
    func `a body between is made up for on mains`(neighbour: Neighbour) {
        for (name, pattern) in Self.profiles where pattern != .battery {
            let missed = missed(neighbour, pattern, .body)
            #expect(
                missed.interval(z: 2.33).upperBound < 0.01,
                "\(neighbour.name), \(name): \(missed.count) of \(missed.trials)")
        }
    }

    @Test(arguments: Neighbour.kinds)
    func `a station whose own formats take turns hears everybody too`(neighbour: Neighbour) {
        for (name, pattern) in Self.profiles {
            let missed = missed(neighbour, pattern, .edge, turns: .oneSlot)
            #expect(
                missed.interval(z: 2.33).upperBound < 0.01,
                "\(neighbour.name), \(name): \(missed.count) of \(missed.trials)")
        }
    }

    @Test func `the model sees turns that leave hardly any time to listen`() {
        let turns = OwnTurns(length: 1, deafness: 30)
        #expect(missed(Neighbour.kinds[2], .balanced, .edge, turns: turns, limit: 1000).value > 0.2)
    }

    @Test func `the model sees what a schedule in step with its neighbour misses`() {
        // Four seconds a minute, which is twice the thirty seconds of the app's turns.
        let old = missed(Neighbour.kinds[0], .plain(window: .seconds(4), pause: .seconds(56)), .edge, limit: 2000)
        #expect(old.value > 0.03)
    }

    @Test func `a passive scan misses who sends seldom, and far fewer of them when it never rests`() throws {
        let seldom = try #require(Neighbour.iPhones.last)
        var stay = Stay(seldom, .battery, .edge)
        stay.receiver = .passive
        var random = SeededGenerator(seed: 2026)
        var missed = Proportion()
        for _ in 0..<2000 { missed.note(stay.scansHeard(using: &random) == 0) }
        #expect((0.03...0.15).contains(missed.value), "\(missed.value)")
        stay.receiver = .restless
        var restless = Proportion()
        for _ in 0..<2000 { restless.note(stay.scansHeard(using: &random) == 0) }
        #expect(restless.value < missed.value / 2, "\(restless.value)")
    }

    @Test(arguments: profiles)
    func `an hour beside a phone that is silent half of the time counts as an hour`(
        profile: (String, ScanPattern)
    ) {
        var random = SeededGenerator(seed: 2026)
        var stay = Stay(Neighbour.kinds[0], profile.1, .edge)
        stay.length = 3600
        var sum = 0
        for _ in 0..<100 { sum += stay.minutes(using: &random) }
        #expect((58...63).contains(Double(sum) / 100), "\(profile.0)")
    }

    @Test(arguments: zip(profiles, [0.074...0.077, 0.131...0.136, 0.97...0.99]))
    func `each profile listens as much as the documents say`(
        profile: (String, ScanPattern), share: ClosedRange<Double>
    ) {
        var random = SeededGenerator(seed: 7)
        #expect(share.contains(ScheduleWalk.share(of: profile.1, using: &random)), "\(profile.0)")
    }
}

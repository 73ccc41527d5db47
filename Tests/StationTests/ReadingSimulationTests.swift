// SPDX-License-Identifier: GPL-3.0-or-later

import Radio
import ScanModel
import Station
import Testing

/// The short form of `bluezone-bench reading`, whose long form wrote the tables in docs/scanning.md.
@Suite struct ReadingSimulationTests {
    /// The share of iPhones near by that are not sighted in five minutes.
    private func missed(
        _ neighbour: Neighbour, _ pattern: ScanPattern, count: Int = 1, stays: Int = 1000,
        limits: HandoverQueue.Limits = .init()
    ) -> Proportion {
        var random = SeededGenerator(seed: 2026)
        var reading = Reading(neighbour, pattern, .near, count: count)
        reading.limits = limits
        var missed = Proportion()
        for _ in 0..<stays {
            let left = reading.missed(using: &random)
            for place in 0..<count { missed.note(place < left) }
        }
        return missed
    }

    @Test(arguments: Neighbour.iPhones, [ScanPattern.battery, .balanced, .continuous])
    func `an iPhone near by for five minutes is read, in every profile`(neighbour: Neighbour, pattern: ScanPattern) {
        let missed = missed(neighbour, pattern, stays: 3000)
        #expect(missed.value < 0.01, "\(neighbour.name): \(missed.count) of \(missed.trials)")
    }

    @Test(arguments: Neighbour.iPhones)
    func `five are read on mains, twenty are not`(neighbour: Neighbour) {
        #expect(missed(neighbour, .balanced, count: 5, stays: 600).value < 0.01)
        #expect(missed(neighbour, .balanced, count: 20, stays: 50).value > 0.1)
    }

    @Test func `the model sees what one try to connect misses, and a short read`() {
        var limits = HandoverQueue.Limits()
        limits.tries = 1
        #expect(missed(Neighbour.iPhones[0], .balanced, limits: limits).value > 0.05)
        limits = HandoverQueue.Limits()
        limits.read = .seconds(10)
        #expect(missed(Neighbour.iPhones[1], .balanced, limits: limits).value > 0.05)
    }
}

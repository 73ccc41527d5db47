// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import Exposure

@Suite struct ReplayWatchTests {
    var watch = ReplayWatch()

    /// What the watch says of sightings, in this order.
    private mutating func replays(_ sightings: [Sighting]) -> [Bool] {
        var answers: [Bool] = []
        for sighting in sightings { answers.append(watch.isReplay(sighting)) }
        return answers
    }

    private func heard(_ minutes: Double, _ format: BeaconFormat = .exposureNotification, slot: Int = 60) -> Sighting {
        Scene.sighting(Scene.key(format), at: minutes, slot: slot)
    }

    @Test mutating func `an identifier heard for more than 20 minutes is a replay from then on`() {
        var late = heard(620)
        late.time.milliseconds += 1
        let answers = replays([heard(600), heard(620), late, heard(1440), heard(625, slot: 61)])
        #expect(answers == [false, false, true, true, false])
    }

    @Test mutating func `what comes out of order counts from the earliest`() {
        let answers = replays([605, 600, 620, 621].map { heard($0) })
        #expect(answers == [false, false, false, true])
    }

    @Test mutating func `a Bluezone identifier is bound to its slot instead`() {
        let answers = replays([heard(600, .bluezone), heard(900, .bluezone)])
        #expect(answers == [false, false])
    }

    @Test mutating func `what was dropped begins anew`() {
        _ = replays([heard(600)])
        watch.drop(before: heard(600).time)
        let kept = replays([heard(630)])
        watch.drop(before: heard(601).time)
        let dropped = replays([heard(630)])
        #expect(kept == [true] && dropped == [false])
    }

    /// Somebody's identifier, heard at `minutes`.
    private func stranger(_ number: UInt64, _ minutes: Double) -> Sighting {
        let identifier = EphemeralIdentifier(format: .exposureNotification, low: number, high: 1)
        return Sighting(
            payload: BeaconPayload(identifier: identifier), time: Scene.time(minutes), previousScan: nil, rssi: -60,
            meanRSSI: -60)
    }

    @Test mutating func `a flood of identifiers is bounded, and those not heard for longest give way`() {
        watch = ReplayWatch(limit: 100)
        _ = replays([stranger(1, 600), stranger(2, 600)])
        for number in 0..<10_000 as Range<UInt64> {
            _ = replays([stranger(100 + number, 601)])
            // Somebody's goes on all the while.
            if number.isMultiple(of: 40) { _ = replays([stranger(1, 602)]) }
            guard watch.count <= 100 else {
                Issue.record("\(watch.count) identifiers are known")
                return
            }
        }
        let answers = replays([stranger(1, 621), stranger(2, 621)])
        #expect(answers == [true, false] && watch.hasForgotten)
    }

    @Test mutating func `after a flood replays are told again`() {
        watch = ReplayWatch(limit: 100)
        for number in 0..<10_000 as Range<UInt64> { _ = replays([stranger(number, 600)]) }
        let answers = replays([stranger(20_000, 601), stranger(20_000, 622), stranger(3, 622)])
        #expect(answers == [false, true, false], "what was forgotten begins anew: want of room makes no replay")
    }

    @Test mutating func `within its limit a watch forgets nothing`() {
        watch = ReplayWatch(limit: 100)
        for number in 0..<50 as Range<UInt64> { _ = replays([stranger(number, 600)]) }
        let answers = replays((0..<50).map { stranger($0, 621) })
        #expect(answers.allSatisfy { $0 } && !watch.hasForgotten && watch.count == 50)
    }
}

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
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Platform

@testable import Station

/// Both clocks in the test's hands: they stand still until they are moved.
final class TestClock: Sendable {
    private let moment: Lock<Moment>

    /// Starts at `seconds` past midnight UTC, 1000 s after the machine's start.
    init(day: UTCDay, seconds: Int64) {
        moment = Lock(Moment(wall: day.start.advanced(by: .seconds(seconds)), boot: .seconds(1000)))
    }

    var now: Moment { moment.withLock { $0 } }
    var stationClock: StationClock { .driven { self.now } }

    /// Lets time pass on both clocks.
    func pass(_ duration: Duration) {
        moment.withLock {
            $0.boot += duration
            $0.wall = $0.wall.advanced(by: duration)
        }
    }

    /// Sets the wall clock, as a time service would.
    func set(_ wall: Timestamp) { moment.withLock { $0.wall = wall } }
}

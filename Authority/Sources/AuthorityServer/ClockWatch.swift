// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
internal import Synchronization

/// Notices a wall clock that jumps while the server runs, by a clock that nobody sets.
///
/// By a clock set forward, keys would be exported before their embargo is over and deleted before anybody fetched them; by one
/// set back, devices' newest keys would be left out. So the server waits, until the clock is back or somebody restarts it, who then
/// vouches for the clock.
package final class ClockWatch: Sendable {
    /// Seconds by which the clocks may part between two looks: a clock that is slewed makes 43 in a day.
    package static let tolerance: Double = 300

    private let now: @Sendable () -> Timestamp
    private let steady: @Sendable () -> Double
    /// Wall time less steady time, as it was when both last agreed.
    private let offset: Mutex<Double>

    /// `steady` answers seconds of a clock that nobody sets, as fast as `now`.
    package init(now: @escaping @Sendable () -> Timestamp, steady: @escaping @Sendable () -> Double) {
        self.now = now
        self.steady = steady
        offset = Mutex(Double(now().seconds) - steady())
    }

    /// Seconds by which the wall clock jumped, forward or back; nil while it can be believed.
    package var jump: Double? {
        let found = Double(now().seconds) - steady()
        return offset.withLock { offset in
            let difference = found - offset
            guard abs(difference) <= ClockWatch.tolerance else { return difference }
            offset = found
            return nil
        }
    }
}

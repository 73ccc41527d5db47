// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
internal import FoundationEssentials

/// The time that a server goes by: the system's, or for demonstrations one that begins at another time and runs faster, by the same
/// three numbers as `[Clock]` of a device.
package struct ServerClock: Sendable {
    /// How many of its seconds pass in one, 1 to 3600.
    package let speed: Double
    /// Unix seconds.
    private let start: Double
    private let origin: Double

    /// The system's clock.
    package init() { self.init(speed: 1, start: 0, origin: 0) }

    /// A clock that shows `start` when the system's shows `origin`, both in Unix seconds of 32 bits, and is `speed` times as fast.
    package init(speed: UInt16, start: UInt32, origin: UInt32) {
        self.speed = Double(min(3600, max(1, speed)))
        self.start = Double(start)
        self.origin = Double(origin)
    }

    package var now: Timestamp {
        Timestamp(seconds: Int64(start + (Date().timeIntervalSince1970 - origin) * speed))
    }

    /// What notices that somebody sets the system's clock.
    package func watch() -> ClockWatch {
        let begin = ContinuousClock.now
        return ClockWatch(now: { now }, steady: { (ContinuousClock.now - begin) / .seconds(1) * speed })
    }
}

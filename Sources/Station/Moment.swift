// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
internal import Platform

/// One moment on both clocks: what time it is, and how long the machine has been up.
package struct Moment: Hashable, Sendable {
    /// The wall clock.
    package var wall: Timestamp
    /// CLOCK_BOOTTIME: never steps, counts the machine's sleep.
    package var boot: Duration

    package init(wall: Timestamp, boot: Duration) {
        self.wall = wall
        self.boot = boot
    }

    /// The wall-clock time at which the boot clock showed `boot`, by the clocks' difference now.
    package func wall(at boot: Duration) -> Timestamp {
        wall.advanced(by: boot - self.boot)
    }
}

/// The station's clocks: the kernel's, or for demonstrations ones that run faster from a given start.
package struct StationClock: Sendable {
    private let speed: Int
    private let start: Timestamp?
    private let origin: Duration
    private var source: (@Sendable () -> Moment)?

    /// The kernel's clocks as they are.
    package static let real = StationClock(speed: 1, start: nil, origin: .zero)

    /// Clocks that show whatever `source` says: a test's, which moves them by hand.
    package static func driven(by source: @escaping @Sendable () -> Moment) -> StationClock {
        StationClock(speed: 1, start: nil, origin: .zero, source: source)
    }

    /// Clocks that run `speed` times as fast as the kernel's. The wall clock showed `start` when the kernel's wall clock
    /// showed `origin`, so that several processes given the same two values agree.
    package static func accelerated(speed: Int, start: Timestamp, origin: Timestamp) -> StationClock {
        let sinceOrigin = Timestamp(milliseconds: KernelClock.wallMilliseconds).duration(since: origin)
        return StationClock(speed: max(1, speed), start: start, origin: KernelClock.sinceBoot - sinceOrigin)
    }

    /// Now on both clocks.
    package var now: Moment {
        if let source { return source() }
        guard let start else {
            return Moment(
                wall: Timestamp(milliseconds: KernelClock.wallMilliseconds), boot: KernelClock.sinceBoot)
        }
        let boot = scaled(KernelClock.sinceBoot)
        return Moment(wall: start.advanced(by: boot - origin), boot: boot)
    }

    /// The kernel's CLOCK_BOOTTIME at which this boot clock shows `boot`.
    package func kernelTime(of boot: Duration) -> Duration {
        start == nil ? boot : origin + (boot - origin) / speed
    }

    /// This boot clock's time when the kernel's CLOCK_BOOTTIME shows `kernel`.
    package func scaled(_ kernel: Duration) -> Duration {
        start == nil ? kernel : origin + (kernel - origin) * speed
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// The kernel's clocks.
package enum KernelClock {
    /// CLOCK_REALTIME: milliseconds since the Unix epoch. Steps when somebody sets the clock.
    package static var wallMilliseconds: Int64 {
        let time = read(CLOCK_REALTIME)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// CLOCK_BOOTTIME: time since the machine started, its sleep included. Never steps.
    package static var sinceBoot: Duration {
        let time = read(CLOCK_BOOTTIME)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }

    /// CLOCK_MONOTONIC: time since the machine started without its sleep, as the kernel's timers count it. Never steps.
    package static var awake: Duration {
        let time = read(CLOCK_MONOTONIC)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return time
    }
}

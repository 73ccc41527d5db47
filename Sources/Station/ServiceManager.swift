// SPDX-License-Identifier: GPL-3.0-or-later

internal import CSystemd
internal import Glibc
internal import Platform

/// What the service manager is told, as sd_notify(3) says it. Without one, every call does nothing.
final class ServiceManager: Sendable {
    /// Kernel time between two signs of life; nil when nobody watches.
    private let interval: Duration?

    init() {
        var microseconds: UInt64 = 0
        let isWatched = unsafe sd_watchdog_enabled(0, &microseconds) > 0
        // Half of the limit, as sd_watchdog_enabled(3) recommends.
        interval = isWatched ? .microseconds(Int64(microseconds) / 2) : nil
    }

    /// The boot time by which `tell` must be called again to show that the station lives; nil when nobody watches.
    /// Shows that it lives now.
    func deadline(_ now: Duration, _ clock: StationClock) -> Duration? {
        guard let interval else { return nil }
        send("WATCHDOG=1")
        return clock.scaled(clock.kernelTime(of: now) + interval)
    }

    func ready() { send("READY=1") }
    func stopping() { send("STOPPING=1") }
    func tell(status: String) { send("STATUS=\(status)") }

    /// The reload that SIGHUP asked for begins; `ready` ends it.
    func reloading() {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        send("RELOADING=1\nMONOTONIC_USEC=\(time.tv_sec * 1_000_000 + time.tv_nsec / 1000)")
    }

    private func send(_ text: String) { _ = unsafe sd_notify(0, text) }
}

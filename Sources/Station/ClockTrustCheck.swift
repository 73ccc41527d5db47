// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Bus
internal import Platform
package import Settings

/// Whether the wall clock can be trusted. A machine with a battery-backed clock keeps the time while it is off; one
/// without (a Raspberry Pi) is trusted once a time service has set it. Trust, once given, stays.
package struct ClockTrustCheck: Sendable {
    package private(set) var isTrusted = false
    private let isAlways: Bool
    /// The bus on which systemd-timedated says whether the kernel counts its clock as synchronised.
    package var bus: Bus?
    /// What stands in front of the paths of /run and /sys: nothing, but in tests.
    package var root = ""

    package init(_ trust: ClockTrust, isAccelerated: Bool) {
        isAlways = trust == .always || isAccelerated
    }

    /// Looks again, unless the clock is trusted already.
    package mutating func look(at wall: Timestamp) async {
        if !isTrusted { isTrusted = await check(wall) }
    }

    private func check(_ wall: Timestamp) async -> Bool {
        if isAlways { return true }
        // Before this software was written: whatever set the clock, it was not a time service.
        guard wall.seconds > 1_790_000_000 else { return false }
        if Folder.exists(root + "/run/systemd/timesync/synchronized") { return true }
        if (try? Folder.text(of: root + "/sys/class/rtc/rtc0/hctosys").hasPrefix("1")) == true { return true }
        guard let bus else { return false }
        let answer = try? await bus.property(
            destination: "org.freedesktop.timedate1", path: "/org/freedesktop/timedate1",
            interface: "org.freedesktop.timedate1", name: "NTPSynchronized", timeout: .seconds(2))
        return answer?.bool ?? false
    }
}

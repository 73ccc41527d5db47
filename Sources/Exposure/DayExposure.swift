// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// The weighted minutes of one UTC day near cases (F1) or near contacts of cases (F2).
package struct DayExposure: Hashable, Sendable {
    package var day: UTCDay
    package var level: AlertLevel
    /// Weighted minutes, rounded as the policy says.
    package var minutes: Double
    /// The format whose sum `minutes` is.
    package var format: BeaconFormat
    package var risk: Risk

    /// The alert that these minutes are worth; nil when the policy asks for more.
    package var alert: Alert? {
        guard risk == .high else { return nil }
        return Alert(level: level, day: day, minutes: Int(min(max(minutes, 0), 1_000_000)), format: format)
    }

    /// The days of `windows`, each level for itself, by day, the greater level of a day first. Days without weight are
    /// left out.
    ///
    /// A day's windows of one format are added up over all keys. A device that sends both formats is heard in both at
    /// once, so the sums of the formats are not added: the greater one counts.
    package static func days(of windows: [ExposureWindow], policy: Policy) -> [DayExposure] {
        var sums: [Sum: Double] = [:]
        for window in windows {
            guard let level = policy.level(of: window.reportType) else { continue }
            sums[Sum(day: window.day, level: level, format: window.format), default: 0] +=
                policy.weightedSeconds(of: window)
        }
        var days: [Level: DayExposure] = [:]
        for (sum, seconds) in sums where seconds > 0 {
            let minutes = policy.minutes(weightedSeconds: seconds)
            let exposure = DayExposure(
                day: sum.day, level: sum.level, minutes: minutes, format: sum.format,
                risk: policy.risk(minutes: minutes))
            let level = Level(day: sum.day, level: sum.level)
            if let other = days[level], !exposure.outweighs(other) { continue }
            days[level] = exposure
        }
        return days.values.sorted { $0.day != $1.day ? $0.day < $1.day : $0.level > $1.level }
    }

    /// Whether these minutes stand for the day rather than those of another format; of equals Exposure Notification
    /// does, because its transmit power is not assumed.
    private func outweighs(_ other: DayExposure) -> Bool {
        minutes != other.minutes ? minutes > other.minutes : format == .exposureNotification
    }

    private struct Sum: Hashable {
        var day: UTCDay
        var level: AlertLevel
        var format: BeaconFormat
    }

    private struct Level: Hashable {
        var day: UTCDay
        var level: AlertLevel
    }
}

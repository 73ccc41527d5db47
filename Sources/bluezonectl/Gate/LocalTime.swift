// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Glibc

/// Time of day as the people at the gate read it.
struct LocalTime: Sendable {
    /// Seconds east of UTC at a moment.
    let offset: @Sendable (Timestamp) -> Int64

    /// By the machine's time zone, or `TZ`.
    static var system: LocalTime {
        LocalTime { time in
            var seconds = time_t(time.seconds)
            var parts = unsafe tm()
            guard unsafe localtime_r(&seconds, &parts) != nil else { return 0 }
            return Int64(unsafe parts.tm_gmtoff)
        }
    }

    static let utc = LocalTime { _ in 0 }

    /// The day that the calendar on the wall shows.
    func day(of time: Timestamp) -> UTCDay { shifted(time).day }

    /// `14:03:27`, or `14:03`.
    func clock(_ time: Timestamp, withSeconds: Bool = false) -> String {
        shifted(time).timeOfDay(withSeconds: withSeconds)
    }

    /// ISO 8601 with the offset: `2026-11-21T14:00:00+07:00`.
    func stamp(_ time: Timestamp) -> String {
        let east = offset(time)
        let minutes = abs(east) / 60
        let zone = (east < 0 ? "-" : "+") + twoDigits(minutes / 60) + ":" + twoDigits(minutes % 60)
        return "\(day(of: time))T\(clock(time, withSeconds: true))\(zone)"
    }

    private func shifted(_ time: Timestamp) -> Timestamp { time.advanced(by: .seconds(offset(time))) }
}

extension Timestamp {
    /// ISO 8601 in UTC: `2026-11-21T07:00:00Z`.
    var stamp: String { "\(day)T\(timeOfDay(withSeconds: true))Z" }

    /// The moment that `stamp` spells; nil for any other text.
    init?(stamp text: some StringProtocol) {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, let day = UTCDay(parts[0]), parts[1].hasSuffix("Z") else { return nil }
        let numbers = parts[1].dropLast().split(separator: ":", omittingEmptySubsequences: false).compactMap {
            Int64($0)
        }
        guard numbers.count == 3 else { return nil }
        let seconds = numbers[0].multipliedReportingOverflow(by: 3600).partialValue
            .addingReportingOverflow(numbers[1].multipliedReportingOverflow(by: 60).partialValue).partialValue
            .addingReportingOverflow(numbers[2]).partialValue
        guard (0..<86_400).contains(seconds) else { return nil }
        self.init(seconds: day.start.seconds + seconds)
        guard stamp == String(text) else { return nil }
    }

    fileprivate func timeOfDay(withSeconds: Bool) -> String {
        let seconds = millisecondsOfDay / 1000
        let minutes = twoDigits(seconds / 3600) + ":" + twoDigits(seconds / 60 % 60)
        return withSeconds ? minutes + ":" + twoDigits(seconds % 60) : minutes
    }
}

private func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

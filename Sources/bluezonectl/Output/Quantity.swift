// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

/// Numbers as people read them.
enum Quantity {
    /// How long ago `time` was, in its largest whole unit: `12 s ago`, `3 h ago`, `just now` for less than a second
    /// and for what lies in the future because a clock stepped.
    static func age(of time: Timestamp, at now: Timestamp, in style: Style) -> String {
        let seconds = now.seconds.subtractingReportingOverflow(time.seconds).partialValue
        guard seconds > 0 else { return style.say("just now", "vừa xong") }
        return style.say("\(length(seconds, in: style)) ago", "\(length(seconds, in: style)) trước")
    }

    /// A length of time in seconds, in its largest whole unit.
    static func length(_ seconds: Int64, in style: Style) -> String {
        switch seconds {
        case ..<120: style.say("\(seconds) s", "\(seconds) giây")
        case ..<7200: style.say("\(seconds / 60) min", "\(seconds / 60) phút")
        case ..<172_800: style.say("\(seconds / 3600) h", "\(seconds / 3600) giờ")
        default: style.say("\(seconds / 86_400) days", "\(seconds / 86_400) ngày")
        }
    }

    /// `812 B`, `2.4 MiB`: one digit after the point, in powers of 1024.
    static func bytes(_ count: UInt64) -> String {
        guard count >= 1024 else { return "\(count) B" }
        var tenths = count
        var unit = 0
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        while tenths >= 1024 * 1024 && unit < units.count - 1 {
            tenths /= 1024
            unit += 1
        }
        let (whole, rest) = tenths.quotientAndRemainder(dividingBy: 1024)
        return "\(whole).\(rest * 10 / 1024) \(units[unit])"
    }

    /// `1 sighting`, `12 sightings`.
    static func count(_ number: some BinaryInteger, _ singular: String, _ plural: String) -> String {
        "\(number) \(number == 1 ? singular : plural)"
    }
}

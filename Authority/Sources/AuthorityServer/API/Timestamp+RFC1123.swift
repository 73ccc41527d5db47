// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

extension Timestamp {
    /// The moment in UTC as RFC 1123 has it: `Sat, 21 Nov 2026 10:15:00 UTC`. The published verification server names the zone so.
    var rfc1123: String {
        let date = day.description
        let weekday = Timestamp.weekdays[Int((day.number % 7 + 7) % 7)]
        let month = Int(date.dropFirst(5).prefix(2)).map { Timestamp.months[($0 + 11) % 12] } ?? ""
        let time = Int(seconds &- Int64(day.number) &* 86_400)
        let parts = [time / 3600, time / 60 % 60, time % 60].map { ($0 < 10 ? "0" : "") + String($0) }
        return "\(weekday), \(date.suffix(2)) \(month) \(date.prefix(4)) \(parts.joined(separator: ":")) UTC"
    }

    /// From that of the first day of 1970 on.
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

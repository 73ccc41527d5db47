// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// The alerts that the owner has been given, and which of an assessment's are news to them.
///
/// The same exposure alerts once. It alerts again when it has become worse: a higher level of the same day, or at least
/// `step` minutes more. Another day is another exposure. An F2 of a day that already alerted as F1 is no news.
package struct AlertBook: Hashable, Sendable {
    /// Minutes more than the alert given before that make an exposure worth another.
    package static let step = 5

    /// The latest alert of each level and day.
    private var given: [Exposure: Alert] = [:]
    /// Lines that `init(text:)` could not read.
    package private(set) var skippedLines = 0

    private struct Exposure: Hashable {
        var day: UTCDay
        var level: AlertLevel
    }

    package init() {}

    /// The book that `text` spells, one alert a line. A line that is damaged is skipped and counted; of several alerts
    /// of one day and level the one with the most minutes stays.
    package init(text: some StringProtocol) {
        for line in text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline) {
            guard let alert = Alert(line: line) else {
                skippedLines += 1
                continue
            }
            let exposure = Exposure(day: alert.day, level: alert.level)
            if (given[exposure]?.minutes ?? -1) < alert.minutes { given[exposure] = alert }
        }
    }

    /// All alerts given, by day, the greater level of a day first.
    package var alerts: [Alert] {
        given.values.sorted { $0.day != $1.day ? $0.day < $1.day : $0.level > $1.level }
    }

    /// The alerts for storage, each in a line of its own; empty without any.
    package var text: String { alerts.map { $0.line + "\n" }.joined() }

    /// The greatest level of all alerts given; nil without any.
    package var level: AlertLevel? { given.keys.map(\.level).max() }

    /// Takes the alerts of an assessment into the book and returns those that are news, in order of day.
    package mutating func take(_ alerts: [Alert]) -> [Alert] {
        var news: [Alert] = []
        for alert in alerts.sorted(by: { $0.day != $1.day ? $0.day < $1.day : $0.level > $1.level }) where isNews(alert)
        {
            given[Exposure(day: alert.day, level: alert.level)] = alert
            news.append(alert)
        }
        return news
    }

    /// Puts `later`, an alert of the same day and level with fewer minutes, in the place of `alert`; nil takes it out.
    package mutating func settle(_ alert: Alert, as later: Alert?) {
        given[Exposure(day: alert.day, level: alert.level)] = later
    }

    /// Forgets the alerts of days before `day`.
    package mutating func forget(before day: UTCDay) {
        given = given.filter { $0.key.day >= day }
    }

    private func isNews(_ alert: Alert) -> Bool {
        if alert.level == .f2, given[Exposure(day: alert.day, level: .f1)] != nil { return false }
        guard let before = given[Exposure(day: alert.day, level: alert.level)] else { return true }
        return alert.minutes.subtractingReportingOverflow(before.minutes).partialValue >= AlertBook.step
    }
}

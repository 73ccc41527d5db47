// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// The language of a page, with its manner of writing numbers and dates.
package enum Language: String, Hashable, Sendable, CaseIterable {
    case vietnamese = "vi"
    case english = "en"

    /// The language's name in itself.
    package var name: String { self == .vietnamese ? "Tiếng Việt" : "English" }
    package var other: Language { self == .vietnamese ? .english : .vietnamese }

    /// What a browser prefers, by its Accept-Language; Vietnamese when it prefers neither.
    package init(accepting header: String?) {
        let first = (header ?? "").split(separator: ",").lazy
            .map { $0.drop { $0 == " " }.prefix(2).lowercased() }
            .compactMap { Language(rawValue: $0) }.first
        self = first ?? .vietnamese
    }

    /// `72.636` or `72,636`.
    package func number(_ value: Int64) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index).isMultiple(of: 3) { text += self == .vietnamese ? "." : "," }
            text.append(digit)
        }
        return text
    }

    /// Hundredths of a percent as `13,68 %` or `13.68 %`.
    package func percent(_ hundredths: Int64) -> String {
        let rest = hundredths % 100
        return "\(number(hundredths / 100))\(self == .vietnamese ? "," : ".")\(rest < 10 ? "0" : "")\(rest) %"
    }

    /// `21/11/2026` or `2026-11-21`.
    package func date(_ day: UTCDay) -> String {
        guard self == .vietnamese else { return day.description }
        return day.description.split(separator: "-").reversed().joined(separator: "/")
    }
}

/// A time as officials read it: by the clock on their wall.
package struct LocalTime: Hashable, Sendable {
    /// Hours that local time is ahead of UTC; Vietnam has seven, all the year.
    package let offset: Int

    package init(offset: Int) { self.offset = offset }

    package func day(_ seconds: Int64) -> UTCDay { shifted(seconds).day }

    /// `17:15`.
    package func clock(_ seconds: Int64) -> String {
        let minutes = ((shifted(seconds).seconds % 86_400) + 86_400) % 86_400 / 60
        func two(_ value: Int64) -> String { (value < 10 ? "0" : "") + String(value) }
        return two(minutes / 60) + ":" + two(minutes % 60)
    }

    package func text(_ seconds: Int64, _ language: Language) -> String {
        clock(seconds) + " " + language.date(day(seconds))
    }

    private func shifted(_ seconds: Int64) -> Timestamp {
        // What a damaged store may hold is shown as some time, and ends nothing.
        let bounded = min(max(seconds, 0), 253_402_214_400)
        return Timestamp(seconds: bounded + Int64(offset) * 3600)
    }
}

/// A text in both languages.
package struct Phrase: Hashable, Sendable {
    let vietnamese: String
    let english: String

    init(_ vietnamese: String, _ english: String) {
        self.vietnamese = vietnamese
        self.english = english
    }

    package func callAsFunction(_ language: Language) -> String { language == .vietnamese ? vietnamese : english }
}

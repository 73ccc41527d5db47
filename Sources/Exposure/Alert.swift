// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// What an exposure makes of its owner: F1 was near a confirmed case (F0), F2 was near an F1. F1 is the greater.
package enum AlertLevel: UInt8, Hashable, Comparable, Sendable, CaseIterable, CustomStringConvertible {
    case f2 = 1
    case f1 = 2

    /// The level named `F1` or `F2`; nil for any other text.
    package init?(name: some StringProtocol) {
        switch name {
        case "F1": self = .f1
        case "F2": self = .f2
        default: return nil
        }
    }

    /// `F1` or `F2`.
    package var description: String {
        switch self {
        case .f1: "F1"
        case .f2: "F2"
        }
    }

    package static func < (a: AlertLevel, b: AlertLevel) -> Bool { a.rawValue < b.rawValue }
}

/// What the owner must know of one UTC day. It names nobody: no identifier, key, address or time of day.
package struct Alert: Hashable, Sendable {
    package var level: AlertLevel
    /// The UTC day of the exposure.
    package var day: UTCDay
    /// Whole weighted minutes of that day, rounded down.
    package var minutes: Int
    /// The format in which most of the minutes were heard.
    package var format: BeaconFormat

    package init(level: AlertLevel, day: UTCDay, minutes: Int, format: BeaconFormat) {
        self.level = level
        self.day = day
        self.minutes = minutes
        self.format = format
    }

    /// The alert in one line without its end: `F1 2026-11-20 23 bluezone`.
    package var line: String { "\(level) \(day) \(minutes) \(format)" }

    /// The alert that `line` spells; nil for anything else.
    package init?(line: some StringProtocol) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 4, let level = AlertLevel(name: words[0]), let day = UTCDay(words[1]),
            let minutes = Int(words[2]), minutes >= 0, String(minutes) == words[2],
            let format = BeaconFormat(name: words[3])
        else { return nil }
        self.init(level: level, day: day, minutes: minutes, format: format)
    }
}

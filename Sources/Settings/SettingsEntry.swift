// SPDX-License-Identifier: GPL-3.0-or-later

/// One setting in force: what it says and who said so.
package struct SettingsEntry: Hashable, Sendable {
    package let section: String
    package let key: String
    /// As written in the file, or the default as one would write it.
    package let value: String
    package let origin: SettingsOrigin

    package init(section: String, key: String, value: String, origin: SettingsOrigin) {
        self.section = section
        self.key = key
        self.value = value
        self.origin = origin
    }

    /// The entry's problem: `message` with the setting in front and its place.
    package func problem(_ message: String) -> SettingsProblem {
        let text = "[\(section)] \(key)=\(value): \(message)"
        return switch origin {
        case .standard: SettingsProblem(file: "the default", line: 0, message: text)
        case .line(let file, let number): SettingsProblem(file: file, line: number, message: text)
        }
    }
}

/// Where a setting comes from.
package enum SettingsOrigin: Hashable, Sendable, CustomStringConvertible {
    /// Nobody set it.
    case standard
    /// A line of a file, counted from 1.
    case line(file: String, number: Int)

    /// `default` or `/etc/bluezone/bluezone.conf:7`.
    package var description: String {
        switch self {
        case .standard: "default"
        case .line(let file, let number): "\(file):\(number)"
        }
    }
}

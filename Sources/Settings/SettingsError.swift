// SPDX-License-Identifier: GPL-3.0-or-later

package import Platform

/// Why settings could not be read.
package enum SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file that must be there could not be read.
    case unreadable(SystemError)
    /// Files were read and say something that cannot be followed; every problem found, in file order, at least one.
    case refused([SettingsProblem])

    /// One sentence for each problem, one to a line.
    package var description: String {
        switch self {
        case .unreadable(let error): "cannot read the configuration: \(error)"
        case .refused(let problems): problems.map(\.description).joined(separator: "\n")
        }
    }
}

/// Something in a configuration file that cannot be followed.
package struct SettingsProblem: Hashable, Sendable, CustomStringConvertible {
    package let file: String
    /// Counted from 1; 0 when the whole file is meant.
    package let line: Int
    /// What is wrong and what would be right.
    package let message: String

    package init(file: String, line: Int, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    /// `/etc/bluezone/bluezone.conf:7: [Scan] WindowSeconds=90: expected a whole number from 1 to 60`.
    package var description: String { line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)" }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import Cases
package import Exposure
package import Journal
package import Platform
package import Settings

/// Why the station cannot start, or a part of it cannot do its work.
package enum StationError: Error, CustomStringConvertible {
    case usage(String)
    /// A part of the running daemon ended.
    case ended(String)
    case settings(SettingsError)
    case policy(PolicyError, SettingsEntry?)
    case journal(JournalError)
    case cases(CaseError)
    case system(SystemError)

    package var description: String {
        switch self {
        case .usage(let text), .ended(let text): text
        case .settings(let error): error.description
        case .policy(let error, let entry): entry.map { "\($0.problem(error.description))" } ?? error.description
        case .journal(let error): error.description
        case .cases(let error): error.description
        case .system(let error): error.description
        }
    }

    /// The process's exit status: EX_USAGE and EX_CONFIG of sysexits.h, so that systemd does not try again.
    package var exitStatus: Int32 {
        switch self {
        case .usage: 64
        case .settings, .policy: 78
        case .ended, .journal, .cases, .system: 1
        }
    }
}

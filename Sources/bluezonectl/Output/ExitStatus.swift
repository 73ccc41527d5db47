// SPDX-License-Identifier: GPL-3.0-or-later

internal import Control

/// What the process answers to its caller. Scripts rely on these numbers: bluezonectl(1) lists them.
enum ExitStatus: Int32, CaseIterable {
    case success = 0
    case failure = 1
    case usage = 2
    case daemonNotRunning = 3
    case notPermitted = 4
    case bluetoothUnusable = 5
    /// Only with `--exit-code`.
    case exposureFound = 10

    /// The list for `--help`.
    static let help =
        "Exit status:"
        + allCases.map { status in
            let number = String(status.rawValue)
            return "\n  " + number + String(repeating: " ", count: 4 - number.count) + status.meaning
        }.joined()

    private var meaning: String {
        switch self {
        case .success: "done"
        case .failure: "failed; the sentence on standard error says why"
        case .usage: "wrong usage"
        case .daemonNotRunning: "the daemon is not running"
        case .notPermitted: "not permitted"
        case .bluetoothUnusable: "Bluetooth cannot be used"
        case .exposureFound: "an exposure was found (only with --exit-code)"
        }
    }
}

/// A command's end that is not success: what to say on standard error, and the exit status.
struct CommandFailure: Error, CustomStringConvertible {
    let status: ExitStatus
    /// One sentence: what is wrong, and what would be right. Empty when standard output has said it already.
    let description: String

    init(_ status: ExitStatus, _ description: String = "") {
        self.status = status
        self.description = description
    }

    /// A failure of the ordinary kind.
    init(_ description: String) {
        self.init(.failure, description)
    }
}

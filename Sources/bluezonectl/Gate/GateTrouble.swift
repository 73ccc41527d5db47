// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Control

/// Why the gate cannot say that nobody is there: it does not hear.
enum GateTrouble: Hashable {
    /// Before the first answer.
    case starting
    /// bluezoned does not run, or the bus does not.
    case notRunning
    case notPermitted
    /// The daemon does not answer, or answers something strange; the text says what.
    case silent(String)
    /// Its owner paused the daemon; until when, if it ends by itself.
    case paused(until: Timestamp?)
    case noAdapter
    case blocked
    /// The daemon listens now and then, and rests in between for longer than somebody at a gate waits.
    case resting
    /// The gate itself ended: what its page says from then on.
    case closed

    /// The word for programs.
    var word: String {
        switch self {
        case .starting: "starting"
        case .notRunning: "not-running"
        case .notPermitted: "not-permitted"
        case .silent: "silent"
        case .paused: "paused"
        case .noAdapter: "no-adapter"
        case .blocked: "blocked"
        case .resting: "resting"
        case .closed: "closed"
        }
    }

    /// What keeps a daemon in this state from hearing; nil when nothing does.
    init?(_ status: StationStatus) {
        switch status.state {
        case .running, .clockUntrusted: return nil
        case .starting: self = .starting
        case .paused: self = .paused(until: status.pausedUntil)
        case .noAdapter: self = .noAdapter
        case .blocked: self = .blocked
        }
    }

    /// What a call that failed says about the daemon.
    init(_ error: ControlError) {
        switch error {
        case .notRunning, .busUnreachable: self = .notRunning
        case .notPermitted: self = .notPermitted
        case .noAnswer, .failed, .unexpected, .bluetoothUnusable: self = .silent(readable(error.description))
        }
    }
}

/// A text of somebody else's for a terminal: no control characters.
private func readable(_ text: String) -> String {
    String(text.map { $0.isControl ? " " : $0 })
}

extension Character {
    /// Whether a terminal would obey it rather than show it.
    var isControl: Bool { unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) } }
}

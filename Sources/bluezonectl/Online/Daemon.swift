// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Control
internal import Platform

/// The running daemon, for verbs.
enum Daemon {
    /// Connects, lends the client to `body`, and turns what goes wrong into a sentence and an exit status.
    static func with<Answer>(_ body: (ControlClient) async throws -> Answer) async throws -> Answer {
        do {
            return try await body(try await ControlClient.connect())
        } catch let error as ControlError {
            throw CommandFailure(error)
        }
    }

    /// The wall clock now.
    static var now: Timestamp { Timestamp(milliseconds: KernelClock.wallMilliseconds) }
}

extension CommandFailure {
    /// The sentence and the exit status for a call that failed.
    init(_ error: ControlError) {
        switch error {
        case .notRunning:
            self.init(.daemonNotRunning, "\(error); start it with: sudo systemctl start bluezoned")
        case .busUnreachable:
            self.init(
                .daemonNotRunning,
                "bluezoned is not running, for \(error); start both with: sudo systemctl start dbus bluezoned")
        case .notPermitted:
            // The bus's own words list its policy's rules; they help nobody here.
            self.init(
                .notPermitted,
                "not permitted: bluezoned answers root and members of the group \(StationInterface.group); join it, from the "
                    + "next login on, with: sudo usermod --append --groups \(StationInterface.group) NAME")
        case .bluetoothUnusable: self.init(.bluetoothUnusable, "\(error)")
        case .noAnswer:
            self.init("\(error); if that lasts, restart it with: sudo systemctl restart bluezoned")
        case .failed, .unexpected: self.init("\(error)")
        }
    }
}

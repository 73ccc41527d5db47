// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform
internal import Publishing

/// The way to the part of Bluezone that reaches the network: systemd's socket, or a program that we start.
struct Outbox {
    /// Seconds to wait for an answer: three requests of at most a minute each.
    private static let patience = 200

    let socket: String
    let program: String?
    let config: String?

    /// Throws a sentence that says what to do.
    func ask(_ request: PublishRequest) throws(CommandFailure) -> PublishReport {
        let answer: String
        do throws(SystemError) {
            if let program {
                answer = try Conversation.ask(
                    request.text, ofProgram: program, ["--publish"] + (config.map { ["--config", $0] } ?? []),
                    patience: Outbox.patience, limit: PublishRequest.longest)
            } else {
                answer = try Conversation.ask(
                    request.text, at: socket, patience: Outbox.patience, limit: PublishRequest.longest)
            }
        } catch {
            throw failure(error)
        }
        guard let report = PublishReport(text: answer) else {
            throw CommandFailure("bluezone-sync gave no answer; its log says why: journalctl -t bluezone-sync")
        }
        return report
    }

    private func failure(_ error: SystemError) -> CommandFailure {
        if error.isLocked {
            return CommandFailure(
                "bluezone-sync did not answer in time; what was agreed is not lost: bluezonectl publish --status")
        }
        if error.isNotPermitted {
            return CommandFailure(.notPermitted, "\(error): publishing is for root and members of the group bluezone")
        }
        guard program == nil else { return CommandFailure("\(error)") }
        return CommandFailure(
            "\(error); start what takes it with: sudo systemctl enable --now bluezone-publish.socket bluezone-publish.timer"
        )
    }
}

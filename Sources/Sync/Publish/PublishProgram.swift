// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Glibc
internal import Platform
internal import Publishing
internal import Settings

/// `bluezone-sync --publish` and `--resume`: words and exit codes.
enum PublishProgram {
    /// Takes one request from standard input and answers it on standard output.
    static func serve(_ settings: Settings) -> Int32 {
        // Whoever asked may be gone before the answer; what was agreed is sent all the same.
        signal(SIGPIPE, SIG_IGN)
        do throws(SystemError) {
            let text = try Conversation.read(STDIN_FILENO, limit: PublishRequest.longest)
            guard let request = PublishRequest(text: text) else {
                say(.error, "what came on standard input is no request of bluezonectl's")
                return ExitCode.usage
            }
            let report = try PublishDesk(settings).answer(request, at: now)
            if request != .ask { tell(report) }
            try Conversation.write(report.text, to: STDOUT_FILENO)
            return 0
        } catch {
            say(.error, error.description)
            return ExitCode.disk
        }
    }

    /// What the timer runs.
    static func resume(_ settings: Settings) -> Int32 {
        do throws(SystemError) {
            guard let report = try PublishDesk(settings).resume(at: now, isChaffDue: Chaff.isDue) else { return 0 }
            tell(report)
            return report.state == .done ? 0 : 1
        } catch {
            say(.error, error.description)
            return ExitCode.disk
        }
    }

    private static var now: Timestamp { Timestamp(milliseconds: KernelClock.wallMilliseconds) }

    /// For the system log: how it went, and nothing of what was sent.
    private static func tell(_ report: PublishReport) {
        switch report.state {
        case .done:
            say(.notice, "what was agreed is published" + (report.sentence.isEmpty ? "" : ": \(report.sentence)"))
        case .waiting: say(.warning, "publishing waits and goes on by itself: \(report.word): \(report.sentence)")
        case .codeNeeded: say(.warning, "publishing needs another code: \(report.word): \(report.sentence)")
        case .refused: say(.error, "the server refuses what was agreed: \(report.word): \(report.sentence)")
        case .none, .busy, .unconfigured: break
        }
    }
}

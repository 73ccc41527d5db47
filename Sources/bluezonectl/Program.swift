// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Cases
internal import Glibc
internal import Journal
internal import Platform
internal import Settings

/// The process: parses, runs the verb, and turns its end into an exit status.
@main
enum Program {
    static func main() async {
        let status = await run(Array(CommandLine.arguments.dropFirst()))
        exit(status.rawValue)
    }

    private static func run(_ arguments: [String]) async -> ExitStatus {
        do {
            var command = try Bluezonectl.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return .success
        } catch let failure as CommandFailure {
            complain(failure.description)
            return failure.status
        } catch {
            guard let failure = CommandFailure(error) else { return finish(error) }
            complain(failure.description)
            return failure.status
        }
    }

    /// Help that was asked for goes to standard output; everything else is wrong usage.
    private static func finish(_ error: any Error) -> ExitStatus {
        let message = Bluezonectl.fullMessage(for: error)
        guard Bluezonectl.exitCode(for: error).isSuccess else {
            if !message.isEmpty { writeError(message + "\n") }
            return .usage
        }
        if !message.isEmpty { print(message) }
        return .success
    }

    private static func complain(_ sentence: String) {
        if !sentence.isEmpty { writeError("bluezonectl: \(sentence)\n") }
    }
}

extension CommandFailure {
    /// What an error of the floors below means; nil for errors that are none of theirs.
    init?(_ error: any Error) {
        switch error {
        case let error as SystemError: self.init(error)
        case CaseError.system(let error), JournalError.system(let error), JournalError.full(let error),
            SettingsError.unreadable(let error):
            self.init(error)
        case let error as CaseError: self.init("\(error)")
        case let error as JournalError: self.init("\(error)")
        case let error as SettingsError: self.init("\(error)")
        default: return nil
        }
    }

    private init(_ error: SystemError) {
        self.init(error.isNotPermitted ? .notPermitted : .failure, "\(error)")
    }
}

/// Writes to standard error, after what standard output has so far.
func writeError(_ text: String) {
    fflush(nil)
    let bytes = Array(text.utf8)
    _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
}

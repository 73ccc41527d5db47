// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc
internal import Platform
internal import Settings

/// The program `bluezone-sync`: arguments, words and exit codes. bluezone-sync(8) lists them.
package enum SyncProgram {
    private static let usage = """
        usage: bluezone-sync [--publish | --resume] [--config FILE]

        Fetches the health authority's new case exports into the spool that bluezoned reads.

          --publish   take what an owner agreed to publish from standard input, and answer on standard output how it stands
          --resume    go on with a publication that waits; else, now and then, send a fake one

        What and where is configured: bluezone.conf(5), sections [Sync] and [Publish].
        """

    private enum Work {
        case fetch
        case publish
        case resume
    }

    /// Runs the program and answers its exit code.
    package static func run(_ arguments: [String]) -> Int32 {
        if arguments == ["--help"] || arguments == ["-h"] {
            print(usage)
            return 0
        }
        guard let (work, place) = parse(arguments) else {
            say(.error, usage)
            return ExitCode.usage
        }
        do throws(SettingsError) {
            let settings = try Settings.load(place)
            switch work {
            case .fetch: return synchronize(settings)
            case .publish: return PublishProgram.serve(settings)
            case .resume: return PublishProgram.resume(settings)
            }
        } catch {
            say(.error, error.description)
            return ExitCode.configuration
        }
    }

    private static func parse(_ arguments: [String]) -> (Work, SettingsPlace)? {
        var rest = arguments[...]
        var work = Work.fetch
        switch rest.first {
        case "--publish": work = .publish
        case "--resume": work = .resume
        default: break
        }
        if work != .fetch { rest = rest.dropFirst() }
        if rest.isEmpty { return (work, .system) }
        guard rest.count == 2, rest.first == "--config", let file = rest.last else { return nil }
        return (work, .file(file))
    }

    private static func synchronize(_ settings: Settings) -> Int32 {
        guard let index = settings.sync.index else {
            say(.notice, "[Sync] Index is not set: there is nothing to fetch from")
            return 0
        }
        let run = SyncRun(settings, index: index) { message in
            switch message {
            case .warning(let text): say(.warning, text)
            }
        }
        do {
            let outcome = try run.run()
            // Only now: the network is there.
            if let text = WeeklyCount(settings)?.send(at: KernelClock.wallMilliseconds / 1000) { say(.warning, text) }
            say(outcome.failed + outcome.refused == 0 ? .info : .warning, summary(of: outcome))
            return outcome.failed + outcome.refused == 0 ? 0 : 1
        } catch {
            say(.error, isBusy(error) ? "another bluezone-sync is at work on this spool" : error.description)
            return code(of: error)
        }
    }

    private static func summary(of outcome: SyncOutcome) -> String {
        var parts = ["fetched \(outcome.fetched) new (\(outcome.bytes) bytes)"]
        if outcome.hasNewPolicy { parts.append("a new policy") }
        if outcome.failed > 0 { parts.append("\(outcome.failed) failed and will be tried again") }
        if outcome.left > 0 { parts.append("\(outcome.left) left for the next run") }
        if outcome.refused > 0 { parts.append("\(outcome.refused) lines of the list refused") }
        return parts.joined(separator: ", ")
    }

    private static func code(of error: SyncError) -> Int32 {
        switch error {
        case .transfer, .tooLarge, .notResumable: ExitCode.unavailable
        case .disk, .spoolFull: isBusy(error) ? ExitCode.busy : ExitCode.disk
        }
    }

    private static func isBusy(_ error: SyncError) -> Bool {
        if case .disk(let error) = error { error.call == "flock" && error.isLocked } else { false }
    }
}

/// From sysexits(3).
enum ExitCode {
    static let usage: Int32 = 64
    static let unavailable: Int32 = 69
    static let disk: Int32 = 74
    static let busy: Int32 = 75
    static let configuration: Int32 = 78
}

/// The priorities of syslog(3).
enum Priority: Int {
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
}

/// Prints to standard error; lines carry their priority where the system journal reads them (sd-daemon(3)).
func say(_ priority: Priority, _ text: String) {
    let isJournal = unsafe getenv("JOURNAL_STREAM") != nil
    let prefix = isJournal ? "<\(priority.rawValue)>" : ""
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { prefix + $0 + "\n" }
    let bytes = Array(lines.joined().utf8)
    _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
}

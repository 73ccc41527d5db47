// SPDX-License-Identifier: GPL-3.0-or-later

internal import Control
internal import Glibc
internal import Journal
internal import Logging
internal import Platform
package import Radio
internal import ServiceLifecycle
internal import Settings

/// The daemon from its arguments to its exit status: the one place where its parts are put together.
package enum StationProgram {
    private static let usage = """
        Usage: bluezoned [--config FILE]

        The Bluezone daemon: sends and hears anonymous identifiers over Bluetooth LE, keeps what it heard, compares it
        with the keys of confirmed cases, and warns. It stays in the foreground; systemd starts it as bluezoned.service.

          --config FILE   read this file instead of /etc/bluezone and /usr/lib/bluezone
          --version       print the version
          --help          print this

        Signals: SIGHUP reads the configuration again, SIGTERM and SIGINT end in order.
        See bluezoned(8), bluezone.conf(5), bluezonectl(1).
        """

    /// Runs the daemon with the arguments behind its name and answers its exit status: 0, 64 (usage), 78
    /// (configuration), 1 (anything else).
    package static func run(arguments: [String]) async -> Int32 {
        Memory.keepLittle()
        let logger = Logger(label: "bluezoned") { _ in
            JournalLogHandler(isJournal: unsafe getenv("JOURNAL_STREAM") != nil)
        }
        do {
            switch try parse(arguments) {
            case .help: print(usage)
            case .version: print("bluezoned \(BluezoneVersion.current)")
            case .run(let place): try await serve(place, logger)
            }
            return 0
        } catch {
            logger.critical("\(error)")
            return error.exitStatus
        }
    }

    /// Runs the daemon with the settings in `file` and a radio of the caller's in the place of the configured one, until it is told
    /// to end by SIGTERM: what `make bench` measures.
    package static func run(settings file: String, radio: any Radio) async throws(StationError) {
        try await serve(.file(file), Logger(label: "bluezoned") { _ in SwiftLogNoOpLogHandler() }, radio: radio)
    }

    private enum Task {
        case help
        case version
        case run(SettingsPlace)
    }

    private static func parse(_ arguments: [String]) throws(StationError) -> Task {
        switch arguments.first {
        case nil: return .run(.system)
        case "--help", "-h": return .help
        case "--version": return .version
        case "--config" where arguments.count == 2: return .run(.file(arguments[1]))
        default:
            throw .usage("\(arguments.joined(separator: " ")): not understood; bluezoned [--config FILE], or --help")
        }
    }

    private static func serve(
        _ place: SettingsPlace, _ logger: Logger, radio: (any Radio)? = nil
    ) async throws(StationError) {
        let settings = try Station.load(place)
        let thread: TaskThread
        do {
            thread = try TaskThread(name: "station")
        } catch {
            throw .system(error)
        }
        let folder = unsafe getenv("CREDENTIALS_DIRECTORY")
        let credential = JournalCredential(systemdFolder: unsafe folder.map { unsafe String(cString: $0) })
        try await withTaskExecutorPreference(thread) { () async throws(StationError) in
            let parts = try await StationParts(settings, place, credential: credential, radio: radio, logger)
            do {
                try await ServiceGroup(configuration: parts.group).run()
            } catch {
                throw .ended("a part of the daemon ended: \(error)")
            }
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc
package import Logging

/// Log lines on standard error. When that is the system journal, each carries its priority the way sd-daemon(3) says.
package struct JournalLogHandler: LogHandler {
    package var metadata = Logger.Metadata()
    package var logLevel = Logger.Level.info
    private let isJournal: Bool

    /// `isJournal`: standard error goes to the system journal (`JOURNAL_STREAM` is set).
    package init(isJournal: Bool) {
        self.isJournal = isJournal
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let prefix = isJournal ? "<\(priority(event.level))>" : "bluezoned: "
        let line = "\(event.message)".split(separator: "\n").map { "\(prefix)\($0)\n" }.joined()
        let bytes = Array(line.utf8)
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }

    private func priority(_ level: Logger.Level) -> Int32 {
        switch level {
        case .trace, .debug: LOG_DEBUG
        case .info: LOG_INFO
        case .notice: LOG_NOTICE
        case .warning: LOG_WARNING
        case .error: LOG_ERR
        case .critical: LOG_CRIT
        }
    }
}

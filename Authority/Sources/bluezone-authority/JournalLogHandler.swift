// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc
internal import Logging

/// Writes log lines to standard error, with the priority that the system journal reads (sd-daemon(3)) where it listens.
struct JournalLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Metadata of a request, its number and its address among them, is not written: addresses are not kept.
    func log(event: LogEvent) {
        let prefix = unsafe getenv("JOURNAL_STREAM") == nil ? "" : "<\(priority(event.level))>"
        let text = "\(event.message)".split(separator: "\n", omittingEmptySubsequences: false)
        let bytes = Array(text.map { prefix + $0 + "\n" }.joined().utf8)
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }

    private func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Logging
import Platform

/// What was logged, for a test to read.
final class LogBook: Sendable {
    private let lock = Lock<[String]>([])

    var lines: [String] { lock.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(book: self) } }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = "\(event.level): \(event.message)"
            book.lock.withLock { $0.append(line) }
        }
    }
}

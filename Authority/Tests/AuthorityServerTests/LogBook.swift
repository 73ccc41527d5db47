// SPDX-License-Identifier: GPL-3.0-or-later

import Logging
import Synchronization

/// What was logged, for a test to read.
final class LogBook: Sendable {
    private let told = Mutex<[String]>([])

    var lines: [String] { told.withLock { $0 } }
    var errors: [String] { lines.filter { $0.hasPrefix("error:") } }

    var logger: Logger { Logger(label: "tests") { _ in Handler(book: self) } }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = "\(event.level): \(event.message)"
            book.told.withLock { $0.append(line) }
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Dispatch
internal import Glibc

/// The signals that concern a display, as long as the value is kept.
struct ProcessSignals {
    private let sources: [any DispatchSourceSignal]

    /// Calls `ended` at SIGINT, SIGTERM and SIGHUP, which then no longer end the process, and `resized` at SIGWINCH.
    init(ended: @escaping @Sendable () -> Void, resized: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM, SIGHUP, SIGWINCH].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler(handler: number == SIGWINCH ? resized : ended)
            source.resume()
            return source
        }
    }

    /// The signals are the process's own again.
    func stop() {
        for source in sources { source.cancel() }
    }
}

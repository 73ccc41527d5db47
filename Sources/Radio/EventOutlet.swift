// SPDX-License-Identifier: GPL-3.0-or-later

internal import Bus
internal import Platform

/// The radio's end of its event stream: when the reader is too slow, sightings give way, oldest first, and are counted;
/// states, powers and counts of malformed reports are said again.
final class EventOutlet: Sendable {
    /// Unread events that are kept.
    static let capacity = 4096

    private struct Losses {
        var heard = 0
        var malformed = 0
    }

    let events: AsyncStream<RadioEvent>
    private let continuation: AsyncStream<RadioEvent>.Continuation
    private let losses = Lock(Losses())

    init() {
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.capacity))
    }

    /// Sightings that nobody read.
    var lost: Int { losses.withLock { $0.heard } }

    func send(_ event: RadioEvent) {
        var event = event
        // One event in pushes at most one out, so this ends with the first sighting found in the way.
        for _ in 0..<Self.capacity {
            guard case .dropped(let old) = continuation.yield(event) else { return }
            if case .heard = old { return losses.withLock { $0.heard += 1 } }
            event = old
        }
    }

    /// Counts a report that was dropped as malformed, to be told by `tellMalformed`.
    func countMalformed() { losses.withLock { $0.malformed += 1 } }

    /// Tells how many reports were malformed since the last time, when there were any.
    func tellMalformed() {
        let count = losses.withLock { losses in
            defer { losses.malformed = 0 }
            return losses.malformed
        }
        if count > 0 { send(.malformed(count: count)) }
    }
}

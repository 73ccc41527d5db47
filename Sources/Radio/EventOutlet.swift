// SPDX-License-Identifier: GPL-3.0-or-later

internal import Bus
internal import Platform

/// The radio's end of its event stream: when the reader is too slow, sightings give way, oldest first, and are counted;
/// states, powers and counts of malformed reports are said again.
package final class EventOutlet: Sendable {
    /// Unread events that are kept.
    package static let capacity = 4096

    private struct Losses {
        var heard = 0
        var malformed = 0
        var untold = 0
    }

    /// What the radio's one reader reads.
    package let events: AsyncStream<RadioEvent>
    private let continuation: AsyncStream<RadioEvent>.Continuation
    private let losses = Lock(Losses())

    package init() {
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.capacity))
    }

    /// Sightings that nobody read, and what the kernel could not keep for us.
    package var lost: Int { losses.withLock { $0.heard } }

    /// Says an event; a sighting that finds no room is counted as lost.
    package func send(_ event: RadioEvent) {
        var event = event
        // One event in pushes at most one out, so this ends with the first sighting found in the way.
        for _ in 0..<Self.capacity {
            guard case .dropped(let old) = continuation.yield(event) else { return }
            if case .heard = old { return countLost(1) }
            event = old
        }
    }

    /// Counts reports that were dropped as malformed, to be told by `tellLosses`.
    func countMalformed(_ count: Int = 1) { losses.withLock { $0.malformed += count } }

    /// Counts reports that were lost, to be told by `tellLosses`.
    func countLost(_ count: Int) {
        losses.withLock {
            $0.heard += count
            $0.untold += count
        }
    }

    /// Tells how many reports were malformed and how many lost since the last time, when there were any.
    func tellLosses() {
        let (malformed, lost) = losses.withLock { losses in
            defer { (losses.malformed, losses.untold) = (0, 0) }
            return (losses.malformed, losses.untold)
        }
        if malformed > 0 { send(.malformed(count: malformed)) }
        if lost > 0 { send(.lost(count: lost)) }
    }
}

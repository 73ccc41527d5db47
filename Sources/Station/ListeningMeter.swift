// SPDX-License-Identifier: GPL-3.0-or-later

/// Measures what share of the last hour the radio listened, on the boot clock: time asleep counts as not listening.
package struct ListeningMeter: Sendable {
    private static let hour = Duration.seconds(3600)

    private let begun: Duration
    private var spans: [Range<Duration>] = []
    private var open: Range<Duration>?

    /// A meter that begins at boot time `begun`.
    package init(from begun: Duration) {
        self.begun = begun
    }

    /// The radio listens from `now` on, for no longer than `limit`: whatever a machine that slept says later.
    package mutating func start(at now: Duration, limit: Duration) {
        if open == nil { open = now..<(now + max(limit, .zero)) }
    }

    /// The radio listens no more.
    package mutating func stop(at now: Duration) {
        guard let span = open else { return }
        open = nil
        if span.lowerBound < now { spans.append(span.lowerBound..<min(span.upperBound, now)) }
        spans.removeAll { $0.upperBound < now - Self.hour }
    }

    /// The share of the hour before `now`, or of the time since the beginning when that is shorter; 0 ... 1.
    package func share(at now: Duration) -> Double {
        let from = max(begun, now - Self.hour)
        guard from < now else { return 0 }
        let heard = (spans + [open].compactMap { $0 }).reduce(Duration.zero) { sum, span in
            sum + max(.zero, min(span.upperBound, now) - max(span.lowerBound, from))
        }
        return min(1, heard / (now - from))
    }
}

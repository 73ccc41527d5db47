// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

/// Decides when to listen, by a pattern of windows and pauses.
///
/// It lives on the boot clock alone: a step of the wall clock does not reach it. A machine that slept through a window's
/// end or a pause is late when it wakes up; the scan under way then ends, and the next one begins at once.
package struct ScanSchedule: Sendable {
    package enum Action: Hashable, Sendable {
        case nothing
        /// A window opens: the first of a scan, or a later one.
        case open
        /// A window ended and another one of the same scan follows.
        case rest
        /// The scan that began at `start` ended; `previous` is the start of the one before it.
        case close(start: Duration, previous: Duration?)
    }

    private enum State: Hashable {
        case shut
        case open(since: Duration, number: Int)
        /// Between two windows of one scan.
        case resting(until: Duration, number: Int)
        case pausing(until: Duration)
    }

    /// What the windows follow from the next change on.
    package private(set) var pattern: ScanPattern
    private var state = State.shut
    /// The start of the scan under way.
    private var start: Duration?
    private var previous: Duration?
    /// The window before the one under way; nil before the first has ended.
    package private(set) var lastWindow: ClosedRange<Duration>?

    package init(_ pattern: ScanPattern) {
        self.pattern = pattern
    }

    /// Follows another pattern from boot time `now` on: the window under way takes its length, the pause under way ends
    /// no later than one of the new pattern's would.
    package mutating func follow(_ pattern: ScanPattern, at now: Duration) {
        self.pattern = pattern
        if case .pausing(let until) = state { state = .pausing(until: min(until, now + pattern.pause)) }
    }

    package var isOpen: Bool { openSince != nil }

    /// The boot time at which the window under way began; nil between windows.
    package var openSince: Duration? { if case .open(let since, _) = state { since } else { nil } }

    /// The boot time that a sighting first heard at `time` is stored with; nil when it was not heard in the window under
    /// way. Whoever is heard only in a later window of a scan gets the scan's start, so that from scan to scan no more
    /// time is counted than passed.
    package func sightingTime(_ time: Duration) -> Duration? {
        guard case .open(let since, let number) = state, since <= time else { return nil }
        return number == 0 ? time : start ?? time
    }

    /// Asks what to do at boot time `now`. Listening ends at once when it is not `allowed`, and begins at once when it
    /// is again.
    package mutating func handle(
        at now: Duration, allowed: Bool, using random: inout some RandomNumberGenerator
    ) -> Action {
        let begun = openSince
        defer { if let begun, !isOpen { lastWindow = begun...max(begun, now) } }
        guard allowed else { return shut() }
        switch state {
        case .shut: return open(0, now)
        case .pausing(let until): return until <= now ? open(0, now) : .nothing
        case .resting(let until, let number):
            guard until <= now else { return .nothing }
            return number >= pattern.windows || isLate(until, now) ? close(now, using: &random) : open(number, now)
        case .open(let since, let number):
            guard since + pattern.window <= now else { return .nothing }
            let next = max(since + pattern.spacing, now)
            guard number + 1 < pattern.windows, !isLate(since + pattern.spacing, now) else {
                return close(now, using: &random)
            }
            state = .resting(until: next, number: number + 1)
            return .rest
        }
    }

    /// The boot time at which `handle` is due; nil while listening is not allowed.
    package var deadline: Duration? {
        switch state {
        case .shut: nil
        case .open(let since, _): since + pattern.window
        case .resting(let until, _), .pausing(let until): until
        }
    }

    /// Whether a window that was due can no longer belong to its scan: the machine slept.
    private func isLate(_ due: Duration, _ now: Duration) -> Bool { now - due > pattern.window }

    private mutating func open(_ number: Int, _ now: Duration) -> Action {
        if number == 0 {
            // The scan before is too long ago to say how long somebody was near.
            if let last = previous, now - last > .seconds(3600) { previous = nil }
            start = now
        }
        state = .open(since: now, number: number)
        return .open
    }

    private mutating func close(_ now: Duration, using random: inout some RandomNumberGenerator) -> Action {
        let action = end()
        state = .pausing(until: now + pause(using: &random))
        return action
    }

    private mutating func shut() -> Action {
        let action = end()
        state = .shut
        return action
    }

    /// The scan under way is over.
    private mutating func end() -> Action {
        guard let begun = start else { return .nothing }
        defer { (start, previous) = (nil, begun) }
        return .close(start: begun, previous: previous)
    }

    private func pause(using random: inout some RandomNumberGenerator) -> Duration {
        let (length, spread) = (pattern.pause.wholeMilliseconds, pattern.spread.wholeMilliseconds)
        return .milliseconds(Int64.random(in: (length - spread)...(length + spread), using: &random))
    }
}

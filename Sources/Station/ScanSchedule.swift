// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

/// Decides when to listen: windows of one length, with pauses between whose length varies, so that two stations never
/// stay out of step for long.
package struct ScanSchedule: Sendable {
    package enum Action: Hashable, Sendable {
        case nothing
        case open
        /// The window that began at `start` ended; `previous` is the start of the one before it.
        case close(start: Duration, previous: Duration?)
    }

    private enum State: Hashable {
        case shut
        case open(since: Duration)
        case pausing(until: Duration)
    }

    private let window: Duration
    private let pause: Duration
    private var state = State.shut
    private var previous: Duration?

    /// Lengths of a window and of the pause after it; a pause varies by up to a sixth.
    package init(window: Duration, pause: Duration) {
        self.window = window
        self.pause = pause
    }

    /// The same schedule, from its next window or pause on with other lengths.
    package func changed(window: Duration, pause: Duration) -> ScanSchedule {
        var schedule = ScanSchedule(window: window, pause: pause)
        schedule.state = state
        schedule.previous = previous
        return schedule
    }

    package var isOpen: Bool { openSince != nil }

    /// The boot time at which the window under way began; nil between windows.
    package var openSince: Duration? { if case .open(let since) = state { since } else { nil } }

    /// Asks what to do at boot time `now`. Listening ends at once when it is not `allowed`, and begins at once when it
    /// is again.
    package mutating func handle(
        at now: Duration, allowed: Bool, using random: inout some RandomNumberGenerator
    ) -> Action {
        switch state {
        case .shut:
            guard allowed else { return .nothing }
        case .pausing(let until):
            if !allowed {
                state = .shut
                return .nothing
            }
            guard until <= now else { return .nothing }
        case .open(let since):
            guard !allowed || since + window <= now else { return .nothing }
            let action = Action.close(start: since, previous: previous)
            previous = since
            state = allowed ? .pausing(until: now + varied(using: &random)) : .shut
            return action
        }
        // The scan before is too long ago to say how long somebody was near.
        if let last = previous, now - last > .seconds(3600) { previous = nil }
        state = .open(since: now)
        return .open
    }

    /// The boot time at which `handle` is due; nil while listening is not allowed.
    package var deadline: Duration? {
        switch state {
        case .shut: nil
        case .open(let since): since + window
        case .pausing(let until): until
        }
    }

    private func varied(using random: inout some RandomNumberGenerator) -> Duration {
        let length = pause.wholeMilliseconds
        return .milliseconds(Int64.random(in: (length - length / 6)...(length + length / 6), using: &random))
    }
}

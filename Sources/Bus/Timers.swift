// SPDX-License-Identifier: GPL-3.0-or-later

/// Actions to be done at a moment. A handful at a time, hence a plain array.
struct Timers {
    private struct Timer {
        var number: UInt64
        var deadline: ContinuousClock.Instant
        var action: () -> Void
    }

    private var timers: [Timer] = []

    mutating func add(_ number: UInt64, after delay: Duration, _ action: @escaping () -> Void) {
        timers.append(Timer(number: number, deadline: .now + delay, action: action))
    }

    /// Forgets a timer; one that is over or unknown is no fault.
    mutating func remove(_ number: UInt64) { timers.removeAll { $0.number == number } }

    /// The actions whose moment has come, in order; they are not kept.
    mutating func takeDue() -> [() -> Void] {
        guard !timers.isEmpty else { return [] }
        let now = ContinuousClock.now
        let due = timers.filter { $0.deadline <= now }.sorted { $0.deadline < $1.deadline }
        if !due.isEmpty { timers.removeAll { $0.deadline <= now } }
        return due.map(\.action)
    }

    /// Milliseconds to the first moment, rounded up; -1 for none.
    var timeout: Int32 {
        guard let first = timers.map(\.deadline).min() else { return -1 }
        let (seconds, attoseconds) = (first - .now).components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return Int32(clamping: min(seconds, 86_400) * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

/// Watches for somebody who tries out short codes from many addresses, each too seldom to be seen alone.
///
/// With n short codes good at once, each guess hits one with probability n / 10^8. When there were too many wrong ones within 15
/// minutes or within a day, short codes are not taken until fewer lie in that time; long codes, which cannot be guessed, still are.
package struct GuessGuard: Sendable {
    private var quarter: Window
    private var day: Window

    /// `quarterLimit` and `dayLimit` are wrong codes after which one more closes. docs/decisions/0010-authority.md has the arithmetic.
    package init(quarterLimit: Int = 5000, dayLimit: Int = 20_000) {
        quarter = Window(seconds: 15 * 60, step: 60, limit: quarterLimit)
        day = Window(seconds: 86_400, step: 15 * 60, limit: dayLimit)
    }

    /// Counts a wrong code at `now` (seconds of a steady clock).
    package mutating func count(now: Double) {
        quarter.count(now)
        day.count(now)
    }

    /// Seconds at `now` until short codes are taken again; nil while they are.
    package mutating func wait(now: Double) -> Double? {
        [quarter.wait(now), day.wait(now)].compactMap { $0 }.max()
    }
}

/// How much came in the last so many seconds, counted in steps. A step counts until all of it lies further back.
private struct Window {
    let seconds: Double
    let step: Double
    let limit: Int
    private var steps: [(number: Int, count: Int)] = []
    private var total = 0

    init(seconds: Double, step: Double, limit: Int) {
        self.seconds = seconds
        self.step = step
        self.limit = limit
    }

    mutating func count(_ now: Double) {
        forget(now)
        let number = Int(now / step)
        if steps.last?.number == number {
            steps[steps.count - 1].count += 1
        } else {
            steps.append((number, 1))
        }
        total += 1
    }

    /// Seconds until no more than the limit is left; nil when that is so.
    mutating func wait(_ now: Double) -> Double? {
        forget(now)
        guard total > limit else { return nil }
        var left = total
        let last = steps.first { step in
            left -= step.count
            return left <= limit
        }
        return last.map { end(of: $0.number) - now }
    }

    private mutating func forget(_ now: Double) {
        while let first = steps.first, end(of: first.number) <= now {
            total -= first.count
            steps.removeFirst()
        }
    }

    /// When the step with this number does not count any more.
    private func end(of number: Int) -> Double { Double(number + 1) * step + seconds }
}

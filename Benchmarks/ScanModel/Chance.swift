// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// A generator that repeats itself (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A waiting time of that mean.
func exponential(_ mean: Double, using random: inout some RandomNumberGenerator) -> Double {
    -mean * log(1 - Double.random(in: 0..<1, using: &random))
}

/// A normal number of that mean and deviation, by twelve uniform ones.
func normal(_ mean: Double, _ deviation: Double, using random: inout some RandomNumberGenerator) -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += Double.random(in: 0..<1, using: &random) }
    return mean + deviation * sum
}

/// How often something happened in a number of trials, and what that says of its probability.
package struct Proportion: Hashable, Sendable {
    package var count = 0
    package var trials = 0

    package init(count: Int = 0, trials: Int = 0) {
        self.count = count
        self.trials = trials
    }

    /// Counts one more trial in.
    package mutating func note(_ happened: Bool) {
        trials += 1
        if happened { count += 1 }
    }

    package var value: Double { trials == 0 ? 0 : Double(count) / Double(trials) }

    /// Wilson's interval; `z` 1.96 is 95 %, 3.29 is 99.9 % on both sides together.
    package func interval(z: Double = 1.96) -> ClosedRange<Double> {
        guard trials > 0 else { return 0...1 }
        let (n, p, z2) = (Double(trials), value, z * z)
        let centre = (p + z2 / (2 * n)) / (1 + z2 / n)
        let reach = z / (1 + z2 / n) * (p * (1 - p) / n + z2 / (4 * n * n)).squareRoot()
        return max(0, centre - reach)...min(1, centre + reach)
    }
}

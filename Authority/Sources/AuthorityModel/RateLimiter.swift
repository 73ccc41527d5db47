// SPDX-License-Identifier: GPL-3.0-or-later

/// How often something may be done: `burst` times at once, then once every `seconds`.
package struct Rate: Hashable, Sendable {
    package var burst: Double
    package var seconds: Double

    package init(burst: Double, seconds: Double) {
        self.burst = burst
        self.seconds = seconds
    }
}

/// Token buckets by key. Their number is bounded: when there are too many, those that are full again go, and while that does
/// not make room, whoever is not known yet shares one bucket.
package struct RateLimiter: Sendable {
    private struct Bucket {
        var level: Double
        var time: Double
    }

    private let rate: Rate
    private let maximumBuckets: Int
    private var buckets: [String: Bucket] = [:]
    private var sweptAt = -Double.infinity

    package init(_ rate: Rate, maximumBuckets: Int = 100_000) {
        self.rate = rate
        self.maximumBuckets = maximumBuckets
    }

    /// Takes one from the bucket of `key` at `now` (seconds of a steady clock). Answers nil when there was one, else the seconds
    /// until there will be.
    package mutating func take(_ key: String, now: Double) -> Double? {
        if buckets.count >= maximumBuckets && buckets[key] == nil { sweep(now) }
        let name = buckets.count >= maximumBuckets && buckets[key] == nil ? "" : key
        var bucket = buckets[name] ?? Bucket(level: rate.burst, time: now)
        bucket.level = level(of: bucket, now)
        bucket.time = now
        defer { buckets[name] = bucket }
        guard bucket.level >= 1 else { return (1 - bucket.level) * rate.seconds }
        bucket.level -= 1
        return nil
    }

    /// Buckets in use.
    package var count: Int { buckets.count }

    private func level(of bucket: Bucket, _ now: Double) -> Double {
        min(rate.burst, bucket.level + max(0, now - bucket.time) / rate.seconds)
    }

    /// At most once a second: a flood of new keys must not make every request look at all of them.
    private mutating func sweep(_ now: Double) {
        guard now - sweptAt >= 1 else { return }
        sweptAt = now
        buckets = buckets.filter { level(of: $0.value, now) < rate.burst }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Testing

struct RateLimiterTests {
    @Test func `after the burst one comes back every so often`() {
        var limiter = RateLimiter(Rate(burst: 3, seconds: 10))
        let taken = [0, 0, 0, 0, 4, 10, 10, 19, 20].map { limiter.take("a", now: $0) == nil }
        #expect(taken == [true, true, true, false, false, true, false, false, true])
        let rest = [limiter.take("a", now: 21), limiter.take("b", now: 21)]
        #expect(rest == [9, nil])
    }

    @Test func `a clock that stands still or goes back gives nothing away`() {
        var limiter = RateLimiter(Rate(burst: 1, seconds: 10))
        let taken = [100, 0, 5].map { limiter.take("a", now: $0) == nil }
        #expect(taken == [true, false, false])
    }

    @Test func `a flood of addresses takes bounded memory and does not free anybody`() {
        var limiter = RateLimiter(Rate(burst: 1, seconds: 60), maximumBuckets: 100)
        let first = limiter.take("guesser", now: 0) == nil
        let taken = (0..<10_000).filter { limiter.take("\($0)", now: 1) == nil }.count
        #expect(first)
        #expect(taken == 100)
        #expect(limiter.count <= 101)
        let again = limiter.take("guesser", now: 2) == nil
        let later = limiter.take("later", now: 200) == nil
        #expect(!again)
        #expect(later, "there is room again")
    }
}

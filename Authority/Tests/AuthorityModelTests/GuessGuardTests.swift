// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Testing

struct GuessGuardTests {
    @Test func `guessing from everywhere closes short codes until it is quiet`() {
        var watch = GuessGuard(quarterLimit: 10)
        for minute in 0..<10 { watch.count(now: Double(minute) * 60) }
        let before = watch.wait(now: 600)
        watch.count(now: 600)
        let closed = [watch.wait(now: 600), watch.wait(now: 959)]
        let after = watch.wait(now: 960)
        #expect(before == nil)
        #expect(closed == [360, 1], "the first minute's lies back a quarter of an hour then")
        #expect(after == nil)
    }

    @Test func `slow guessing closes them too, until the day has moved on`() {
        var watch = GuessGuard(quarterLimit: 10, dayLimit: 100)
        for number in 0..<100 { watch.count(now: Double(number) * 600) }
        let before = watch.wait(now: 60_000)
        watch.count(now: 60_000)
        let closed = [watch.wait(now: 60_000), watch.wait(now: 80_000)]
        let after = watch.wait(now: 87_300)
        #expect(before == nil, "never more than two in a quarter of an hour")
        #expect(closed == [27_300, 7300])
        #expect(after == nil, "the first two lie back a day")
    }

    @Test(arguments: [0.05, 1, 3, 4.4])
    func `at whatever pace somebody goes on, a day has 20,000 guesses`(pause: Double) throws {
        var watch = GuessGuard()
        var guesses: [Double] = []
        var now = 0.0
        while now < 2.5 * 86_400 {
            if let wait = watch.wait(now: now) {
                now += wait
            } else {
                watch.count(now: now)
                guesses.append(now)
                now += pause
            }
        }
        let days = guesses.indices.dropFirst(20_001).map { guesses[$0] - guesses[$0 - 20_001] }
        #expect(days.count > 10_000, "he does go on")
        #expect(try #require(days.min()) >= 86_400)
        let quarters = guesses.indices.dropFirst(5001).map { guesses[$0] - guesses[$0 - 5001] }
        #expect(try #require(quarters.min()) >= 900)
    }
}

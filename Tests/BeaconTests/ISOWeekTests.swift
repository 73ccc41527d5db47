// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Beacon

@Suite struct ISOWeekTests {
    /// By `date -u -d DAY +%G-W%V`.
    @Test(arguments: [
        ("1970-01-01", "1970-W01"), ("1969-12-28", "1969-W52"), ("2020-12-31", "2020-W53"), ("2021-01-03", "2020-W53"),
        ("2021-01-04", "2021-W01"), ("2024-12-30", "2025-W01"), ("2026-11-21", "2026-W47"), ("2027-01-01", "2026-W53"),
    ])
    func `a day lies in its week`(day: String, week: String) throws {
        let found = ISOWeek(try #require(UTCDay(day)))
        #expect(found.description == week)
        #expect(ISOWeek(week) == found)
    }

    @Test(arguments: [
        "", "2026-47", "2026-W00", "2026-W54", "2021-W53", "2026-W4", "2026-W+4", "2026W47", "2026-W477", "-026-W47",
    ])
    func `weeks that do not exist are refused`(text: String) {
        #expect(ISOWeek(text) == nil)
    }

    @Test func `weeks follow one another for four hundred years`() {
        var week = ISOWeek(UTCDay(number: 0))
        for _ in 0..<20_871 {
            let next = week.advanced(by: 1)
            #expect(next.firstDay.number == week.firstDay.number + 7 && week < next && next.advanced(by: -1) == week)
            #expect(ISOWeek(next.description) == next)
            week = next
        }
    }

    @Test func `extreme days are no trap`() {
        for number in [Int32.min, -719_529, .max] { _ = ISOWeek(UTCDay(number: number)).description }
        _ = ISOWeek(UTCDay(number: 0)).advanced(by: .max).description
        _ = ISOWeek(UTCDay(number: 0)).advanced(by: .min).description
    }
}

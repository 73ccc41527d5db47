// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Beacon

@Suite struct TimeTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("2000-02-29", 11016), ("2020-08-08", 18482), ("1969-12-31", -1), ("2100-03-01", 47541),
    ])
    func `days are counted from 1970 and written back`(text: String, number: Int32) {
        #expect(UTCDay(text)?.number == number)
        #expect(UTCDay(number: number).description == text)
    }

    @Test(arguments: [
        "", "2020-8-8", "2021-02-29", "2020-13-01", "2020-00-10", "2020-01-32", "20200101", "2020-01-01Z", "-020-01-01",
    ])
    func `dates that do not exist are refused`(text: String) {
        #expect(UTCDay(text) == nil)
    }

    @Test func `every day of a thousand years goes there and back`() {
        for number in Int32(-200_000)...200_000 where number % 7 == 0 {
            #expect(UTCDay(UTCDay(number: number).description)?.number == number)
        }
    }

    @Test func `moments before 1970 lie in their day`() {
        let moment = Timestamp(milliseconds: -1)
        #expect(moment.day.number == -1 && moment.millisecondsOfDay == 86_399_999 && moment.interval == 0)
    }

    @Test func `extreme times saturate`() {
        #expect(Timestamp(milliseconds: .max).advanced(by: .seconds(1)).milliseconds == .max)
        #expect(Timestamp(milliseconds: .min).advanced(by: .seconds(-1)).milliseconds == .min)
        #expect(Timestamp(milliseconds: .max).interval == .max)
        _ = Timestamp(milliseconds: .min).day.description
        _ = Timestamp(milliseconds: .max).millisecondsOfDay
    }
}

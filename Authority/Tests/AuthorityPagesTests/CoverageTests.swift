// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import Testing

@testable import AuthorityPages

struct CoverageTests {
    private func coverage(_ devices: Int64?, of population: Int64?) -> Coverage {
        Coverage.all(
            [Province(code: "VN-04", name: "Cao Bằng", population: population, source: "")],
            reported: devices.map { [ReportedCount(province: "VN-04", day: 18_627, devices: $0)] } ?? [], counted: [])[
                0]
    }

    @Test func `Cao Bằng had 13.68 % by its documents`() {
        let cao = coverage(72_636, of: 530_856)
        #expect(cao.share == 1368)
        #expect(cao.missing == 86_621, "159,257 are 30 %")
        #expect(Language.vietnamese.percent(cao.share ?? 0) == "13,68 %")
        #expect(Language.english.percent(cao.share ?? 0) == "13.68 %")
    }

    @Test func `the goal is reached at 30 % and not before`() {
        #expect(coverage(159_257, of: 530_856).missing == 0)
        #expect(coverage(159_256, of: 530_856).missing == 1)
    }

    @Test func `without population or count there is no share, and large numbers are no trap`() {
        #expect(coverage(1, of: nil).share == nil)
        #expect(coverage(nil, of: 1).share == nil)
        #expect(coverage(.max, of: 1).share == nil)
        #expect(coverage(1, of: 0).share == nil)
        #expect(coverage(.min, of: 5).share == 0)
    }

    @Test func `what was reported goes before what counted itself, and unknown provinces are shown`() {
        let week = ISOWeek(UTCDay(number: 20_000))
        let all = Coverage.all(
            [Province(code: "VN-04", name: "Cao Bằng", population: 100, source: "")],
            reported: [ReportedCount(province: "VN-04", day: 1, devices: 30)],
            counted: [
                AdoptionCount(week: week, province: "VN-04", devices: 7),
                AdoptionCount(week: week, province: "VN-99", devices: 9),
            ])
        #expect(all.map(\.province.code) == ["VN-04", "VN-99"])
        #expect(all.map(\.devices) == [30, 9])
        #expect(all[0].counted == 7)
    }

    @Test func `numbers and dates are written as each language does`() {
        #expect(Language.vietnamese.number(530_856) == "530.856")
        #expect(Language.english.number(1_234_567) == "1,234,567")
        #expect(Language.english.number(0) == "0")
        #expect(Language.english.number(.min) == "-9,223,372,036,854,775,808")
        #expect(Language.vietnamese.date(UTCDay(number: 20_778)) == "21/11/2026")
        let time = LocalTime(offset: 7)
        #expect(time.text(1_795_255_200 + 15 * 3600, .vietnamese) == "08:00 22/11/2026")
        #expect(time.text(.max, .english).hasSuffix("-01-01") || !time.text(.max, .english).isEmpty)
        #expect(!time.text(.min, .english).isEmpty)
    }

    @Test(arguments: [
        (nil, Language.vietnamese), ("en-US,en;q=0.9", .english), ("vi-VN,vi;q=0.9,en", .vietnamese),
        ("fr, en", .english),
        ("fr", .vietnamese), (String(repeating: ",", count: 5000), .vietnamese),
    ])
    func `a browser's language is taken`(header: String?, language: Language) {
        #expect(Language(accepting: header) == language)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Beacon
import Testing

struct AccessCodeTests {
    @Test func `a short code is eight digits, a long one sixteen characters that nobody mistakes`() {
        for _ in 0..<200 {
            let short = AccessCode.random(.short).text
            let long = AccessCode.random(.long).text
            #expect(short.count == 8 && short.allSatisfy(\.isNumber))
            #expect(long.count == 16 && long.allSatisfy { !"ilou".contains($0) && ($0.isNumber || $0.isLowercase) })
        }
    }

    @Test func `blanks, hyphens and capitals do not matter`() throws {
        let long = AccessCode.random(.long)
        let typed = long.text.uppercased().prefix(8) + " - " + long.text.suffix(8)
        #expect(AccessCode(typed: "1234-5678")?.text == "12345678")
        #expect(AccessCode(typed: String(typed)) == long)
    }

    @Test(arguments: [
        "", "1234567", "123456789", "1234567a", "１２３４５６７８", "0123456789abcdeu", "12345678'--", "\u{0}2345678",
        String(repeating: "1", count: 100_000),
    ])
    func `what cannot be a code is none`(text: String) { #expect(AccessCode(typed: text) == nil) }

    @Test func `a code is good until its end, and not when that is further than a fresh one's`() {
        for form in [AccessCode.Form.short, .long] {
            let longest = form.lifetime + AccessCode.tolerance
            func good(_ left: Int64) -> Bool { form.isGood(until: 1_795_255_200 + left, now: 1_795_255_200) }
            #expect(
                [-1, 0, 1, form.lifetime, longest, longest + 1].map(good) == [false, false, true, true, true, false])
            #expect(!good(400 * 86_400))
        }
        #expect(!AccessCode.Form.long.isGood(until: .max, now: -1))
        #expect(!AccessCode.Form.long.isGood(until: .min, now: 1))
    }

    @Test func `a hash depends on secret, use and text`() throws {
        let secret = try #require(ServerSecret([UInt8](repeating: 1, count: 32)))
        let other = try #require(ServerSecret([UInt8](repeating: 2, count: 32)))
        let hash = secret.hash("12345678", for: .code)
        #expect(hash.count == 32)
        #expect(secret.matches("12345678", hash, for: .code))
        #expect(!secret.matches("12345679", hash, for: .code))
        #expect(!secret.matches("12345678", hash, for: .token))
        #expect(!other.matches("12345678", hash, for: .code))
        #expect(!secret.matches("12345678", [], for: .code))
        #expect(ServerSecret([1, 2, 3]) == nil)
    }

    @Test func `a date in the future, a very old one and an unknown region are objected to`() {
        let today = UTCDay(number: 20_000)
        func objection(_ days: Int32, _ region: String = "VN") -> String? {
            Confirmation(
                testType: .confirmed, symptomDay: UTCDay(number: 20_000 + days), testDay: nil, region: region
            ).objection(today: today, regions: ["VN", "VN-04"])
        }
        #expect(objection(0) == nil)
        #expect(objection(1) == nil, "it is tomorrow in Vietnam already")
        #expect(objection(2) != nil)
        #expect(objection(-28) == nil)
        #expect(objection(-29) != nil)
        #expect(objection(0, "VN-04") == nil)
        #expect(objection(0, "VN-%") != nil)
    }
}

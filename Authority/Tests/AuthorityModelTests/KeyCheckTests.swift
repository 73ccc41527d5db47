// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Beacon
import Cases
import Testing

struct KeyCheckTests {
    /// 2026-11-21T10:00:00Z.
    private let now = Timestamp(seconds: 1_795_255_200)
    private var today: Int64 { Int64(now.day.number) }

    private func exposure(_ number: UInt8, day: Int64 = -1, period: Int64 = 144, risk: Int64? = nil, from: Int64 = 0)
        -> KeyOffer
    {
        KeyOffer(
            key: [UInt8](repeating: number, count: 16).base64,
            validity: .intervals(start: (today + day) * 144 + from, period: period, risk: risk))
    }

    private func bluezone(_ number: UInt8, day: Int64 = -1, _ slots: ClosedRange<Int64> = 0...95) -> KeyOffer {
        KeyOffer(
            key: [UInt8](repeating: number, count: 32).base64,
            validity: .slots(day: today + day, first: slots.lowerBound, last: slots.upperBound))
    }

    private func check(_ offers: [KeyOffer], _ type: TestType = .confirmed, onset: Int32? = -3) throws -> KeyCheck {
        try KeyCheck(offers, testType: type, onset: onset.map { UTCDay(number: now.day.number + $0) }, now: now)
    }

    @Test func `good keys of both formats are taken, with what the certificate says of them`() throws {
        let check = try check([exposure(1), exposure(2, day: -2, risk: 5), bluezone(3)])
        #expect(check.dropped.isEmpty)
        #expect(check.keys.map(\.reportType) == [.confirmedTest, .confirmedTest, .confirmedTest])
        #expect(check.keys.map(\.daysSinceOnset) == [2, 1, 2])
        #expect(check.keys.map(\.transmissionRisk) == [2, 5, 0])
        #expect(check.keys.map(\.rollingPeriod) == [144, 144, 144])
        #expect(check.keys[2].rollingStart == UInt32((today - 1) * 144))
    }

    @Test func `a contact's keys are recursive and know no onset`() throws {
        let keys = try check([exposure(1), bluezone(2)], .recursive).keys
        #expect(keys.map(\.reportType) == [.recursive, .recursive])
        #expect(keys.map(\.daysSinceOnset) == [nil, nil])
    }

    @Test func `slots of 15 minutes become the intervals that they touch`() throws {
        let keys = try check([bluezone(1, 0...0), bluezone(2, 1...2), bluezone(3, 3...95)]).keys
        let first = UInt32((today - 1) * 144)
        #expect(keys.map(\.rollingStart) == [first, first + 1, first + 4])
        #expect(keys.map(\.rollingPeriod) == [2, 4, 140])
    }

    @Test func `no key, too many keys and a key twice refuse all`() throws {
        #expect(throws: KeyFault.none) { try check([]) }
        let many = (0..<31).map { exposure(UInt8($0), day: -1, period: 1, from: Int64($0)) }
        #expect(throws: KeyFault.tooMany(31, limit: 30)) { try check(many) }
        _ = try check(
            Array(many.dropLast())
                + (0..<30).map { bluezone(UInt8($0) + 100, day: -1, Int64($0) * 2...Int64($0) * 2 + 1) })
        #expect(throws: KeyFault.twice) { try check([exposure(1), exposure(1, day: -2)]) }
    }

    @Test func `keys that overlap are refused, keys that begin together are not up to three`() throws {
        #expect(throws: KeyFault.overlap) { try check([exposure(1), exposure(2, from: 143)]) }
        #expect(throws: KeyFault.overlap) { try check([bluezone(1, 0...40), bluezone(2, 40...95)]) }
        _ = try check([bluezone(1, 0...40), bluezone(2, 41...95)])
        _ = try check([exposure(1, period: 60), exposure(2, period: 84, from: 60)])
        let three = (1...3).map { exposure($0, period: Int64($0)) }
        _ = try check(three)
        #expect(throws: KeyFault.sameStart(limit: 3)) { try check(three + [exposure(4)]) }
    }

    @Test func `keys of wrong length, age, future, period and risk are dropped one by one`() throws {
        let good = exposure(1)
        func dropped(_ offer: KeyOffer) throws -> [KeyFault] {
            let check = try check([good, offer])
            #expect(check.keys.count == 2 - check.dropped.count)
            return check.dropped
        }
        let short = KeyOffer(key: [UInt8](repeating: 1, count: 15).base64, validity: exposure(2, day: -2).validity)
        let swapped = KeyOffer(key: bluezone(2).key, validity: exposure(2, day: -2).validity)
        let text = KeyOffer(key: "no Base64", validity: exposure(2, day: -2).validity)
        #expect(try [short, swapped, text].map(dropped) == [[.length], [.length], [.length]])
        #expect(try dropped(exposure(2, day: -15, from: 59)) == [.tooOld])
        #expect(try dropped(exposure(2, day: 0, from: 61)) == [.future])
        #expect(try dropped(exposure(2, day: 0, from: 60)) == [])
        #expect(try dropped(exposure(2, day: -3, period: 145)) == [.numbers])
        #expect(try dropped(exposure(2, day: -3, period: 0)) == [.numbers])
        #expect(try dropped(exposure(2, day: -3, risk: 9)) == [.risk])
        #expect(try dropped(exposure(2, day: -3, risk: -1)) == [.risk])
        #expect(try dropped(bluezone(2, day: -3, 90...96)) == [.numbers])
    }

    @Test(arguments: [Int64.min, -1, Int64(UInt32.max), Int64.max])
    func `no number traps`(number: Int64) throws {
        let key = exposure(1).key
        for validity in [
            KeyOffer.Validity.intervals(start: number, period: number, risk: number),
            .intervals(start: number, period: 144, risk: nil), .intervals(start: 1, period: number, risk: nil),
            .slots(day: number, first: number, last: number), .slots(day: 1, first: number, last: number),
        ] { #expect(try check([KeyOffer(key: key, validity: validity)]).keys.isEmpty) }
    }

    @Test func `a key far from the onset is dropped`() throws {
        #expect(try check([exposure(1, day: -1)], onset: -16).dropped == [.farFromOnset])
        #expect(try check([exposure(1, day: -1)], onset: -15).keys.first?.daysSinceOnset == 14)
        #expect(try check([exposure(1, day: -1)], onset: nil).keys.first?.daysSinceOnset == 3)
        #expect(try check([exposure(1, day: -1)], onset: -2_000_000_000).dropped == [.farFromOnset])
    }

    @Test func `a key is held back until two hours after its end`() throws {
        let keys = try check([exposure(1, day: -1), exposure(2, day: 0, period: 50)]).keys
        let midnight = today * 86_400
        #expect(keys.map(\.release) == [midnight + 7200, midnight + 50 * 600 + 7200])
    }
}

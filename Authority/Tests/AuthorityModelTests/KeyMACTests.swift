// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Testing

struct KeyMACTests {
    /// The key and values of Google's server's own tests.
    private let secret = [UInt8](1...16)

    private func offers(_ first: Int64?, _ second: Int64?) -> [KeyOffer] {
        [
            KeyOffer(key: "z2Cx9hdz2SlxZ8GEgqTYpA==", validity: .intervals(start: 1, period: 144, risk: first)),
            KeyOffer(key: "dPCphLzfG4uzXneNimkPRQ==", validity: .intervals(start: 144, period: 144, risk: second)),
        ]
    }

    @Test func `the values of Google's server come out, in whatever order the keys stand`() {
        let values: [(Int64, Int64, Bool, String)] = [
            (3, 5, true, "2u1nHt5WWurJytFLF3xitNzM99oNrad2y4YGOL53AeY="),
            (0, 0, true, "mFNI9zhTA17n4ndd1Vu5tsn4XQX0gPrIKyjeh/9noUE="),
            (0, 0, false, "J9S7xVebH/66dm14wGsIcAnSUR3PHD4NtDQEOGZbDUo="),
        ]
        for (first, second, withRisk, value) in values {
            let keys = offers(first, second)
            #expect(KeyMAC.code(of: keys, key: secret, withRisk: withRisk).base64 == value)
            #expect(KeyMAC.isValid([UInt8](base64: value) ?? [], of: keys.reversed(), key: secret))
        }
    }

    @Test func `the risk may be left out only where there is none`() {
        let without = KeyMAC.code(of: offers(3, 0), key: secret, withRisk: false)
        #expect(!KeyMAC.isValid(without, of: offers(3, 0), key: secret))
        #expect(KeyMAC.isValid(without, of: offers(nil, 0), key: secret))
        #expect(KeyMAC.isValid(KeyMAC.code(of: offers(0, 0), key: secret), of: offers(nil, nil), key: secret))
    }

    @Test func `Bluezone keys stand in the same list`() {
        let key = [UInt8](repeating: 9, count: 32).base64
        let keys = offers(0, 0) + [KeyOffer(key: key, validity: .slots(day: 20_000, first: 0, last: 40))]
        let later = offers(0, 0) + [KeyOffer(key: key, validity: .slots(day: 20_000, first: 0, last: 41))]
        let mac = KeyMAC.code(of: keys, key: secret)
        #expect(KeyMAC.isValid(mac, of: keys, key: secret))
        #expect(!KeyMAC.isValid(mac, of: later, key: secret))
        #expect(!KeyMAC.isValid(mac, of: offers(0, 0), key: secret))
    }

    @Test func `a short key, another key and a short code are refused`() {
        let keys = offers(0, 0)
        let mac = KeyMAC.code(of: keys, key: secret)
        #expect(!KeyMAC.isValid(mac, of: keys, key: [UInt8](2...17)))
        #expect(!KeyMAC.isValid(Array(mac.dropLast()), of: keys, key: secret))
        #expect(!KeyMAC.isValid(KeyMAC.code(of: keys, key: [1]), of: keys, key: [1]))
        #expect(!KeyMAC.isValid([], of: [], key: []))
    }
}

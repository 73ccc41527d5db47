// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import AuthorityModel

struct Base64Tests {
    @Test func `both alphabets give back what went in, at every length`() throws {
        for count in 0..<70 {
            let bytes = randomBytes(count)
            #expect(bytes.count == count)
            #expect([UInt8](base64: bytes.base64) == bytes)
            let text = bytes.base64URL
            #expect([UInt8](base64URL: text[...]) == bytes)
            #expect(text.utf8.count == (count * 4 + 2) / 3)
        }
        #expect([UInt8]([0xFB, 0xEF, 0xFF]).base64URL == "--__")
        #expect([UInt8]([0xFB, 0xEF, 0xFF]).base64 == "++//")
    }

    @Test(arguments: ["+/==", "ab=", "a", "a b", "\u{2212}aaa", "----\n", "a\u{0}aa"])
    func `text of another alphabet is none`(text: String) {
        #expect([UInt8](base64URL: text[...]) == nil)
    }

    @Test func `random bytes differ, at each place`() {
        let many = (0..<64).map { _ in randomBytes(19) }
        for place in 0..<19 { #expect(Set(many.map { $0[place] }).count > 30) }
    }
}

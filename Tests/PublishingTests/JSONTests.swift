// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Testing

@testable import Publishing

@Suite struct JSONTests {
    private func read(_ text: String) -> JSONValue? { JSONValue(Array(text.utf8)) }

    @Test func `what is written is read back, and Foundation reads it too`() throws {
        let value = JSONValue.members([
            ("a", .integer(-12)), ("text", .string("\"\\\n\u{1F600} ệ\u{7F}")), ("none", .null),
            ("list", .array([.bool(true), .object([]), .array([]), .number(0.5)])),
        ])
        #expect(read(value.spelled) == value)
        let data = Data(value.spelled.utf8)
        let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["text"] as? String == value["text"]?.text && object["a"] as? Int == -12)
    }

    @Test func `escapes, blanks and numbers are read as the standard says`() {
        #expect(
            read(" { \"a\\u0041\\ud83d\\ude00\\/\" : [ 1 , -0.5e3 ,\t0 ] }\r\n")
                == .object([.init("aA\u{1F600}/", .array([.integer(1), .number(-500), .integer(0)]))]))
        #expect(read("9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(read("{\"a\":1,\"a\":2}")?["a"]?.whole == 2)
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":}", "{\"a\"}", "{,}", "nul", "truefalse", "01", "+1", "-", ".5", "1.", "1.e3", "\"a",
        "\"\\x\"",
        "\"\\ud83d\"", "\"\\ude00\"", "\"\u{1}\"", "{} {}", "[1 2]", "'a'", "\"\\u00g0\"", "\"\\u12\"", "{a:1}",
    ])
    func `anything else is refused`(text: String) {
        #expect(read(text) == nil)
    }

    @Test func `bytes that are no text and depths that nobody needs are refused`() {
        #expect(JSONValue([0x22, 0xFF, 0x22]) == nil)
        #expect(read(String(repeating: "[", count: 16) + String(repeating: "]", count: 16)) != nil)
        #expect(read(String(repeating: "[", count: 17) + String(repeating: "]", count: 17)) == nil)
        #expect(read(String(repeating: "[", count: 1_000_000)) == nil)
    }
}

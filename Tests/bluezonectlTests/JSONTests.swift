// SPDX-License-Identifier: GPL-3.0-or-later

import FoundationEssentials
import Testing

@testable import bluezonectl

@Suite struct JSONTests {
    @Test func `members stand in the order in which they were said`() {
        let json = JSON.object([
            .init("z", .integer(-1)), .init("a", .array([.null, .bool(true), .bool(false)])), .init("m", .object([])),
        ])
        #expect(json.text == #"{"z":-1,"a":[null,true,false],"m":{}}"#)
    }

    @Test(arguments: ["", "plain", "quote \" and \\", "line\nbreak\ttab\r", "\u{0}\u{1F}\u{7F}", "Bình", "🦠"])
    func `any text comes back from a JSON reader`(text: String) throws {
        let written = JSON.array([.string(text)]).text
        #expect(try JSONDecoder().decode([String].self, from: Data(written.utf8)) == [text])
    }

    @Test(
        arguments: [(1.5, "1.5"), (18, "18"), (0.1, "0.1"), (-0.0, "0"), (.nan, "null"), (.infinity, "null")]
            as [(Double, String)])
    func `a whole number is written without a fraction`(value: Double, text: String) {
        #expect(JSON.number(value).text == text)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Testing

@testable import bluezonectl

@Suite struct CaseKeyJSONTests {
    func read(_ text: String) throws -> CaseKeyFile { try CaseKeyFile(Array(text.utf8), name: "keys.json") }

    @Test func `a key comes back as it was shown`() throws {
        let bytes = try #require([UInt8](hex: "75c734c6dd1a782de7a965da5eb93125"))
        let key = CaseKey(
            key: try #require(DailyKey(format: .exposureNotification, bytes: bytes)), rollingStart: 2_642_976,
            rollingPeriod: 72, reportType: .recursive, daysSinceOnset: -3, transmissionRisk: 5)
        #expect(
            key.json.text == #"{"key":"75c734c6dd1a782de7a965da5eb93125","rollingStart":2642976,"rollingPeriod":72,"#
                + #""reportType":4,"daysSinceOnset":-3,"transmissionRisk":5}"#)
        #expect(try read("[\(key.json.text)]").keys == [key])
        let file = try read(#"{"region":"VN","keys":[\#(key.json.text)],"revisedKeys":[\#(key.json.text)]}"#)
        #expect(file.keys == [key] && file.revisedKeys == [key])
    }

    @Test func `only the key and its start must be there`() throws {
        let text = #"[{"key":"\#(String(repeating: "0F", count: 32))","rollingStart":144,"daysSinceOnset":null}]"#
        let key = try #require(try read(text).keys.first)
        #expect(key.key.format == .bluezone && key.rollingPeriod == 144 && key.reportType == .confirmedTest)
        #expect(key.daysSinceOnset == nil && key.transmissionRisk == 0)
    }

    @Test(
        arguments: [
            ("", "keys.json: this is not JSON"), ("{}", "has no \"keys\""),
            (#"{"keys":[{"rollingStart":1}]}"#, "keys[0] has no \"key\""),
            (#"{"keys":[{"key":"00","rollingStart":1}]}"#, "keys[0].key must be 32 or 64 hexadecimal digits"),
            (
                #"{"keys":[{"key":"75c734c6dd1a782de7a965da5eb93125","rollingStart":-1}]}"#,
                "keys[0].rollingStart must be a number"
            ),
            (
                #"{"keys":[{"key":"75c734c6dd1a782de7a965da5eb93125","rollingStart":1,"reportType":9}]}"#,
                "keys[0].reportType must be a number from 0 to 5"
            ),
        ])
    func `a wrong file is refused with the place at fault`(text: String, reason: String) {
        #expect {
            try read(text)
        } throws: { error in
            "\(error)".contains(reason)
        }
    }
}

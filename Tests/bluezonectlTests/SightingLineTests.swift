// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import FoundationEssentials
import Testing

@testable import bluezonectl

@Suite struct SightingLineTests {
    static let line =
        #"{"format":"exposure-notification","id":"8be6cd371c5c891604bfbe49df845096","#
        + #""metadata":"72033874","time":1585785603.25,"rssi":-61,"mean":-64,"previousScan":1585785543}"#

    func read(_ line: String) throws -> Sighting { try SightingLine.read(line, JSONDecoder()) }

    @Test func `a line comes back as it was written`() throws {
        let sighting = try read(Self.line)
        #expect(sighting.payload.metadata == 0x7203_3874)
        #expect(sighting.time.milliseconds == 1_585_785_603_250)
        #expect(sighting.rssi == -61 && sighting.meanRSSI == -64)
        #expect(SightingLine.text(sighting) == Self.line)
    }

    @Test func `what may be missing may be null as well`() throws {
        let short = #"{"format":"bluezone","id":"000102030405060708090A0B","time":1585785603,"rssi":-61}"#
        let long =
            #"{"format":"bluezone","id":"000102030405060708090a0b","metadata":null,"time":1585785603,"#
            + #""rssi":-61,"mean":-61,"previousScan":null}"#
        #expect(try read(short) == read(long))
        #expect(SightingLine.text(try read(short)) == long)
    }

    @Test(
        arguments: [
            (0, "0"), (1, "0.001"), (250, "0.25"), (999, "0.999"), (1000, "1"), (1_585_785_603_100, "1585785603.1"),
        ]
            as [(Int64, String)])
    func `a time keeps its milliseconds`(milliseconds: Int64, text: String) {
        #expect(SightingLine.seconds(Timestamp(milliseconds: milliseconds)) == text)
    }

    @Test(
        arguments: [
            (#""format":"bluezone""#, #""format":"zone""#, "format is \"zone\""),
            (#""id":"00"#, #""id":"0"#, "id must"),
            (#""id":"00"#, #""id":"0000"#, "id must"), (#""rssi":-61"#, #""rssi":127"#, "rssi must"),
            (#""rssi":-61"#, #""rssi":"low""#, "\"rssi\" has the wrong type"),
            (#""rssi":-61"#, #""x":1"#, "no \"rssi\""),
            (#""time":1585785603"#, #""time":-1"#, "time must"), (#""time":1585785603"#, #""time":1e300"#, "time must"),
            (#""rssi":-61"#, #""rssi":-61,"metadata":"7203""#, "metadata must"),
            (#""rssi":-61"#, #""rssi":-61,"mean":-300"#, "mean must"), ("{", "", "not a JSON object"),
        ])
    func `a wrong line is refused with the field at fault`(part: String, wrong: String, reason: String) throws {
        let good = #"{"format":"bluezone","id":"000102030405060708090a0b","time":1585785603,"rssi":-61}"#
        let range = try #require(good.firstRange(of: part))
        var line = good
        line.replaceSubrange(range, with: wrong)
        #expect {
            try read(line)
        } throws: { error in
            "\(error)".contains(reason)
        }
    }
}

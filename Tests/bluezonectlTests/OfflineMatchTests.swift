// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Exposure
import Foundation
import Journal
import TestSupport
import Testing

@testable import bluezonectl

/// Cases that the published Bluezone app's own matcher decided.
struct AppDecisions: Decodable {
    struct Decision: Decodable, CustomTestStringConvertible {
        struct Entry: Codable {
            let dailyKey: String
            let start: Int64
            let end: Int64
            let slots: Int

            enum CodingKeys: String, CodingKey {
                case dailyKey = "daily_key"
                case start = "time_start"
                case end = "time_end"
                case slots = "max"
            }
        }
        struct Row: Decodable {
            let identifier: String
            let timestamp: Int64

            enum CodingKeys: String, CodingKey {
                case identifier = "blid_contact"
                case timestamp
            }
        }
        let name: String
        let f0: Entry
        let rows: [Row]
        let match: Bool
        var testDescription: String { name }
    }
    let matching: [Decision]

    static let all = SharedData.json("bluezone/vectors.json", AppDecisions.self)?.matching ?? []
}

@Suite struct OfflineMatchTests {
    @Test(.enabled(if: SharedData.isPresent, "the shared data folder is absent"), arguments: AppDecisions.all)
    func `without tolerance every case is decided as the app does`(decision: AppDecisions.Decision) throws {
        let scratch = try Scratch()
        let entry = String(decoding: try JSONEncoder().encode(decision.f0), as: UTF8.self)
        let message = try scratch.file("message.json", #"{"data":[\#(entry)]}"#)
        let lines = decision.rows.map { row in
            let time = SightingLine.seconds(Timestamp(milliseconds: row.timestamp))
            return #"{"format":"bluezone","id":"\#(row.identifier)","time":\#(time),"rssi":-60}"#
        }
        let writer = try JournalWriter(storage: DiskStorage(folder: scratch.path + "/journal"))
        try writer.append(lines.map { try SightingLine.read($0, JSONDecoder()) })
        try writer.commit()
        var comparison = try OfflineMatch(journal: scratch.path + "/journal", toleranceSlots: 0)
        try comparison.check(file: message.path, keys: nil)
        let assessment = comparison.assessment(policy: .standard)
        #expect(!assessment.keys.isEmpty == decision.match)
    }

    @Test func `the result for programs has the documented shape`() throws {
        let key = try #require(DailyKey(format: .bluezone, bytes: Array(0...31)))
        let identifier = try #require(key.identifiers(firstInterval: 0, slots: 1).first)
        let start = Timestamp(seconds: 1_596_844_800)
        var matcher = Matcher()
        for minute in 0..<20 {
            matcher.add(
                Sighting(
                    payload: BeaconPayload(identifier: identifier), time: start.advanced(by: .seconds(60 * minute)),
                    previousScan: start.advanced(by: .seconds(60 * minute - 60)), rssi: -70, meanRSSI: -72))
        }
        matcher.check(
            try #require(
                BluezoneCase(dailyKey: key.bytes, timeStart: start.seconds, timeEnd: start.seconds + 86_400)))
        let assessment = Assessment(matches: matcher.matches, policy: .standard)
        #expect(
            AssessmentText(assessment: assessment, style: Style()).json.text
                == #"{"matches":[{"key":"\#(key.bytes.hex)","#
                + #""format":"bluezone","day":"2020-08-08","sightings":20,"replays":0,"windows":[{"start":1596844800,"#
                + #""seconds":1200,"weightedSeconds":1200,"minAttenuation":44,"typicalAttenuation":46}]}],"#
                + #""alerts":[{"level":"F1","day":"2020-08-08","minutes":20}]}"#)
        #expect(
            AssessmentText(assessment: assessment, style: Style()).text
                == "2020-08-08  bluezone  20 sightings in 1 window, 20 weighted minutes\nF1  2020-08-08  20 min")
    }

    @Test(
        arguments: [
            ("{", "this is not JSON"), ("{}", "has no \"data\""),
            (#"{"data":[{"daily_key":"00","time_start":0,"time_end":0}]}"#, "data[0] is wrong; it needs a daily key"),
            (#"{"data":[{"daily_key":"00","time_start":"x","time_end":0}]}"#, "data[0].time_start has the wrong type"),
        ])
    func `a wrong case message is refused with the place at fault`(text: String, reason: String) {
        #expect {
            try CaseMessage.cases(Array(text.utf8), name: "message.json")
        } throws: { error in
            "\(error)".hasPrefix("message.json: ") && "\(error)".contains(reason)
        }
    }
}

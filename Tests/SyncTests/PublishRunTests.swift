// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Foundation
import Platform
import Publishing
import Settings
import Testing

@testable import Sync

@Suite struct PublishRunTests {
    let bench: PublishBench

    init() throws { bench = try PublishBench() }

    @Test func `what was agreed reaches the server, exactly that, and nothing of it stays`() throws {
        let report = try bench.publish()
        #expect(report.state == .done && report.level == "F0" && report.sentence.isEmpty)
        #expect(report.contents.map(\.keys) == [1, 1, 1, 1])
        #expect(report.visible == UTCDay(number: 20_777).end.advanced(by: .seconds(7200)))
        #expect(try bench.steps() == ["verify", "certificate", "publish"])
        let body = try #require(try bench.server.taken().first)
        #expect(
            Set(body.keys) == [
                "temporaryExposureKeys", "bluezoneKeys", "healthAuthorityID", "verificationPayload", "hmacKey",
                "traveler", "revisionToken", "symptomOnsetInterval", "padding",
            ])
        let sent = ["temporaryExposureKeys", "bluezoneKeys"].flatMap { body[$0] as? [[String: Any]] ?? [] }
        #expect(Set(sent.compactMap { $0["key"] as? String }) == Set(bench.keys.map { base64($0.key.bytes) }))
        #expect(body["healthAuthorityID"] as? String == "vn.gov.moh.bluezone")
        #expect(body["symptomOnsetInterval"] as? Int == 20_775 * 144)
        #expect(try bench.stored() == ["lock", "revision"])
        #expect(try bench.ask() == PublishReport(.none))
    }

    @Test func `a wrong and an expired code are told apart, and another goes on with the same keys`() throws {
        var report = try bench.publish("99999999")
        #expect(report.state == .codeNeeded && report.word == "code_invalid" && report.sentence == "no such code")
        #expect(try bench.resume() == nil, "nothing to try again by itself")
        report = try bench.goOn("22222222")
        #expect(report.state == .codeNeeded && report.word == "code_expired")
        #expect(try bench.ask() == report)
        report = try bench.goOn("33333333")
        #expect(report.state == .done && report.level == "F1")
        #expect(try bench.server.taken().count == 1)
    }

    @Test func `a code that takes back is sent like any other, and told apart`() throws {
        #expect(try bench.publish().level == "F0")
        let report = try bench.publish("44444444")
        #expect(report.state == .done && report.level == PublishReport.takenBack)
        let bodies = try bench.server.taken()
        #expect(bodies.count == 2 && bodies[1]["revisionToken"] as? String == "revision-4")
        #expect(try bench.steps().count == 6)
    }

    @Test(
        arguments: ["verify", "certificate", "publish"],
        ["503 {}", "429 {\"error\":\"slowly\"}", "200 <html>", "drop", "302 "])
    func `a failure that passes is made up for by the timer, without anybody being asked`(step: String, answer: String)
        throws
    {
        try bench.server.next(step, answer)
        let report = try bench.publish()
        #expect(report.state == .waiting && !report.word.isEmpty)
        bench.now = bench.now.advanced(by: .seconds(60))
        #expect(try bench.ask().state == .waiting)
        #expect(try #require(try bench.resume()).state == .done)
        let taken = try bench.server.taken()
        #expect(taken.count == (step == "publish" && answer == "drop" ? 2 : 1))
        #expect(Set(taken.compactMap { $0["verificationPayload"] as? String }).count == 1)
        #expect(try bench.resume() == nil)
    }

    @Test func `a certificate that has become too old is asked for anew with the same token`() throws {
        try bench.server.next("publish", "503 {}")
        #expect(try bench.publish().state == .waiting)
        _ = try bench.steps()
        bench.now = bench.now.advanced(by: .seconds(900))
        #expect(try #require(try bench.resume()).state == .done)
        #expect(try bench.steps() == ["~verify", "certificate", "publish"])
    }

    @Test func `a certificate that the publish server does not take is asked for anew`() throws {
        try bench.server.next(
            "publish", #"400 {"error":"x","code":"health_authority_verification_certificate_invalid"}"#)
        #expect(try bench.publish().state == .waiting)
        #expect(try #require(try bench.resume()).state == .done)
        #expect(try bench.steps().suffix(3) == ["~verify", "certificate", "publish"])
    }

    @Test func `what the server refuses for good is told in its words, and dropped when its owner says so`() throws {
        try bench.server.next("publish", #"400 {"error":"key too old\n\u001b[31m","code":"bad_request"}"#)
        let report = try bench.publish()
        #expect(report.state == .refused && report.word == "bad_request" && report.sentence == "key too old[31m")
        #expect(try bench.resume() == nil)
        #expect(try bench.desk.answer(.withdraw, at: bench.now) == PublishReport(.none))
        #expect(try bench.stored() == ["lock"])
        #expect(try bench.goOn("11111111") == PublishReport(.none))
    }

    @Test func `a server that takes some of the keys has its say`() throws {
        try bench.server.next(
            "publish", #"200 {"error":"1 key was too old","code":"partial_failure","revisionToken":"r"}"#)
        let report = try bench.publish()
        #expect(report.state == .done && report.sentence == "1 key was too old")
        // Keys far from the onset of symptoms are left out without an error.
        try bench.server.next("publish", #"200 {"warnings":["1 key was far from the onset"],"revisionToken":"r"}"#)
        let other = try bench.publish("33333333")
        #expect(other.state == .done && other.sentence == "1 key was far from the onset")
    }

    @Test func `a later publication shows the server what it said of the one before`() throws {
        #expect(try bench.publish().state == .done)
        let more =
            bench.keys + [
                try #require(PublishedKey(day: UTCDay(number: 20_770), key: .random(.bluezone), slots: 0..<96))
            ]
        bench.now = bench.now.advanced(by: .seconds(86_400))
        #expect(try bench.publish("33333333", more).state == .done)
        #expect(try bench.server.taken().map { $0["revisionToken"] as? String } == ["", "revision-4"])
    }

    @Test func `an answer without end or sense is a failure that passes`() throws {
        try bench.server.next("verify", "200 {\"token\":\"" + String(repeating: "x", count: 100_000) + "\"}")
        #expect(try bench.publish().state == .waiting)
        try bench.server.next("verify", #"200 {"token":"two words"}"#)
        #expect(try #require(try bench.resume()).word == "no-sense")
        try bench.server.next("verify", "200 " + String(repeating: "[", count: 50_000))
        #expect(try #require(try bench.resume()).state == .waiting)
        #expect(try #require(try bench.resume()).state == .done)
    }
}

@Suite struct PublishStateTests {
    let bench: PublishBench

    init() throws { bench = try PublishBench() }

    @Test func `what waits is for our user alone`() throws {
        try bench.server.next("publish", "503 {}")
        _ = try bench.publish()
        let folder = bench.server.folder + "/state/publish"
        func mode(_ path: String) throws -> Int {
            try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
        }
        #expect(try mode(folder) == 0o700 && mode(folder + "/job") == 0o600)
    }

    @Test func `a server that is away is remembered as the reason, and asked once`() throws {
        let lonely = bench.server.folder + "/lonely.conf"
        try bench.server.configuration.replacing(":\(bench.server.port)/", with: ":1/")
            .write(toFile: lonely, atomically: true, encoding: .utf8)
        let desk = PublishDesk(try Settings.load(.file(lonely)))
        let report = try desk.answer(.publish(code: try bench.code(), keys: bench.keys), at: bench.now)
        #expect(report.state == .waiting && report.word == "network")
        #expect(try bench.ask() == report)
        #expect(try #require(try bench.resume()).state == .done)
    }

    @Test func `the code given again after it was accepted is not spent twice`() throws {
        try bench.server.next("certificate", "503 {}")
        #expect(try bench.publish().state == .waiting)
        #expect(try bench.goOn("99999999").state == .done)
    }

    @Test func `forgetting leaves nothing, also of publications that are done`() throws {
        #expect(try bench.desk.answer(.forget, at: bench.now).state == .none)
        #expect(!Folder.exists(bench.server.folder + "/state/publish"))
        _ = try bench.publish()
        _ = try bench.publish("99999999", try PublishBench.keys(days: 1))
        #expect(try bench.stored() == ["job", "lock", "revision"])
        #expect(try bench.desk.answer(.forget, at: bench.now).state == .none)
        #expect(try bench.stored() == ["lock"])
    }

    @Test func `a new agreement does not replace one that waits`() throws {
        _ = try bench.publish("99999999")
        let others = try PublishBench.keys(days: 1)
        #expect(try bench.publish("11111111", others).contents.map(\.keys) == [1, 1, 1, 1])
        #expect(try bench.server.taken().isEmpty)
    }

    @Test func `consent that could not be followed for a week is over`() throws {
        _ = try bench.publish("99999999")
        bench.now = bench.now.advanced(by: .seconds(7 * 86_400 - 1))
        #expect(try bench.ask().state == .codeNeeded)
        bench.now = bench.now.advanced(by: .seconds(1))
        #expect(try bench.ask().state == .none)
        #expect(try bench.stored() == ["lock"])
    }

    @Test func `while another is at work on it nothing is done`() throws {
        try Folder.make(bench.server.folder + "/state/publish")
        let lock = try File(bench.server.folder + "/state/publish/lock", .update)
        try lock.lock()
        #expect(try bench.publish() == PublishReport(.busy))
        #expect(try bench.resume() == nil)
        #expect(try bench.steps().isEmpty)
    }

    @Test func `a job that does not read is dropped and sends nothing`() throws {
        try Folder.make(bench.server.folder + "/state/publish")
        try Folder.replace(bench.server.folder + "/state/publish/job", with: Array("bluezone-publish-job 1\nkey".utf8))
        #expect(try bench.resume() == nil)
        #expect(try bench.ask() == PublishReport(.none))
        #expect(try bench.steps().isEmpty)
    }
}

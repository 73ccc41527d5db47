// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import Publishing

@Suite struct PublishTextTests {
    static let keys: [PublishedKey] = [
        PublishedKey(day: UTCDay(number: 20_776), key: .random(.bluezone), slots: 0..<96),
        PublishedKey(day: UTCDay(number: 20_777), key: .random(.exposureNotification), slots: 0..<73),
        PublishedKey(day: UTCDay(number: 20_777), key: .random(.exposureNotification), slots: 73..<79),
    ].compactMap { $0 }

    private func code(_ text: String = "1234 56-78") throws -> PublishCode { try #require(PublishCode(text)) }

    @Test func `requests survive as text`() throws {
        for request in [
            PublishRequest.ask, .withdraw, .forget, .goOn(code: nil), .goOn(code: try code()),
            .publish(code: try code(), keys: Self.keys),
        ] {
            #expect(PublishRequest(text: request.text) == request)
            #expect(PublishRequest(text: String(request.text.dropLast(4))) == nil, "without its end")
        }
    }

    @Test func `a request with a damaged key, no keys, too many or no code is refused`() throws {
        let good = PublishRequest.publish(code: try code(), keys: Self.keys).text
        for (old, new) in [
            ("0-95", "0-96"), ("code 12345678\n", ""), ("key bluezone", "key sapphire"), ("publish", "x"),
        ] {
            #expect(PublishRequest(text: good.replacing(old, with: new, maxReplacements: 1)) == nil)
        }
        #expect(PublishRequest(text: PublishRequest.publish(code: try code(), keys: []).text) == nil)
        let many = [PublishedKey](repeating: Self.keys[0], count: PublishRequest.mostKeys + 1)
        #expect(PublishRequest(text: PublishRequest.publish(code: try code(), keys: many).text) == nil)
        #expect(PublishRequest(text: "bluezone-publish 2\nask\nend\n") == nil)
        #expect(PublishRequest(text: "") == nil)
    }

    @Test func `a code is digits or letters, and people may put blanks and hyphens between`() throws {
        #expect(try code().text == "12345678")
        #expect(PublishCode("abcd-EFGH-ijkl-1234")?.text == "abcdEFGHijkl1234")
        for wrong in ["", "12345", "1234567\n8", "12345678901234567890123456789012 3", "1234é678", "1234\"678"] {
            #expect(PublishCode(wrong) == nil)
        }
    }

    @Test func `a report survives as text, and no line break of a server gets into another line`() {
        var report = PublishReport(
            .codeNeeded, word: "code_expired", sentence: "too late\nstate done\u{0}", level: "F0",
            contents: PublishReport.Content.of(Self.keys), visible: Timestamp(seconds: 1_795_300_000))
        let read = PublishReport(text: report.text)
        report.sentence = "too late state done "
        #expect(read == report)
        #expect(report.contents.map(\.keys) == [1, 2])
        #expect(PublishReport(text: "bluezone-published 1\nstate what\nend\n") == nil)
        #expect(PublishReport(text: report.text.replacing("end\n", with: "")) == nil)
    }

    @Test func `a job survives as text with all that it has come to`() throws {
        var job = PublishJob(agreed: Timestamp(seconds: 1_795_216_800), keys: Self.keys, code: try code())
        #expect(PublishJob(text: job.text) == job)
        job.code = nil
        (job.token, job.level, job.onset) = ("a.b.c", "F1", UTCDay(number: 20_770))
        job.certificate = PublishJob.Certificate(text: "d.e.f", given: Timestamp(seconds: 1_795_216_900))
        job.trouble = PublishTrouble(.passing, "network", "the server cannot be reached")
        #expect(PublishJob(text: job.text) == job)
        #expect(PublishJob(text: job.text.replacing("secret", with: "secrets")) == nil)
    }

    @Test func `how a job stands follows from what it has and what went wrong`() throws {
        var job = PublishJob(agreed: Timestamp(seconds: 0), keys: Self.keys, code: try code())
        #expect(job.report.state == .waiting)
        #expect(job.report.visible == UTCDay(number: 20_777).start.advanced(by: .seconds(79 * 600 + 7200)))
        job.trouble = PublishTrouble(.code, "code_invalid", "no such code")
        #expect(job.report.state == .codeNeeded && job.report.word == "code_invalid")
        job.trouble = PublishTrouble(.final, "bad_request", "too many")
        #expect(job.report.state == .refused)
        job.trouble = PublishTrouble(.passing, "network", "away")
        #expect(job.report.state == .waiting)
        job.code = nil
        #expect(job.report.state == .codeNeeded)
        job.token = "t"
        #expect(job.report.state == .waiting)
    }

    @Test(arguments: ["", "0", "-", "5-4", "0-145", "-1-3", "a-b", "0-1-2", "99999999999999999999-3"])
    func `a key whose slots are no slots of a day is refused`(slots: String) {
        let key = String(repeating: "5d", count: 16)
        #expect(PublishedKey(line: "exposure-notification 2026-11-20 0-143 \(key)") != nil)
        #expect(PublishedKey(line: "exposure-notification 2026-11-20 \(slots) \(key)") == nil)
    }
}

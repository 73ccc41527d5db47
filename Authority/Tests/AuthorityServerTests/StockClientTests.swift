// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Testing

@testable import AuthorityServer

/// Clients that were made for the published servers get here what they get there.
struct StockClientTests {
    private let place: TestAuthority

    init() throws { place = try TestAuthority() }

    private func keys(_ days: ClosedRange<Int64>) -> [StockClient.Key] {
        days.map { StockClient.Key(start: (place.today - $0) * 144) }
    }

    /// Those of `list`, which has made-up keys too, that are among `keys`.
    private func found(_ keys: [StockClient.Key], in list: [CaseKey]) -> [CaseKey] {
        let bytes = Set(keys.map(\.bytes))
        return list.filter { bytes.contains($0.key.bytes) }
    }

    @Test(arguments: StockClient.Manner.allCases)
    func `a stock client publishes, revises what it published, and finds all of it in the list for such clients`(
        manner: StockClient.Manner
    ) async throws {
        let (first, late) = (keys(1...3), keys(8...8))
        let onset = (place.today - 2) * 144
        try await place.serve { client in
            let stock = StockClient(client, manner, onset: manner == .android ? onset : nil)
            let code = try await client.issue(["testType": "likely", "symptomDate": "2026-11-19"])["code"] ?? ""
            let published = try await stock.publish(first, code: code)
            #expect(published.status == 200 && published["insertedExposures"] == "3")
            #expect(published["code"] == nil && published["error"] == nil)
            let token = try #require(published["revisionToken"])
            try await place.export()
            let export = try #require(try await stock.exports(signedBy: place.publicKey).first)
            #expect(export.receipt.format == .exposureNotification && export.revisedKeys.isEmpty)
            #expect(found(first, in: export.keys).count == 3)
            for key in found(first, in: export.keys) {
                #expect(key.reportType == .confirmedClinicalDiagnosis)
                #expect(key.transmissionRisk == 4 && key.rollingPeriod == 144)
                #expect(Int64(key.daysSinceOnset ?? 99) == (Int64(key.rollingStart) - onset) / 144)
            }

            place.clock.advance(3600)
            let other = try await client.issue()["code"] ?? ""
            let revised = try await stock.publish(first + late, code: other, revisionToken: token)
            #expect(revised.status == 200 && revised["insertedExposures"] == "4")
            #expect(revised["code"] == nil && revised["error"] == nil && revised["revisionToken"]?.isEmpty == false)
            try await place.export()
            let exports = try await stock.exports(signedBy: place.publicKey)
            #expect(exports.count == 2 && exports.first == export, "what was fetched need not be fetched again")
            let last = try #require(exports.last)
            #expect(Set(last.revisedKeys.map(\.key.bytes)) == Set(first.map(\.bytes)))
            #expect(last.revisedKeys.allSatisfy { $0.reportType == .confirmedTest && $0.transmissionRisk == 2 })
            #expect(found(late, in: last.keys).map(\.reportType) == [.confirmedTest])
            #expect(found(first, in: last.keys).isEmpty)
        }
    }

    @Test func `a key that comes without a period is one of a whole day`() async throws {
        let key = StockClient.Key(start: (place.today - 1) * 144, period: nil)
        try await place.serve { client in
            let stock = StockClient(client)
            let answer = try await stock.publish([key], code: client.issue()["code"] ?? "")
            #expect(answer.status == 200 && answer["insertedExposures"] == "1" && answer["code"] == nil)
            try await place.export()
            let exports = try await stock.exports(signedBy: place.publicKey)
            #expect(found([key], in: exports.flatMap(\.keys)).map(\.rollingPeriod) == [144])
        }
    }

    /// What a client says that it accepts, and the types of the codes that it gets a token for.
    struct Acceptance: Sendable, CustomTestStringConvertible {
        let words: [String]?
        let types: Set<String>

        init(_ words: [String]?, _ types: Set<String>) {
            self.words = words
            self.types = types
        }

        var testDescription: String { words.map { "\($0)" } ?? "nothing said" }
    }

    private static let acceptances = [
        Acceptance(nil, ["confirmed", "likely", "negative"]),
        Acceptance([], ["confirmed", "likely", "negative"]),
        Acceptance(["confirmed"], ["confirmed"]),
        Acceptance(["likely"], ["confirmed", "likely"]),
        Acceptance(["negative"], ["confirmed", "likely", "negative"]),
        Acceptance(["user-report"], ["confirmed"]),
        Acceptance(["Likely", "USER-REPORT"], ["confirmed", "likely"]),
        Acceptance(["recursive"], ["recursive"]),
        Acceptance(["likely", "recursive"], ["confirmed", "likely", "recursive"]),
        Acceptance(["of a later version"], []),
    ]

    @Test(arguments: acceptances)
    func `a client gets what it accepts by the published rules, and a contact's code only by that name`(
        acceptance: Acceptance
    ) async throws {
        try await place.serve { client in
            for type in ["confirmed", "likely", "recursive", "negative"] {
                let code = try await client.issue(["testType": type])["code"] ?? ""
                var body: [String: Any] = ["code": code]
                if let words = acceptance.words { body["accept"] = words }
                let answer = try await client.post("/api/verify", body)
                let isTaken = acceptance.types.contains(type)
                let fault: String? = isTaken ? nil : "unsupported_test_type"
                #expect(answer.status == (isTaken ? 200 : 412), "\(type)")
                #expect(answer["errorCode"] == fault, "\(type)")
            }
        }
    }

    @Test func `a date that nobody told is left out of the answer`() async throws {
        try await place.serve { client in
            let neither = try await client.verify(client.issue(["testType": "confirmed"])["code"] ?? "")
            #expect(neither.status == 200 && neither["symptomDate"] == nil && neither["testDate"] == nil)
            let tested = try await client.verify(client.issue(["testDate": "2026-11-20"])["code"] ?? "")
            #expect(tested["testDate"] == "2026-11-20" && tested["symptomDate"] == nil)
        }
    }

    @Test func `keys far from the onset are left out with a warning, which is no failure`() async throws {
        let offered = keys(1...10)
        try await place.serve { client in
            let code = try await client.issue(["testType": "confirmed", "symptomDate": "2026-11-02"])["code"] ?? ""
            let answer = try await StockClient(client).publish(offered, code: code)
            #expect(answer.status == 200 && answer["insertedExposures"] == "6")
            #expect(answer["code"] == nil && answer["error"] == nil)
            #expect(String(decoding: answer.body, as: UTF8.self).contains("too far from the onset of symptoms"))
            #expect(answer.body.count == Answering.paddedLength)
        }
    }
}

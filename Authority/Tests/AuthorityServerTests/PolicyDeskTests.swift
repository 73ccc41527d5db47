// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityStore
import Beacon
import Cases
import Foundation
import HTTPTypes
import Testing

@testable import AuthorityServer

struct PolicyDeskTests {
    private let place: TestAuthority

    init() throws { place = try TestAuthority() }

    private func set(_ text: String, region: String? = nil, days: Int = 90) async throws -> [PolicyDocument] {
        try await PolicyDesk(place.authority).set(
            try PolicyDesk.entries(text), region: region, days: days, who: "root", way: "command", now: place.clock.now)
    }

    private func published(_ region: String = "VN") throws -> SignedPolicy {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: place.path + "/public/v1/\(region)/policy.txt"))
        return try SignedPolicy(Array(bytes), signedBy: AuthorityKeys(named: [place.publicKey]))
    }

    @Test func `a policy is signed for each region, and devices' own reader takes it`() async throws {
        try await place.export()
        let documents = try await set("# stricter\n[Policy]\nAlertMinutes = 10\r\n; and nearer\n\tNearAttenuation=50\n")
        #expect(
            documents.map(\.region) == ["VN", "VN-04"] && documents.map(\.serial) == [2_026_112_101, 2_026_112_101])
        let policy = try published()
        #expect(policy.document == documents[0] && policy.signer == "452-v1")
        #expect(policy.document.entries.map { "\($0.key)=\($0.value)" } == ["AlertMinutes=10", "NearAttenuation=50"])
        #expect(policy.document.validUntil.seconds - policy.document.issued.seconds == 90 * 86_400)
        #expect(try published("VN-04").document.region == "VN-04")
    }

    @Test func `numbers grow, also within a day, after a restart, and where the last one is lost`() async throws {
        #expect(try await set("AlertMinutes=10").first?.serial == 2_026_112_101)
        #expect(try await set("AlertMinutes=11").first?.serial == 2_026_112_102)
        #expect(try await set("AlertMinutes=12", region: "VN").first?.serial == 2_026_112_103)
        #expect(try published("VN-04").document.serial == 2_026_112_102, "a region of its own")
        try FileManager.default.removeItem(atPath: place.path + "/policies")
        place.clock.advance(86_400)
        #expect(try await set("AlertMinutes=13").first?.serial == 2_026_112_201)
        let kept = try FileManager.default.contentsOfDirectory(atPath: place.path + "/policies")
        #expect(kept.sorted() == ["VN-04-2026112201.txt", "VN-2026112201.txt"])
        #expect(try PolicyDesk(place.authority).policy(of: "VN")?.document.serial == 2_026_112_201)
    }

    @Test(arguments: [
        ("AlertMinutes=1440", "do not alert"), ("NearWeight=100", "one minute"), ("Minutes=3", "no such"),
        ("AlertMinutes", "line 1"), ("AlertMinutes=ten", "number from"), ("DaysBack=1", "DaysBack"),
        ("AlertMinutes=10\nAlertMinutes=12", "twice"),
    ])
    func `what no device would take is not published`(text: String, word: String) async throws {
        do {
            _ = try await set(text)
            Issue.record("it was published")
        } catch {
            #expect("\(error)".contains(word), "\(error)")
        }
        #expect(!FileManager.default.fileExists(atPath: place.path + "/public/v1/VN/policy.txt"))
        await #expect(throws: PolicyDesk.Fault.validity) { try await set("AlertMinutes=10", days: 401) }
        await #expect(throws: PolicyDesk.Fault.self) { try await set("AlertMinutes=10", region: "VN-99") }
    }

    @Test func `each policy is written down before anybody can fetch it`() async throws {
        _ = try await set("AlertMinutes=10")
        let log = try await place.authority.console.audit(of: "root", before: .max, limit: 9)
        #expect(log.map(\.action) == [.policySet, .policySet] && log.allSatisfy { $0.way == "command" })
        #expect(log.map(\.detail) == ["VN-04 2026112101", "VN 2026112101"])
        let before = try published()
        try place.sql("DROP TABLE audit")
        await #expect(throws: (any Error).self) { try await set("AlertMinutes=11") }
        #expect(try published().document == before.document)
    }

    @Test func `it is served with a tag, and may be a few minutes old`() async throws {
        _ = try await set("AlertMinutes=10")
        try await place.serve { client in
            let answer = try await client.send(.get, "/v1/VN/policy.txt")
            #expect(answer.status == 200 && answer.headers[.cacheControl] == "public, max-age=300")
            let tag = try #require(answer.headers[.eTag])
            let again = try await client.send(.get, "/v1/VN/policy.txt", headers: [.ifNoneMatch: tag])
            #expect(again.status == 304 && again.body.isEmpty)
            _ = try await self.set("AlertMinutes=11")
            let next = try await client.send(.get, "/v1/VN/policy.txt", headers: [.ifNoneMatch: tag])
            #expect(next.status == 200 && next.body != answer.body)
        }
    }
}

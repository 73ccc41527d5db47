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

    private func published(_ region: String = "VN", by key: AuthorityKey? = nil) throws -> SignedPolicy {
        try SignedPolicy(
            Array(try file("public/v1/\(region)/policy.txt")),
            signedBy: AuthorityKeys(named: [key ?? place.publicKey]))
    }

    private func file(_ name: String = "public/v1/VN/policy.txt") throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: place.path + "/" + name))
    }

    private func write(_ content: Data, to name: String) throws {
        try content.write(to: URL(fileURLWithPath: place.path + "/" + name))
    }

    /// The same authority as it is opened with another set of keys.
    private func opened(adding key: SigningKey? = nil, removing old: String? = nil) throws -> Authority {
        if let key {
            let name = "keys/export-452-v2.pem"
            try write(Data(key.pem), to: name)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place.path + "/" + name)
        }
        if let old { try FileManager.default.removeItem(atPath: place.path + "/keys/export-452-\(old).pem") }
        return try Authority(AuthorityFolder(place.path))
    }

    /// What a server does every hour; answers what it logged as an error.
    @discardableResult private func export(_ authority: Authority) async -> [String] {
        let (clock, book) = (place.clock, LogBook())
        let service = ExportService(authority, logger: book.logger, now: { clock.now }, speed: 1, watch: nil)
        _ = await service.export()
        return book.errors
    }

    private func renew(_ authority: Authority) async throws -> Int {
        try await PolicyDesk(authority).renewSignatures(now: place.clock.now)
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

    @Test func `with a new key the next export signs what is published again, under the same number`() async throws {
        let documents = try await set("AlertMinutes=10")
        let key = try SigningKey.random()
        let newKey = try key.publicKey(name: "452-v2")
        let both = try opened(adding: key)
        #expect(await export(both) == [])
        for document in documents {
            #expect(try published(document.region).document == document, "for who has the old key alone")
            #expect(try published(document.region, by: newKey).document == document, "and for who has the new one")
        }
        let alone = try opened(removing: "v1")
        #expect(await export(alone) == [])
        #expect(try published(by: newKey).document == documents[0])
        #expect(throws: PolicyFault.unknownSigner(["452-v2"])) { try published() }
        #expect(try PolicyDesk(alone).policy(of: "VN")?.signer == "452-v2")
        #expect(try file() == file("policies/VN-2026112101.txt"), "the record is what is published")
        let kept = try FileManager.default.contentsOfDirectory(atPath: place.path + "/policies")
        #expect(kept.sorted() == ["VN-04-2026112101.txt", "VN-2026112101.txt"], "no number is new")
    }

    @Test func `a key that takes the place of another at once signs too`() async throws {
        let documents = try await set("AlertMinutes=10")
        let key = try SigningKey.random()
        let newKey = try key.publicKey(name: "452-v2")
        let next = try opened(adding: key, removing: "v1")
        #expect(await export(next) == [])
        for document in documents {
            #expect(try published(document.region, by: newKey).document == document)
        }
    }

    @Test func `while the keys stay, not a byte of what is published changes`() async throws {
        #expect(try await renew(place.authority) == 0, "nothing is published")
        _ = try await set("AlertMinutes=10")
        let before = try file()
        await export(place.authority)
        #expect(try await renew(place.authority) == 0)
        let both = try opened(adding: try SigningKey.random())
        #expect(try await renew(both) == 2)
        let after = try file()
        #expect(after != before)
        #expect(try await renew(both) == 0)
        await export(both)
        #expect(try file() == after)
    }

    @Test func `a policy whose time is over is not signed again`() async throws {
        _ = try await set("AlertMinutes=10", days: 7)
        let before = try file()
        let both = try opened(adding: try SigningKey.random())
        place.clock.advance(7 * 86_400)
        #expect(try await renew(both) == 0)
        #expect(try file() == before)
        place.clock.advance(-1)
        #expect(try await renew(both) == 2)
    }

    @Test func `what another server published is not replaced by an older record`() async throws {
        _ = try await set("AlertMinutes=10")
        let documents = try await set("AlertMinutes=11")
        try FileManager.default.removeItem(atPath: place.path + "/policies/VN-2026112102.txt")
        let both = try opened(adding: try SigningKey.random())
        #expect(try await renew(both) == 2)
        #expect(try published().document == documents[0])
        #expect(try file() == file("policies/VN-published.txt"), "it is kept as a copy, not as a record")
    }

    @Test func `servers with different keys do not take signatures from each other`() async throws {
        let documents = try await set("AlertMinutes=10")
        let key = try SigningKey.random()
        let newKey = try key.publicKey(name: "452-v2")
        let both = try opened(adding: key)
        // The other server has no record and both keys.
        let (folder, aside) = (place.path + "/policies", place.path + "/aside")
        try FileManager.default.moveItem(atPath: folder, toPath: aside)
        #expect(try await renew(both) == 2)
        let after = try file()
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.moveItem(atPath: aside, toPath: folder)
        for _ in 0..<2 { #expect(try await renew(place.authority) == 0) }
        #expect(try file() == after)
        let record = String(decoding: try file("policies/VN-2026112101.txt"), as: UTF8.self)
        #expect(record.contains("signature 452-v1 ") && !record.contains("452-v2"))
        #expect(try await renew(both) == 0, "it has the new key now too")
        let alone = try opened(removing: "v1")
        #expect(try await renew(alone) == 2, "its own old signature goes away")
        #expect(try published(by: newKey).document == documents[0])
        #expect(throws: PolicyFault.unknownSigner(["452-v2"])) { try published() }
    }

    @Test func `after a crash behind the published file the record follows`() async throws {
        _ = try await set("AlertMinutes=10")
        let record = "policies/VN-2026112101.txt"
        let old = try file(record)
        let both = try opened(adding: try SigningKey.random())
        #expect(try await renew(both) == 2)
        let renewed = try file()
        try write(old, to: record)
        #expect(try await renew(both) == 0)
        #expect(try file() == renewed)
        #expect(try file(record) == renewed)
    }

    @Test func `a record that was changed is not signed, and keeps no other from being`() async throws {
        _ = try await set("AlertMinutes=10")
        let text = String(decoding: try file(), as: UTF8.self)
        let changed = Data(text.replacing("AlertMinutes=10", with: "AlertMinutes=12").utf8)
        for name in ["policies/VN-2026112101.txt", "public/v1/VN/policy.txt"] { try write(changed, to: name) }
        let key = try SigningKey.random()
        let both = try opened(adding: key)
        let errors = await export(both)
        #expect(errors.count == 1 && errors[0].contains("policies/VN-2026112101.txt"), "\(errors)")
        #expect(try file() == changed)
        let newKey = try key.publicKey(name: "452-v2")
        #expect(try published("VN-04", by: newKey).document.serial == 2_026_112_101)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityStore
import Beacon
import Cases
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import AuthorityServer

/// A server whose folder has no record of the policies that are published.
struct PolicyElsewhereTests {
    private let place: TestAuthority

    init() throws { place = try TestAuthority() }

    private func set(_ text: String, days: Int = 90) async throws -> [PolicyDocument] {
        try await PolicyDesk(place.authority).set(
            try PolicyDesk.entries(text), region: nil, days: days, who: "root", way: "command", now: place.clock.now)
    }

    /// Publishes as another server does: nothing of it is in this folder.
    private func setElsewhere(_ text: String, days: Int = 90) async throws -> [PolicyDocument] {
        let documents = try await set(text, days: days)
        try FileManager.default.removeItem(atPath: place.path + "/policies")
        return documents
    }

    private func url(_ region: String = "VN") -> URL {
        URL(fileURLWithPath: place.path + "/public/v1/\(region)/policy.txt")
    }

    private func published(_ region: String = "VN") throws -> Data { try Data(contentsOf: url(region)) }

    private func document(_ region: String, by key: AuthorityKey) throws -> PolicyDocument {
        try SignedPolicy(Array(published(region)), signedBy: AuthorityKeys(named: [key])).document
    }

    /// The same authority as it is opened with another set of keys.
    private func opened(adding key: SigningKey? = nil, removing old: String? = nil) throws -> Authority {
        if let key {
            let path = place.path + "/keys/export-452-v2.pem"
            try Data(key.pem).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
        if let old { try FileManager.default.removeItem(atPath: place.path + "/keys/export-452-\(old).pem") }
        return try Authority(AuthorityFolder(place.path))
    }

    /// What a server does every hour; answers what it logged as an error.
    private func export(_ authority: Authority) async -> [String] {
        let (clock, book) = (place.clock, LogBook())
        let service = ExportService(authority, logger: book.logger, now: { clock.now }, speed: 1, watch: nil)
        _ = await service.export()
        return book.errors
    }

    private func renew(_ authority: Authority) async throws -> Int {
        try await PolicyDesk(authority).renewSignatures(now: place.clock.now)
    }

    private func metrics() async throws -> String {
        let clock = place.clock
        let program = AuthorityProgram(place.authority, logger: LogBook().logger, now: { clock.now })
        let application = Application(
            router: program.metricsRouter(), logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        return try await application.test(.router) { client in
            try await client.execute(uri: "/metrics", method: .get) { String(buffer: $0.body) }
        }
    }

    @Test func `what another server published is known from the first export on, and stays as it is`() async throws {
        let documents = try await setElsewhere("AlertMinutes=10")
        let before = try published()
        let desk = PolicyDesk(place.authority)
        let end = "bluezone_policy_valid_until_timestamp_seconds{region=\"VN\"}"
        #expect(try await metrics().contains(end + " 0\n"))
        #expect(await export(place.authority) == [])
        for document in documents { #expect(try desk.policy(of: document.region)?.document == document) }
        #expect(try await metrics().contains(end + " 1803031200\n"))
        #expect(try published() == before)
        try FileManager.default.removeItem(at: url())
        #expect(await export(place.authority) == [])
        #expect(try desk.policy(of: "VN") == nil, "it is published no more")
    }

    @Test func `numbers go on from what another server published`() async throws {
        #expect(try await setElsewhere("AlertMinutes=10").map(\.serial) == [2_026_112_101, 2_026_112_101])
        #expect(try await setElsewhere("AlertMinutes=11").map(\.serial) == [2_026_112_102, 2_026_112_102])
        #expect(await export(place.authority) == [])
        #expect(try await set("AlertMinutes=12").map(\.serial) == [2_026_112_103, 2_026_112_103])
        #expect(try PolicyDesk(place.authority).policy(of: "VN")?.document.serial == 2_026_112_103)
    }

    @Test func `with a new key it signs what another server published`() async throws {
        let documents = try await setElsewhere("AlertMinutes=10")
        let key = try SigningKey.random()
        let newKey = try key.publicKey(name: "452-v2")
        let both = try opened(adding: key)
        #expect(await export(both) == [])
        for expected in documents {
            #expect(try document(expected.region, by: newKey) == expected)
            #expect(try document(expected.region, by: place.publicKey) == expected)
        }
        let after = try published()
        #expect(try PolicyDesk(both).policy(of: "VN")?.bytes == Array(after))
        #expect(try await renew(both) == 0)
        #expect(try await renew(place.authority) == 0, "a server with the old key alone takes no signature away")
        let alone = try opened(removing: "v1")
        #expect(try await renew(alone) == 0)
        #expect(try published() == after)
        #expect(try PolicyDesk(alone).policy(of: "VN")?.signer == "452-v2")
    }

    @Test func `one whose time is over is not signed`() async throws {
        _ = try await setElsewhere("AlertMinutes=10", days: 7)
        let both = try opened(adding: try SigningKey.random())
        place.clock.advance(7 * 86_400)
        #expect(try await renew(both) == 0)
        place.clock.advance(-1)
        #expect(try await renew(both) == 2)
    }

    @Test func `one that only a key of before signed is not believed`() async throws {
        _ = try await setElsewhere("AlertMinutes=10")
        #expect(await export(place.authority) == [])
        let before = try published()
        let next = try opened(adding: try SigningKey.random(), removing: "v1")
        let errors = await export(next)
        #expect(errors.count == 1 && errors[0].contains("v1/VN/policy.txt: no key is known for '452-v1'"), "\(errors)")
        #expect(try published() == before)
        #expect(try PolicyDesk(next).policy(of: "VN") == nil)
    }

    @Test func `one that somebody else signed is not believed, nor is its number`() async throws {
        try await place.export()
        let forger = CaseSigner(key: try SigningKey.random(), keyID: "452", keyVersion: "v1")
        let now = place.clock.now
        let forged = PolicyDocument(
            region: "VN", serial: 2_026_112_199, issued: now, validUntil: Timestamp(seconds: now.seconds + 86_400),
            entries: try PolicyDesk.entries("AlertMinutes=10"))
        let signed = try #require(try forged.signed(by: [forger]))
        let bytes = Data(signed)
        try bytes.write(to: url())
        let both = try opened(adding: try SigningKey.random())
        let errors = await export(both)
        #expect(errors.count == 1 && errors[0].contains("v1/VN/policy.txt"), "\(errors)")
        #expect(try published() == bytes)
        #expect(try PolicyDesk(both).policy(of: "VN") == nil)
        #expect(try await set("AlertMinutes=11").first?.serial == 2_026_112_101)
    }

    @Test func `one of another region is not believed`() async throws {
        _ = try await setElsewhere("AlertMinutes=10")
        #expect(await export(place.authority) == [])
        let other = try published("VN-04")
        try other.write(to: url())
        let both = try opened(adding: try SigningKey.random())
        let errors = await export(both)
        #expect(errors.count == 1 && errors[0].contains("it is the policy of VN-04"), "\(errors)")
        #expect(try published() == other)
        #expect(try PolicyDesk(both).policy(of: "VN") == nil)
    }

    @Test func `an older one that is put back is not signed, and its number does not count`() async throws {
        _ = try await setElsewhere("AlertMinutes=10")
        let old = try published()
        let documents = try await setElsewhere("AlertMinutes=11")
        #expect(await export(place.authority) == [])
        try old.write(to: url())
        let both = try opened(adding: try SigningKey.random())
        let errors = await export(both)
        let text = "the policy 2026112101 of VN is published, though 2026112102 is known here"
        #expect(errors.count == 1 && errors[0].contains(text), "\(errors)")
        #expect(try published() == old)
        #expect(try PolicyDesk(both).policy(of: "VN")?.document == documents[0])
        try FileManager.default.removeItem(at: url())
        #expect(await export(both) == [])
        #expect(try PolicyDesk(both).policy(of: "VN") == nil)
        try old.write(to: url())
        let again = await export(both)
        #expect(again.count == 1 && again[0].contains(text), "also after an export that found nothing: \(again)")
        #expect(try published() == old)
        #expect(try await set("AlertMinutes=12").map(\.serial) == [2_026_112_103, 2_026_112_103])
        #expect(await export(both) == [])
    }

    @Test func `one that is newer than this folder's record is another server's`() async throws {
        _ = try await set("AlertMinutes=10", days: 30)
        let old = try published()
        let (folder, aside) = (place.path + "/policies", place.path + "/aside")
        try FileManager.default.copyItem(atPath: folder, toPath: aside)
        let documents = try await setElsewhere("AlertMinutes=11")
        try FileManager.default.moveItem(atPath: aside, toPath: folder)
        let before = try published()
        #expect(try PolicyDesk(place.authority).policy(of: "VN")?.document.serial == 2_026_112_101)
        #expect(await export(place.authority) == [])
        #expect(try published() == before)
        #expect(try PolicyDesk(place.authority).policy(of: "VN")?.document == documents[0])
        let key = try SigningKey.random()
        let newKey = try key.publicKey(name: "452-v2")
        let both = try opened(adding: key)
        #expect(try await renew(both) == 2)
        for expected in documents { #expect(try document(expected.region, by: newKey) == expected) }
        let after = try published()
        #expect(try PolicyDesk(both).policy(of: "VN")?.bytes == Array(after))
        try old.write(to: url())
        #expect(await export(both).count == 1, "the record's own, put back")
        #expect(try published() == old)
        #expect(try await set("AlertMinutes=12").map(\.serial) == [2_026_112_103, 2_026_112_103])
    }

    @Test func `a link in its place is not followed, and nothing of what it leads to is logged`() async throws {
        try await place.export()
        let secret = place.path + "/words"
        try Data("do not tell\n".utf8).write(to: URL(fileURLWithPath: secret))
        try FileManager.default.createSymbolicLink(atPath: url().path, withDestinationPath: secret)
        let errors = await export(place.authority)
        #expect(errors.count == 1 && errors[0].contains("policy.txt is no plain file"), "\(errors)")
        #expect(!errors.contains { $0.contains("do not tell") })
    }
}

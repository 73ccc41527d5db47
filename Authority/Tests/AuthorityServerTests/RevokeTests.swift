// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import Cases
import Testing

@testable import AuthorityServer

/// Keys that are taken back: by who published them, with a code, and by an official, by their bytes.
struct RevokeTests {
    private let place: TestAuthority
    private static let negative = ["testType": "negative"]

    init() throws { place = try TestAuthority() }

    private func revised() throws -> [CaseKey] { try place.exports().flatMap(\.revisedKeys) }
    private func revoke(_ keys: [[UInt8]], from exports: [String] = []) async throws -> Int {
        try await RevokeDesk(place.authority)
            .revoke(keys, from: exports, who: "root", way: "command", now: place.clock.now)
    }
    private func bytes(_ keys: DeviceKeys) -> Set<[UInt8]> { Set(keys.exposure.map(\.key) + keys.bluezone.map(\.key)) }

    @Test func `a code for nobody takes back what its owner published, and the export says so`() async throws {
        let keys = DeviceKeys(days: 3, before: place.today)
        try await place.serve { client in
            let first = try await client.publish(keys)
            try await place.export()
            #expect(try revised().isEmpty)
            let token = try #require(first["revisionToken"])
            let answer = try await client.publish(keys, RevokeTests.negative, ["revisionToken": token])
            #expect(answer.status == 200 && answer["insertedExposures"] == "6")
        }
        try await place.export()
        #expect(
            try Set(revised().map(\.key.bytes)) == bytes(keys) && revised().allSatisfy { $0.reportType == .revoked })
        // Not again, and nothing brings them back.
        place.clock.advance(3600)
        try await place.export()
        #expect(try revised().count == 6)
    }

    @Test func `without the revision token nobody takes another's keys back`() async throws {
        let keys = DeviceKeys(days: 3, before: place.today)
        let other = DeviceKeys(days: 2, before: place.today)
        try await place.serve { client in
            _ = try await client.publish(keys)
            let stranger = try await client.publish(other)
            let token = try #require(stranger["revisionToken"])
            for more in [[:], ["revisionToken": token]] {
                let answer = try await client.publish(keys, RevokeTests.negative, more)
                #expect(answer.status == 400 && answer["code"] == "missing_revision_token")
            }
        }
        try await place.export()
        #expect(try revised().isEmpty && place.exports().flatMap(\.keys).allSatisfy { $0.reportType != .revoked })
    }

    @Test func `such a code publishes nothing new, and a client that does not ask for it gets none`() async throws {
        let keys = DeviceKeys(days: 3, before: place.today)
        try await place.serve { client in
            let code = try await client.issue(RevokeTests.negative)["code"] ?? ""
            let refused = try await client.verify(code, accept: ["confirmed", "likely", "recursive"])
            #expect(refused.status == 412 && refused["errorCode"] == "unsupported_test_type")
            let verified = try await client.verify(code, accept: ["confirmed", "negative"])
            #expect(verified["testtype"] == "negative" && verified["class"] == "")
            let certificate = try await client.certificate(verified["token"] ?? "", keys)["certificate"] ?? ""
            let answer = try await client.publish(certificate, keys)
            #expect(answer.status == 200 && answer["insertedExposures"] == "0")
        }
        try await place.export()
        #expect(try place.lines().isEmpty)
    }

    @Test func `an official takes keys back by their bytes or by an export, padding or not`() async throws {
        let (wrong, right) = (DeviceKeys(days: 2, before: place.today), DeviceKeys(days: 2, before: place.today))
        let desk = RevokeDesk(place.authority)
        try await place.serve { client in
            _ = try await client.publish(wrong)
            try await place.export()
            place.clock.advance(3600)
            _ = try await client.publish(right)
        }
        #expect(try await revoke([wrong.exposure[0].key, randomBytes(16)]) == 1)
        let files = try place.lines().map { place.path + "/public/v1/VN/" + $0 }
        let listed = try files.flatMap { try desk.keys(inExport: $0) }
        #expect(listed.count >= 40, "with padding")
        #expect(try await revoke(listed) == 3)
        #expect(try await revoke(listed) == 0)
        try await place.export()
        #expect(try Set(revised().map(\.key.bytes)) == bytes(wrong))
        let all = Set(try place.exports().flatMap(\.keys).map(\.key.bytes))
        #expect(all.isSuperset(of: bytes(right)))
    }

    @Test func `what was taken back before anybody could fetch it is never published`() async throws {
        let keys = DeviceKeys(days: 2, before: place.today)
        try await place.serve { client in _ = try await client.publish(keys) }
        #expect(try await revoke(Array(bytes(keys))) == 4)
        try await place.export()
        #expect(try place.lines().isEmpty)
    }

    @Test func `what is taken back is written down first, without the keys`() async throws {
        let keys = DeviceKeys(days: 2, before: place.today)
        try await place.serve { client in _ = try await client.publish(keys) }
        #expect(try await revoke(Array(bytes(keys)), from: ["public/v1/VN/bz/1-2-00001.zip", "2-3-00001.zip"]) == 4)
        let entry = try #require(try await place.authority.console.audit(of: "root", before: .max, limit: 9).first)
        #expect(entry.action == .keysRevoked && entry.way == "command" && entry.time == place.clock.now.seconds)
        #expect(entry.detail == "4 1-2-00001.zip 2-3-00001.zip")

        let others = DeviceKeys(days: 2, before: place.today)
        try await place.serve { client in _ = try await client.publish(others) }
        try place.sql("DROP TABLE audit")
        await #expect(throws: (any Error).self) { try await revoke(Array(bytes(others))) }
        #expect(try place.sql("SELECT count(*) FROM keys WHERE report = \(ReportType.revoked.rawValue)") == "4")
    }

    @Test func `a key's text is exact`() {
        #expect(RevokeDesk.key(hexadecimal: String(repeating: "0f", count: 16))?.count == 16)
        #expect(RevokeDesk.key(hexadecimal: String(repeating: "0F", count: 32))?.count == 32)
        for text in ["", "0f", String(repeating: "0f", count: 17), String(repeating: "zz", count: 16)] {
            #expect(RevokeDesk.key(hexadecimal: text) == nil)
        }
    }
}

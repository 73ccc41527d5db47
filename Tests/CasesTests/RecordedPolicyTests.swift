// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import Cases

@Suite struct RecordedPolicyTests {
    private let old: CaseSigner
    private let new: CaseSigner
    private let document = PolicyDocument(
        region: "VN", serial: 7, issued: Timestamp(seconds: 1_795_255_200),
        validUntil: Timestamp(seconds: 1_803_031_200), entries: [.init(key: "AlertMinutes", value: "10")])

    init() throws {
        old = try sampleSigner("452", "v1")
        new = try sampleSigner("452", "v2")
    }

    private func keys(_ signers: [CaseSigner]) throws -> AuthorityKeys {
        AuthorityKeys(named: try signers.map { try $0.key.publicKey(name: $0.info.keyName) })
    }

    private func bytes(_ signers: [CaseSigner]) throws -> [UInt8] { try #require(try document.signed(by: signers)) }

    private func changed(_ bytes: [UInt8]) -> [UInt8] {
        Array(String(decoding: bytes, as: UTF8.self).replacing("AlertMinutes=10", with: "AlertMinutes=99").utf8)
    }

    @Test func `what nobody's key of now signed is read all the same`() throws {
        let recorded = try RecordedPolicy(try bytes([old]), keys: try keys([new]))
        #expect(recorded.document == document)
        #expect(throws: PolicyFault.unknownSigner(["452-v1"])) {
            try SignedPolicy(try bytes([old]), signedBy: try keys([new]))
        }
    }

    @Test func `while a signer's key is there what was changed is refused`() throws {
        let both = try bytes([new, old])
        #expect(try RecordedPolicy(both, keys: try keys([old])).document == document)
        #expect(throws: PolicyFault.badSignature("452-v1")) {
            try RecordedPolicy(changed(both), keys: try keys([old]))
        }
        let namesake = try sampleSigner("452", "v1")
        #expect(throws: PolicyFault.badSignature("452-v1")) {
            try RecordedPolicy(try bytes([old]), keys: try keys([namesake]))
        }
    }

    @Test func `nonsense is refused, whoever has which key`() throws {
        let text = try #require(document.signedText)
        let signature = "signature 452-v9 3008020101020101\n"
        let offers: [(String, PolicyFault)] = [
            (text, .unsigned), (text + "x\n" + signature, .line(7)),
            ("bluezone-policy 2\n", .newer("bluezone-policy 2")),
            (String(repeating: "A", count: 20_000), .tooLong(20_000)),
        ]
        for (wrong, fault) in offers {
            #expect(throws: fault) { try RecordedPolicy(Array(wrong.utf8), keys: try keys([new])) }
        }
    }

    @Test func `it says whether exactly these signed it, with the keys of now`() throws {
        let both = try RecordedPolicy(try bytes([new, old]), keys: try keys([new]))
        #expect(try both.isSigned(by: [old, new]))
        #expect(try !both.isSigned(by: [new]))
        let alone = try RecordedPolicy(try bytes([old]), keys: try keys([]))
        #expect(try alone.isSigned(by: [old]))
        #expect(try !alone.isSigned(by: [new]))
        #expect(try !alone.isSigned(by: [old, new]))
        #expect(try !alone.isSigned(by: [try sampleSigner("452", "v1")]), "another key of the same name")
    }
}

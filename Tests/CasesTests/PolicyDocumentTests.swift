// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import Cases

@Suite struct PolicyDocumentTests {
    private let signer: CaseSigner
    private let keys: AuthorityKeys

    init() throws {
        signer = try sampleSigner()
        keys = AuthorityKeys(named: [try signer.key.publicKey(name: "452-v1")])
    }

    private func sample() -> PolicyDocument {
        PolicyDocument(
            region: "VN", serial: 7, issued: Timestamp(seconds: 1_795_255_200),
            validUntil: Timestamp(seconds: 1_803_031_200),
            entries: [.init(key: "AlertMinutes", value: "10"), .init(key: "HighInfectiousnessDays", value: "-2..3, 5")])
    }

    private func bytes(_ document: PolicyDocument, by signers: [CaseSigner]? = nil) throws -> [UInt8] {
        try #require(try document.signed(by: signers ?? [signer]))
    }

    private func fault(_ bytes: [UInt8], _ keys: AuthorityKeys? = nil) -> PolicyFault? {
        do throws(PolicyFault) {
            _ = try SignedPolicy(bytes, signedBy: keys ?? self.keys)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a policy says what was signed, and who signed it`() throws {
        let bytes = try bytes(sample())
        let policy = try SignedPolicy(bytes, signedBy: keys)
        #expect(policy.document == sample() && policy.signer == "452-v1" && policy.bytes == bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            text.hasPrefix(
                """
                bluezone-policy 1
                region VN
                serial 7
                issued 1795255200
                until 1803031200
                AlertMinutes=10
                HighInfectiousnessDays=-2..3, 5
                signature 452-v1 30
                """))
    }

    @Test func `no bit of it can change`() throws {
        let bytes = try bytes(sample())
        for place in bytes.indices {
            for bit in [UInt8(1), 0x10, 0x20, 0x80] {
                var changed = bytes
                changed[place] ^= bit
                // Hexadecimal digits may be of either case.
                let same = try? SignedPolicy(changed, signedBy: keys)
                #expect(same == nil || same?.document == sample(), "byte \(place)")
                if let same {
                    #expect(
                        String(decoding: same.bytes, as: UTF8.self).lowercased()
                            == String(decoding: bytes, as: UTF8.self).lowercased())
                }
            }
        }
    }

    @Test func `a part of it is none`() throws {
        let bytes = try bytes(sample())
        for count in 0..<bytes.count { #expect(fault(Array(bytes.prefix(count))) != nil, "\(count) bytes") }
        #expect(fault(bytes + [0x0A]) != nil)
        #expect(fault(bytes + Array("AlertMinutes=1\n".utf8)) != nil)
    }

    @Test func `another authority's is none, and a key of the same name does not help`() throws {
        let other = try sampleSigner()
        #expect(fault(try bytes(sample(), by: [other])) == .badSignature("452-v1"))
        let foreign = try sampleSigner("262", "v1")
        #expect(fault(try bytes(sample(), by: [foreign])) == .unknownSigner(["262-v1"]))
        #expect(fault(try bytes(sample()), AuthorityKeys(named: [])) == .unknownSigner(["452-v1"]))
        let text = try #require(sample().signedText)
        #expect(fault(Array(text.utf8)) == .unsigned)
    }

    @Test func `while keys change, either signature is enough`() throws {
        let next = try sampleSigner("452", "v2")
        let bytes = try bytes(sample(), by: [next, signer])
        #expect(try SignedPolicy(bytes, signedBy: keys).signer == "452-v1")
        let later = AuthorityKeys(named: [try next.key.publicKey(name: "452-v2")])
        #expect(try SignedPolicy(bytes, signedBy: later).signer == "452-v2")
    }

    @Test func `a later form is told apart from nonsense`() {
        #expect(fault(Array("bluezone-policy 2\nx\n".utf8)) == .newer("bluezone-policy 2"))
        #expect(fault([UInt8](repeating: 0x41, count: 20_000)) == .tooLong(20_000))
        #expect(fault(Array("bluezone-policy 1\n\nsignature a 00\n".utf8)) == .line(2))
        #expect(fault([0xFF, 0x0A]) == .line(1))
    }

    @Test(arguments: [
        ["region vn"], ["region VN VN"], ["serial 0"], ["serial -1"], ["serial 07"], ["serial 9223372036854775808"],
        ["until 1795255200"], ["until 1995255200"], ["issued +5"], ["AlertMinutes"], ["=5"], ["AlertMinutes= 5"],
        ["AlertMinutes=5", "AlertMinutes=6"], ["Alert_Minutes=5"],
    ])
    func `a signature does not make sense of nonsense`(lines: [String]) throws {
        var text: [String] = ["bluezone-policy 1", "region VN", "serial 7", "issued 1795255200", "until 1803031200"]
        for line in lines {
            let name = line.prefix { $0.isLetter } + " "
            if let place = text.firstIndex(where: { $0.hasPrefix(name) && !line.contains("=") }) {
                text[place] = line
            } else {
                text.append(line)
            }
        }
        let signed = text.map { $0 + "\n" }.joined()
        let signature = try signer.key.sign(digest: try PolicyDocument.digest(of: signed)).hex
        guard case .line = fault(Array((signed + "signature 452-v1 \(signature)\n").utf8)) else {
            Issue.record("\(lines) was taken")
            return
        }
    }

    @Test func `what cannot stand in a policy is not signed`() throws {
        for change: (inout PolicyDocument) -> Void in [
            { $0.region = "vn" }, { $0.region = "VN\nserial 9" }, { $0.serial = 0 }, { $0.validUntil = $0.issued },
            { $0.entries.append(.init(key: "A", value: "1\nB=2")) }, { $0.entries.append($0.entries[0]) },
            { $0.entries.append(.init(key: "A", value: "")) }, { $0.entries.append(.init(key: "A", value: "ä")) },
            { $0.issued = Timestamp(seconds: -5) },
        ] {
            var document = sample()
            change(&document)
            #expect(try document.signed(by: [signer]) == nil)
        }
    }
}

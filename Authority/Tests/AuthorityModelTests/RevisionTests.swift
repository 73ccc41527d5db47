// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Crypto
import Foundation
import Testing

@testable import AuthorityModel

struct RevisionTests {
    private func key(_ number: UInt8, _ type: ReportType = .confirmedClinicalDiagnosis, start: UInt32 = 2_650_000)
        throws -> CaseKey
    {
        let key = try #require(DailyKey(format: .exposureNotification, bytes: [UInt8](repeating: number, count: 16)))
        return CaseKey(key: key, rollingStart: start, reportType: type, daysSinceOnset: 1)
    }

    @Test func `a token names what was published, to the server that made it`() throws {
        let secret = try #require(ServerSecret([UInt8](repeating: 1, count: 32)))
        let other = try #require(ServerSecret([UInt8](repeating: 2, count: 32)))
        let token = try RevisionToken().adding([key(1)], secret).adding([key(2)], secret)
        let text = try token.sealed(secret)
        #expect(RevisionToken(sealed: text, secret) == token)
        let known = try token.known(among: [key(1), key(2), key(3)], secret)
        #expect(known == [try key(1).key.bytes, try key(2).key.bytes])
        #expect(try token.known(among: [key(1), key(2)], other).isEmpty, "marks are this server's own")
        #expect(RevisionToken(sealed: text, other) == nil)
        #expect(try token.sealed(secret) != text)
        for damaged in [
            "", "AAAA", String(text.dropLast(4)), (text.first == "A" ? "B" : "A") + text.dropFirst(),
            String(repeating: "A", count: 100_000),
        ] {
            #expect(RevisionToken(sealed: damaged, secret) == nil)
        }
    }

    @Test func `a token stays bounded and keeps the newest`() throws {
        let secret = try #require(ServerSecret([UInt8](repeating: 1, count: 32)))
        var token = RevisionToken()
        var all: [CaseKey] = []
        for round in 0..<20 {
            let keys = try (0..<30).map { number in
                let bytes = [UInt8(round), UInt8(number)] + [UInt8](repeating: 0, count: 14)
                return CaseKey(
                    key: try #require(DailyKey(format: .exposureNotification, bytes: bytes)), rollingStart: 2_650_000)
            }
            // What is sent again is not there twice.
            token = token.adding(keys, secret).adding(keys, secret)
            all += keys
            #expect(token.known(among: keys, secret).count == 30)
            #expect(try token.sealed(secret).utf8.count <= RevisionToken.maximumLength)
        }
        let known = token.known(among: all, secret)
        #expect(known.count == RevisionToken.maximumKeys)
        #expect(known.isSuperset(of: all.suffix(60).map(\.key.bytes)), "two rounds, and a part of the third")
        #expect(try token.sealed(secret).utf8.count == RevisionToken.maximumLength)
    }

    @Test func `a token of before, with the keys themselves in it, names them too`() throws {
        let secret = try #require(ServerSecret([UInt8](repeating: 1, count: 32)))
        func former(_ plain: [UInt8]) throws -> String {
            let box = try AES.GCM.seal(
                plain, using: secret.key("revision token"), authenticating: Array("revision token 1".utf8))
            return Array(try #require(box.combined)).base64
        }
        let keys = try [key(1), key(2)]
        let text = try former(keys.flatMap { [16] + $0.key.bytes })
        #expect(RevisionToken(sealed: text, secret) == RevisionToken().adding(keys, secret))
        #expect(RevisionToken(sealed: try former([16, 1, 2]), secret) == nil)
    }

    @Test func `what is known becomes more certain, by who has the token, and never less`() throws {
        let types: [ReportType] = [.recursive, .confirmedClinicalDiagnosis, .confirmedTest]
        for (number, before) in types.enumerated() {
            for (place, after) in types.enumerated() {
                var offered = try key(1, after)
                offered.daysSinceOnset = 3
                offered.transmissionRisk = 2
                let known = try key(1, before)
                let expected: KeyRevision = place > number ? .revised(offered) : .same
                #expect(KeyRevision(of: known, offered: offered, hasToken: true) == expected)
                let stranger = KeyRevision(of: known, offered: offered, hasToken: false)
                #expect(stranger == (place > number ? .refused(.missingToken) : .same))
            }
        }
    }

    @Test func `a published key's bytes with another time are refused, and a revocation stays`() throws {
        let other = try key(1, start: 2_650_144)
        #expect(KeyRevision(of: try key(1), offered: other, hasToken: true) == .refused(.otherKey))
        #expect(KeyRevision(of: try key(1, .revoked), offered: try key(1, .confirmedTest), hasToken: true) == .same)
    }
}

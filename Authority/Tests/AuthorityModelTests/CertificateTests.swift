// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Beacon
import Crypto
import Foundation
import Testing

struct CertificateTests {
    private static let key = P256.Signing.PrivateKey()
    private let authority = CertificateAuthority(key: key, keyID: "v1", issuer: "issuer", audience: "audience")
    private let mac = [UInt8](repeating: 7, count: 32)
    private let now: Int64 = 1_800_000_000

    private func certificate() throws -> String {
        let confirmation = Confirmation(
            testType: .likely, symptomDay: UTCDay(number: 20_830), testDay: nil, region: "VN-04")
        return try authority.issue(confirmation, mac: mac, number: [1, 2, 3], now: now)
    }

    @Test func `a certificate says what it was made for`() throws {
        let claims = try authority.verify(certificate(), now: now)
        #expect(claims.tekmac == mac.base64)
        #expect(claims.reportType == "likely")
        #expect(claims.symptomOnsetInterval == Int64(20_830 * 144))
        #expect(claims.region == "VN-04")
        #expect(claims.jti == [1, 2, 3].base64)
        #expect(claims.exp - claims.iat == 900)
    }

    @Test func `it is good for a quarter of an hour`() throws {
        let certificate = try certificate()
        _ = try authority.verify(certificate, now: now + 899)
        #expect(throws: CertificateFault.expired) { try authority.verify(certificate, now: now + 900) }
        #expect(throws: CertificateFault.notYet) { try authority.verify(certificate, now: now - 61) }
    }

    @Test func `another server's key, issuer or audience is not taken`() throws {
        func other(
            _ key: P256.Signing.PrivateKey = Self.key, _ id: String = "v1", _ issuer: String = "issuer",
            _ audience: String = "audience"
        ) -> CertificateAuthority { CertificateAuthority(key: key, keyID: id, issuer: issuer, audience: audience) }
        let certificate = try certificate()
        _ = try other().verify(certificate, now: now)
        #expect(throws: CertificateFault.badSignature) { try other(.init()).verify(certificate, now: now) }
        #expect(throws: CertificateFault.unknownKey) { try other(Self.key, "v2").verify(certificate, now: now) }
        #expect(throws: CertificateFault.otherParty) { try other(Self.key, "v1", "x").verify(certificate, now: now) }
        #expect(throws: CertificateFault.otherParty) {
            try other(Self.key, "v1", "issuer", "x").verify(certificate, now: now)
        }
    }

    @Test func `no byte of it can be changed`() throws {
        let bytes = Array(try certificate().utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let text = String(decoding: changed, as: UTF8.self)
            // The last character's low bits belong to no byte; some readings of Base64 pass them over.
            if let claims = try? authority.verify(text, now: now) {
                #expect(index == bytes.count - 1, "byte \(index) was changed")
                #expect(claims.tekmac == mac.base64)
            }
        }
    }

    @Test func `the algorithm none and HMAC with the public key are refused`() throws {
        let parts = try certificate().split(separator: ".").map(String.init)
        for header in [#"{"alg":"none","kid":"v1"}"#, #"{"alg":"HS256","kid":"v1"}"#, #"{"alg":"ES384","kid":"v1"}"#] {
            let text = Array(header.utf8).base64URL + "." + parts[1] + "."
            #expect(throws: CertificateFault.algorithm) { try authority.verify(text, now: now) }
            #expect(throws: CertificateFault.algorithm) { try authority.verify(text + parts[2], now: now) }
        }
    }

    @Test(arguments: [
        "", ".", "..", "...", "a.b", "a.b.c", "e30.e30.e30", "{}.{}.{}", String(repeating: "a.", count: 50_000),
    ])
    func `anything else is malformed`(text: String) {
        #expect(throws: CertificateFault.malformed) { try authority.verify(text, now: now) }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
package import Crypto
internal import FoundationEssentials

/// What a certificate vouches for: that the keys with this HMAC belong to somebody whom an official confirmed.
package struct CertificateClaims: Hashable, Sendable, Codable {
    /// Issuer and audience, agreed between the parts of the server.
    package var iss: String
    package var aud: String
    /// Issued, not before, expires: Unix seconds.
    package var iat: Int64
    package var nbf: Int64
    package var exp: Int64
    /// The certificate's number, in Base64: two certificates for one token are the same one.
    package var jti: String
    /// HMAC-SHA256 over the keys, in Base64.
    package var tekmac: String
    package var reportType: String
    /// The interval number of the onset day's midnight; absent when it is not known.
    package var symptomOnsetInterval: Int64?
    /// The region that the keys are published in.
    package var region: String

    package init(
        iss: String, aud: String, iat: Int64, exp: Int64, jti: String, tekmac: String, reportType: String,
        symptomOnsetInterval: Int64?, region: String
    ) {
        self.iss = iss
        self.aud = aud
        self.iat = iat
        self.nbf = iat
        self.exp = exp
        self.jti = jti
        self.tekmac = tekmac
        self.reportType = reportType
        self.symptomOnsetInterval = symptomOnsetInterval
        self.region = region
    }
}

/// Why a certificate is not taken.
package enum CertificateFault: Error, Hashable, Sendable {
    /// Not three parts of Base64 with JSON in them, or longer than any certificate.
    case malformed
    /// Another algorithm than ES256, or `none`.
    case algorithm
    /// Signed by a key that is not known here.
    case unknownKey
    case badSignature
    case otherParty
    case expired
    case notYet
}

/// Makes and checks certificates: JSON web tokens signed by ECDSA on P-256 with SHA-256 (ES256) and nothing else.
package struct CertificateAuthority: Sendable {
    /// Seconds that a certificate is good for.
    package static let lifetime: Int64 = 15 * 60
    /// Seconds that the clocks of two servers may differ by.
    private static let tolerance: Int64 = 60
    private static let maximumLength = 4096

    private let key: P256.Signing.PrivateKey
    private let keyID: String
    private let issuer: String
    private let audience: String

    package init(key: P256.Signing.PrivateKey, keyID: String, issuer: String, audience: String) {
        self.key = key
        self.keyID = keyID
        self.issuer = issuer
        self.audience = audience
    }

    private struct Header: Codable {
        var alg: String
        var kid: String
        var typ: String?
    }

    /// A certificate for the keys whose HMAC is `mac`, numbered `number`; `now` in Unix seconds.
    package func issue(_ confirmation: Confirmation, mac: [UInt8], number: [UInt8], now: Int64) throws -> String {
        let claims = CertificateClaims(
            iss: issuer, aud: audience, iat: now, exp: now &+ CertificateAuthority.lifetime, jti: number.base64,
            tekmac: mac.base64, reportType: confirmation.testType.rawValue,
            symptomOnsetInterval: confirmation.symptomDay.map { Int64($0.firstInterval) }, region: confirmation.region)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let header = try encoder.encode(Header(alg: "ES256", kid: keyID, typ: "JWT"))
        let signed = Array(header).base64URL + "." + Array(try encoder.encode(claims)).base64URL
        let signature = try key.signature(for: Array(signed.utf8))
        return signed + "." + Array(signature.rawRepresentation).base64URL
    }

    /// What `certificate` vouches for at `now`, in Unix seconds.
    package func verify(_ certificate: String, now: Int64) throws(CertificateFault) -> CertificateClaims {
        guard certificate.utf8.count <= CertificateAuthority.maximumLength else { throw .malformed }
        let parts = certificate.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header: Header = decoded(parts[0]) else { throw .malformed }
        guard header.alg == "ES256" else { throw .algorithm }
        guard header.kid == keyID else { throw .unknownKey }
        guard let bytes = [UInt8](base64URL: parts[2]),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: bytes),
            key.publicKey.isValidSignature(signature, for: Array((parts[0] + "." + parts[1]).utf8))
        else { throw .badSignature }
        guard let claims: CertificateClaims = decoded(parts[1]) else { throw .malformed }
        guard claims.iss == issuer && claims.aud == audience else { throw .otherParty }
        guard now < claims.exp else { throw .expired }
        guard claims.nbf <= now &+ CertificateAuthority.tolerance else { throw .notYet }
        return claims
    }

    private func decoded<Value: Decodable>(_ part: Substring) -> Value? {
        guard let bytes = [UInt8](base64URL: part) else { return nil }
        return try? JSONDecoder().decode(Value.self, from: Data(bytes))
    }
}

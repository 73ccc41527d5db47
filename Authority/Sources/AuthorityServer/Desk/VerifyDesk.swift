// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Beacon

/// Exchanges a code for a token, and a token for a certificate.
struct VerifyDesk: Sendable {
    /// Seconds that a token is good for.
    static let tokenLifetime: Int64 = 24 * 60 * 60

    private let authority: Authority

    init(_ authority: Authority) { self.authority = authority }

    /// What a code stands for, and the token to go on with. The code is used up when the token is.
    func claim(
        _ code: AccessCode, accepting accepted: Set<TestType>, now: Int64
    ) async throws -> (Confirmation, token: String) {
        let token = randomBytes(32).base64URL
        let record = NewToken(
            hash: authority.secret.hash(token, for: .token), expires: now &+ VerifyDesk.tokenLifetime,
            certificate: randomBytes(16))
        let outcome = try await authority.store.claim(
            code: authority.secret.hash(code.text, for: .code), accepting: accepted, token: record, now: now)
        switch outcome {
        case .claimed(let confirmation): return (confirmation, token)
        case .unknown: throw VerifyDesk.unknownCode
        case .expired: throw Refusal(400, "code_expired", "the code has expired; ask for another one")
        case .otherType(let type):
            throw Refusal(
                412, "unsupported_test_type", "the code is for \(type.rawValue), which the request does not accept")
        }
    }

    static let unknownCode = Refusal(400, "code_invalid", "there is no such code, or it was used")

    /// The certificate for the keys whose HMAC is `mac`.
    func certificate(_ token: String, mac: [UInt8], now: Int64) async throws -> String {
        guard token.utf8.count <= 256 else { throw VerifyDesk.unknownToken }
        let hash = authority.secret.hash(token, for: .token)
        switch try await authority.store.bind(token: hash, to: mac, now: now) {
        case .bound(let confirmation, let number):
            return try authority.certificates.issue(confirmation, mac: mac, number: number, now: now)
        case .unknown: throw VerifyDesk.unknownToken
        case .used: throw Refusal(400, "token_invalid", "the token was used for other keys")
        case .expired: throw Refusal(400, "token_expired", "the token has expired; begin again with another code")
        }
    }

    private static let unknownToken = Refusal(400, "token_invalid", "there is no such token")
}

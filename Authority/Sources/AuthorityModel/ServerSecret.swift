// SPDX-License-Identifier: GPL-3.0-or-later

internal import Crypto
internal import FoundationEssentials

/// The server's one random secret, from which keys for separate uses derive.
///
/// Codes and tokens are stored as HMACs under it: eight digits could be tried out in a second if the store held a plain hash of
/// them, and with an HMAC whoever copied the store alone can do nothing with it.
package struct ServerSecret: Sendable {
    /// Bytes of the secret.
    package static let length = 32

    private let secret: SymmetricKey

    /// The secret in `bytes`; nil when they are not 32.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == ServerSecret.length else { return nil }
        secret = SymmetricKey(data: bytes)
    }

    /// What the store keeps of a code, a token or an API key: 32 bytes, different for each use.
    package func hash(_ text: String, for use: HashUse) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key("hash " + use.rawValue)))
    }

    /// Whether `hash` is the text's, compared in constant time.
    package func matches(_ text: String, _ hash: [UInt8], for use: HashUse) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(
            hash, authenticating: Array(text.utf8), using: key("hash " + use.rawValue))
    }

    /// What is hashed.
    package enum HashUse: String, Sendable {
        case code, token, apiKey, session
        /// What forms of the console carry.
        case form
        /// A key to limit rates by; never stored.
        case rate
    }

    /// The key for one use.
    func key(_ use: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, info: Array(("bluezone-authority " + use).utf8), outputByteCount: 32)
    }
}

/// So many bytes from the system's random source.
package func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 7)
    // Each number is a call of the kernel, so eight bytes at a time.
    while bytes.count < count {
        let number = generator.next()
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
    }
    return Array(bytes.prefix(count))
}

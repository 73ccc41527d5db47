// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import CCrypto

/// What binds a certificate of the health authority to the keys that are published with it.
package enum KeyCertificate {
    /// HMAC-SHA256 over the keys, 32 bytes: Google's formula, with a Bluezone key as one more part of the text.
    ///
    /// Each part begins with the key's base64 text; the parts are sorted and joined by commas, so the order in which keys are
    /// sent does not matter.
    package static func code(over keys: [PublishedKey], secret: [UInt8]) -> [UInt8] {
        code(overParts: keys.map(\.certified), secret: secret)
    }

    static func code(overParts parts: [String], secret: [UInt8]) -> [UInt8] {
        hmac(Array(parts.sorted(by: byBytes).joined(separator: ",").utf8), secret)
    }

    /// What stands for a key in that text: its base64 text and its numbers, with full stops between.
    static func part(_ key: [UInt8], _ numbers: [Int64]) -> String {
        ([base64(key)] + numbers.map(String.init)).joined(separator: ".")
    }

    /// A fresh secret for one publication: 32 bytes of the system's random source.
    package static func newSecret() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// Swift orders text by Unicode's rules; base64 is ordered by its bytes.
    private static func byBytes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

    private static func hmac(_ message: [UInt8], _ secret: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        _ = unsafe HMAC(EVP_sha256(), secret, Int32(clamping: secret.count), message, message.count, &code, nil)
        return code
    }
}

/// RFC 4648's base64, with padding.
package func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for begin in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[begin..<min(begin + 3, bytes.count)]
        var bits = 0
        for place in 0..<3 { bits = bits << 8 | (place < group.count ? Int(group[begin + place]) : 0) }
        for place in 0..<4 {
            text.append(place <= group.count ? digits[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
        }
    }
    return String(decoding: text, as: UTF8.self)
}

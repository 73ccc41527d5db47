// SPDX-License-Identifier: GPL-3.0-or-later
// Exposure Notification cryptography v1.2: HKDF-SHA256 from the daily key, AES-128 for identifiers and metadata.

internal import CCrypto

/// The two keys that a temporary exposure key gives, and what they make.
package struct ExposureNotificationDerivation: Sendable {
    /// Rolling proximity identifier key, 16 bytes.
    package let identifierKey: [UInt8]
    /// Associated encrypted metadata key, 16 bytes.
    package let metadataKey: [UInt8]

    /// Derives both keys from a temporary exposure key of 16 bytes. The labels carry no NUL: HKDF over a padded C
    /// buffer gives keys that look right and match nobody.
    package init(key: [UInt8]) {
        identifierKey = hkdf(key, info: "EN-RPIK")
        metadataKey = hkdf(key, info: "EN-AEMK")
    }

    /// The identifiers of `count` intervals from interval number `first` on.
    package func identifiers(from first: UInt32, count: Int) -> [EphemeralIdentifier] {
        guard count > 0 else { return [] }
        var plain = [UInt8](repeating: 0, count: 16 * count)
        let label = Array("EN-RPI".utf8)
        for index in 0..<count {
            let interval = first &+ UInt32(truncatingIfNeeded: index)
            for (offset, byte) in label.enumerated() { plain[16 * index + offset] = byte }
            for offset in 0..<4 {
                plain[16 * index + 12 + offset] = UInt8(truncatingIfNeeded: interval >> (8 * offset))
            }
        }
        let cipher = aes128(identifierKey, plain)
        return (0..<count).map { index in
            let bytes = cipher.span.extracting(16 * index..<16 * index + 16)
            return EphemeralIdentifier(
                format: .exposureNotification, low: bytes.littleEndianWord(at: 0), high: bytes.littleEndianWord(at: 8))
        }
    }

    /// Encrypts metadata for the air, or decrypts what was heard beside `identifier`: AES-128-CTR is its own inverse.
    /// First byte most significant on both sides.
    package func applyMetadataCipher(_ metadata: UInt32, identifier: EphemeralIdentifier) -> UInt32 {
        let stream = aes128(metadataKey, identifier.bytes)
        return metadata
            ^ (UInt32(stream[0]) << 24 | UInt32(stream[1]) << 16 | UInt32(stream[2]) << 8 | UInt32(stream[3]))
    }
}

/// Exposure Notification's four metadata bytes in the clear.
package struct ExposureNotificationMetadata: Hashable, Sendable {
    /// Bits 7:6 major version (1), 5:4 minor version, 3:2 calibration confidence (0 lowest ... 3 high).
    package var version: UInt8
    /// Radiated power in dBm.
    package var transmitPower: Int8

    /// Metadata of version 1.1 with a calibration confidence of 0 (lowest) to 3 (high).
    package init(transmitPower: Int8, confidence: UInt8) {
        self.version = 0x50 | (min(confidence, 3) << 2)
        self.transmitPower = transmitPower
    }

    /// Reads metadata of major version 1; nil for any other, which no key of ours or of a peer's can have produced.
    package init?(word: UInt32) {
        version = UInt8(truncatingIfNeeded: word >> 24)
        transmitPower = Int8(truncatingIfNeeded: word >> 16)
        guard version >> 6 == 1 else { return nil }
    }

    /// The four bytes, first byte most significant; the last two are reserved and zero.
    package var word: UInt32 {
        UInt32(version) << 24 | UInt32(UInt8(bitPattern: transmitPower)) << 16
    }

    /// Calibration confidence, 0 ... 3.
    package var confidence: UInt8 { (version >> 2) & 3 }
}

/// HKDF-SHA256 (RFC 5869) with no salt and 16 bytes of output, which is less than one block of its expansion.
private func hkdf(_ key: [UInt8], info: String) -> [UInt8] {
    let pseudorandom = hmac([UInt8](repeating: 0, count: 32), key)
    return Array(hmac(pseudorandom, Array(info.utf8) + [1])[0..<16])
}

private func hmac(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    _ = unsafe HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &digest, nil)
    return digest
}

/// AES-128 in ECB mode without padding over whole blocks.
private func aes128(_ key: [UInt8], _ plain: [UInt8]) -> [UInt8] {
    var cipher = [UInt8](repeating: 0, count: plain.count)
    var written: Int32 = 0
    guard let context = unsafe EVP_CIPHER_CTX_new() else { return cipher }
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    unsafe EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), nil, key, nil)
    unsafe EVP_CIPHER_CTX_set_padding(context, 0)
    unsafe EVP_EncryptUpdate(context, &cipher, &written, plain, Int32(plain.count))
    return cipher
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import CJournal

/// What seals the entries of one key file: AES-256-GCM under a key that HKDF derives from the machine's credential and the
/// file's own salt. Each file has a fresh salt, so no key ever meets the same nonce twice.
struct KeySeal {
    /// Bytes of the tag behind what is sealed.
    static let tagSize = 16
    /// Bytes of a file's salt.
    static let saltSize = 32

    private let key: [UInt8]
    private let nonce: [UInt8]

    init(secret: [UInt8], salt: [UInt8]) throws(JournalError) {
        var bytes = [UInt8](repeating: 0, count: 44)
        guard
            unsafe journal_derive(
                secret, secret.count, salt, salt.count, "bluezone journal keys 1", &bytes, bytes.count)
        else { throw .cipher }
        key = Array(bytes[0..<32])
        nonce = Array(bytes[32..<44])
    }

    /// Seals `bytes` as entry `index`; answers them encrypted, followed by a tag that covers `covered` as well.
    func seal(_ bytes: [UInt8], index: Int, covering covered: [UInt8]) throws(JournalError) -> [UInt8] {
        var sealed = bytes
        var tag = [UInt8](repeating: 0, count: Self.tagSize)
        guard
            unsafe journal_seal(key, nonce(of: index), covered, covered.count, &sealed, bytes.count, &tag)
        else { throw .cipher }
        return sealed + tag
    }

    /// The inverse of `seal`; nil when anything differs from what was sealed.
    func unseal(_ sealed: [UInt8], index: Int, covering covered: [UInt8]) -> [UInt8]? {
        guard sealed.count > Self.tagSize else { return nil }
        var bytes = Array(sealed.dropLast(Self.tagSize))
        let count = bytes.count
        let tag = Array(sealed.suffix(Self.tagSize))
        return unsafe journal_unseal(key, nonce(of: index), covered, covered.count, &bytes, count, tag) ? bytes : nil
    }

    private func nonce(of index: Int) -> [UInt8] {
        var nonce = nonce
        for place in 0..<4 { nonce[8 + place] ^= UInt8(truncatingIfNeeded: index >> (8 * place)) }
        return nonce
    }
}

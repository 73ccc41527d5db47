// SPDX-License-Identifier: GPL-3.0-or-later

internal import CJournal

/// AES-256-XTS under a segment's key: encrypts and decrypts records where they stand in the segment's file.
@safe final class SegmentCipher {
    /// Bytes that are decrypted together: a page of the file, which holds 128 records.
    static let unitSize = Int(JOURNAL_UNIT_SIZE)

    private let cipher: OpaquePointer

    /// Throws `cipher` when libcrypto refuses.
    init(_ key: SegmentKey) throws(JournalError) {
        guard let cipher = unsafe journal_cipher_new(key.bytes) else { throw .cipher }
        unsafe self.cipher = cipher
    }

    deinit { unsafe journal_cipher_free(cipher) }

    /// Encrypts `bytes`, which will stand at `position` of the file; both in whole records.
    func encrypt(_ bytes: inout [UInt8], at position: Int) throws(JournalError) {
        let count = bytes.count
        guard unsafe journal_encrypt(cipher, &bytes, count, UInt64(position)) else { throw .cipher }
    }

    /// Decrypts the first `count` bytes of `buffer`, which stand at `position` of the file, the beginning of a page.
    func decrypt(_ buffer: UnsafeMutableRawBufferPointer, count: Int, at position: Int) -> Bool {
        guard count > 0, count <= buffer.count, let start = buffer.baseAddress else { return count == 0 }
        return unsafe journal_decrypt(cipher, start.assumingMemoryBound(to: UInt8.self), count, UInt64(position))
    }

    /// Eight bytes that tell this key from others and give nothing of it away: zeros encrypted as if they stood in the
    /// header page, where no record ever does.
    var check: [UInt8] {
        var zeros = [UInt8](repeating: 0, count: 16)
        return unsafe journal_encrypt(cipher, &zeros, 16, 0) ? Array(zeros[0..<8]) : []
    }
}

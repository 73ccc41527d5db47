// SPDX-License-Identifier: GPL-3.0-or-later

internal import CCrypto

/// SHA-256 of bytes that come in pieces.
@safe struct Digest: ~Copyable {
    private let context: OpaquePointer

    init() throws(CaseError) {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .cryptography("EVP_MD_CTX_new") }
        guard unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            unsafe EVP_MD_CTX_free(context)
            throw .cryptography("EVP_DigestInit_ex")
        }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Adds the bytes of `range` in `bytes`.
    mutating func add(_ bytes: [UInt8], _ range: Range<Int>) throws(CaseError) {
        let answer = unsafe bytes.withUnsafeBytes { buffer in
            let part = unsafe UnsafeRawBufferPointer(rebasing: buffer[range])
            return unsafe EVP_DigestUpdate(context, part.baseAddress, part.count)
        }
        guard answer == 1 else { throw .cryptography("EVP_DigestUpdate") }
    }

    /// The 32 bytes of the digest; nothing can be added afterwards.
    mutating func finish() throws(CaseError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        guard unsafe EVP_DigestFinal_ex(context, &digest, nil) == 1 else { throw .cryptography("EVP_DigestFinal_ex") }
        return digest
    }
}

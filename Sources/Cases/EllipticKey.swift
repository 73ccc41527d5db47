// SPDX-License-Identifier: GPL-3.0-or-later
// The one door to libcrypto's keys: P-256 only, ECDSA with SHA-256 only.

internal import CCrypto

/// A key of libcrypto on the curve P-256, freed when the value ends.
@safe struct EllipticKey: ~Copyable {
    private let key: OpaquePointer

    /// Takes `key` over; throws, in the name of `name`, for a key of another kind or curve.
    private init(_ key: OpaquePointer?, _ name: String) throws(CaseError) {
        guard let key = unsafe key else {
            ERR_clear_error()
            throw .notAKey(name, reason: "it must be a P-256 key in PEM")
        }
        var group = [CChar](repeating: 0, count: 32)
        let known = unsafe EVP_PKEY_get_group_name(key, &group, group.count, nil) == 1
        let curve = String(decoding: group.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard known && curve == "prime256v1" else {
            ERR_clear_error()
            unsafe EVP_PKEY_free(key)
            throw .notAKey(name, reason: "it is \(known ? "on the curve \(curve)" : "no elliptic key"), not on P-256")
        }
        unsafe self.key = key
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// The public key in `pem` (`BEGIN PUBLIC KEY`); `name` is for messages.
    static func publicKey(pem: [UInt8], name: String) throws(CaseError) -> EllipticKey {
        try unsafe EllipticKey(withBIO(pem) { unsafe PEM_read_bio_PUBKEY($0, nil, noPassphrase, nil) }, name)
    }

    /// The private key in `pem` (PKCS#8 or SEC 1, without a passphrase); `name` is for messages.
    static func privateKey(pem: [UInt8], name: String) throws(CaseError) -> EllipticKey {
        try unsafe EllipticKey(withBIO(pem) { unsafe PEM_read_bio_PrivateKey($0, nil, noPassphrase, nil) }, name)
    }

    /// A fresh private key.
    static func random() throws(CaseError) -> EllipticKey {
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "EC", nil) else {
            throw .cryptography("EVP_PKEY_CTX_new_from_name")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_group_name(context, "prime256v1") == 1,
            unsafe EVP_PKEY_generate(context, &key) == 1
        else { throw .cryptography("EVP_PKEY_generate") }
        return try unsafe EllipticKey(key, "a fresh key")
    }

    /// The public part as PEM.
    func publicPEM() throws(CaseError) -> [UInt8] {
        try unsafe written { unsafe PEM_write_bio_PUBKEY($0, key) }
    }

    /// The private key as PEM (PKCS#8, no passphrase).
    func privatePEM() throws(CaseError) -> [UInt8] {
        try unsafe written { unsafe PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
    }

    /// Whether `signature` (DER) is this key's over the SHA-256 `digest`.
    func verifies(_ signature: [UInt8], digest: [UInt8]) -> Bool {
        guard let context = unsafe EVP_PKEY_CTX_new(key, nil) else { return false }
        defer {
            unsafe EVP_PKEY_CTX_free(context)
            ERR_clear_error()
        }
        guard unsafe EVP_PKEY_verify_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1
        else { return false }
        return unsafe EVP_PKEY_verify(context, signature, signature.count, digest, digest.count) == 1
    }

    /// A signature (DER) over the SHA-256 `digest`.
    func sign(digest: [UInt8]) throws(CaseError) -> [UInt8] {
        guard let context = unsafe EVP_PKEY_CTX_new(key, nil) else { throw .cryptography("EVP_PKEY_CTX_new") }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 80)
        var count = signature.count
        guard unsafe EVP_PKEY_sign_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1,
            unsafe EVP_PKEY_sign(context, &signature, &count, digest, digest.count) == 1
        else { throw .cryptography("EVP_PKEY_sign") }
        return Array(signature.prefix(count))
    }
}

/// Answers libcrypto's question for a passphrase with none, so that it never asks at a terminal.
private let noPassphrase:
    @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 =
        { _, _, _, _ in -1 }

/// Lends `bytes` to libcrypto as a stream.
private func withBIO(_ bytes: [UInt8], _ body: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
    unsafe bytes.withUnsafeBytes { buffer in
        guard let stream = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count)) else { return nil }
        defer { unsafe BIO_free(stream) }
        return unsafe body(stream)
    }
}

/// What `body` writes to a stream.
private func written(_ body: (OpaquePointer) -> Int32) throws(CaseError) -> [UInt8] {
    guard let stream = unsafe BIO_new(BIO_s_mem()) else { throw .cryptography("BIO_new") }
    defer { unsafe BIO_free(stream) }
    guard unsafe body(stream) == 1 else { throw .cryptography("PEM_write_bio") }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe BIO_read(stream, &bytes, Int32(bytes.count))
    guard count > 0 else { throw .cryptography("BIO_read") }
    return Array(bytes.prefix(Int(count)))
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// A health authority's private key on P-256.
public struct SigningKey: Sendable {
    /// The key as PEM (PKCS#8), checked to be one.
    public let pem: [UInt8]

    /// The key in `pem` (PKCS#8 or SEC 1, without a passphrase); `name` is for messages.
    public init(pem: [UInt8], name: String = "the text") throws(CaseError) {
        self.pem = try EllipticKey.privateKey(pem: pem, name: name).privatePEM()
    }

    /// The key in a PEM file.
    package init(file path: String) throws(CaseError) {
        try self.init(pem: try system { () throws(SystemError) in try Folder.contents(of: path) }, name: path)
    }

    /// A fresh key from the system's random source.
    public static func random() throws(CaseError) -> SigningKey {
        try SigningKey(pem: EllipticKey.random().privatePEM())
    }

    /// The public part, under the name `ID-VERSION`.
    public func publicKey(name: String) throws(CaseError) -> AuthorityKey {
        try AuthorityKey(name: name, pem: try EllipticKey.privateKey(pem: pem, name: name).publicPEM())
    }

    /// A signature (DER) over the SHA-256 `digest`.
    func sign(digest: [UInt8]) throws(CaseError) -> [UInt8] {
        try EllipticKey.privateKey(pem: pem, name: "the signing key").sign(digest: digest)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

/// Who signs an export, as its files say it: the name under which a receiver keeps the public key.
public struct SignatureInfo: Hashable, Sendable {
    /// The one algorithm of case exports, ECDSA on P-256 with SHA-256, as its dotted object identifier.
    package static let ecdsaSHA256 = "1.2.840.10045.4.3.2"
    /// What Google's first samples of May 2020 write in place of the identifier; nobody else does.
    static let ecdsaSHA256OfFirstSamples = "ECDSA p-256 SHA-256"

    /// `verification_key_id`, usually the mobile country code: `262`.
    package var keyID: String
    /// `verification_key_version`: `v1`.
    package var keyVersion: String
    /// `signature_algorithm`.
    package var algorithm: String

    package init(keyID: String, keyVersion: String, algorithm: String = SignatureInfo.ecdsaSHA256) {
        self.keyID = keyID
        self.keyVersion = keyVersion
        self.algorithm = algorithm
    }

    /// `ID-VERSION`, the name of the signer's key; an absent part is empty.
    public var keyName: String { keyID + "-" + keyVersion }

    /// Whether the algorithm is ECDSA with SHA-256.
    var isECDSAWithSHA256: Bool {
        algorithm == SignatureInfo.ecdsaSHA256 || algorithm == SignatureInfo.ecdsaSHA256OfFirstSamples
    }
}

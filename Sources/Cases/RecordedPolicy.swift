// SPDX-License-Identifier: GPL-3.0-or-later

/// A policy that its publisher wrote down, read back to be signed again when the publisher's keys are others by now. What comes from
/// anywhere else is a `SignedPolicy` or nothing.
public struct RecordedPolicy: Sendable {
    public let document: PolicyDocument
    private let text: String
    private let signatures: [PolicyReader.Signature]

    /// Reads what was written down. While `keys` has a key of somebody who signed it, one such signature must be good; when all of
    /// them are gone, nothing vouches for it but the place where it was kept.
    public init(_ bytes: [UInt8], keys: AuthorityKeys) throws(PolicyFault) {
        guard bytes.count <= PolicyDocument.maximumLength else { throw .tooLong(bytes.count) }
        let (text, signatures) = try PolicyReader.split(bytes)
        guard !signatures.isEmpty else { throw .unsigned }
        if signatures.contains(where: { keys.hasKey(named: $0.name) }) {
            document = try SignedPolicy(bytes, signedBy: keys).document
        } else {
            var reader = PolicyReader(text)
            document = try reader.document()
            guard reader.isAtEnd else { throw .line(reader.line) }
        }
        self.text = text
        self.signatures = signatures
    }

    /// Whether these signers signed it with the keys that they have now, all of them and nobody else.
    public func isSigned(by signers: [CaseSigner]) throws(CaseError) -> Bool {
        guard signatures.count == signers.count else { return false }
        let digest = try PolicyDocument.digest(of: text)
        for signer in signers {
            let key = try signer.key.publicKey(name: signer.info.keyName)
            let isGood = signatures.contains { $0.name == key.name && key.verifies($0.bytes, digest: digest) }
            guard isGood else { return false }
        }
        return true
    }
}

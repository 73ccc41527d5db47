// SPDX-License-Identifier: GPL-3.0-or-later

/// Whose signature an export must carry to be read.
public enum CaseTrust: Sendable {
    /// A good signature by one of these keys.
    case signed(by: AuthorityKeys)
    /// Nobody's: for looking into a file. Keys read so must never alert anybody unasked.
    case nobody
}

/// The signatures of an export that a known key may have made.
///
/// Google's verifier is the model: as many signatures as export.bin names, one good one by a known key suffices,
/// those by unknown keys are ignored.
struct SignatureCheck {
    private let signatures: [ExportSignature]
    private let keys: AuthorityKeys

    /// Throws, before anything large is read, when no signature can be good.
    init(_ signatures: [ExportSignature], keys: AuthorityKeys) throws(CaseError) {
        guard !signatures.isEmpty else { throw .unsigned }
        self.signatures = signatures
        self.keys = keys
        let known = signatures.filter { !keys.candidates(for: $0.info.keyName).isEmpty }
        guard let first = known.first else { throw .unknownSigner(signatures.map { printable($0.info.keyName.utf8) }) }
        guard let fitting = known.first(where: { $0.info.isECDSAWithSHA256 }) else {
            throw .algorithm(printable(first.info.algorithm.utf8))
        }
        guard known.contains(where: { $0.info.isECDSAWithSHA256 && $0.isDER }) else {
            throw .signatureForm(fitting.signature.count)
        }
    }

    /// The name of the key whose signature over `digest`, the SHA-256 of export.bin, is good.
    func signer(of digest: [UInt8], header: CaseExportHeader) throws(CaseError) -> String {
        guard signatures.count == header.signatureInfos.count else {
            throw .signatureCount(signatures: signatures.count, infos: header.signatureInfos.count)
        }
        var tried = ""
        for signature in signatures where signature.info.isECDSAWithSHA256 && signature.isDER {
            for key in keys.candidates(for: signature.info.keyName) {
                tried = key.name
                guard key.verifies(signature.signature, digest: digest) else { continue }
                try signature.checkBatch(of: header)
                return key.name
            }
        }
        throw .badSignature(tried)
    }
}

extension ExportSignature {
    /// The signature's own batch fields are not signed; they must not contradict those that are.
    fileprivate func checkBatch(of header: CaseExportHeader) throws(CaseError) {
        let number = batchNumber ?? header.batchNumber
        let size = batchSize ?? header.batchSize
        guard number == header.batchNumber && size == header.batchSize else {
            throw .signatureBatch(
                number: number, size: size, exportNumber: header.batchNumber, exportSize: header.batchSize)
        }
    }
}

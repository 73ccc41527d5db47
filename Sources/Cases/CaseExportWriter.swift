// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

/// Who signs an export, and under which name.
public struct CaseSigner: Sendable {
    /// What signs.
    public var key: SigningKey
    /// What the file calls it.
    public var info: SignatureInfo

    /// A signer whose receivers keep the public key as `ID-VERSION`.
    public init(key: SigningKey, keyID: String, keyVersion: String) {
        self.key = key
        self.info = SignatureInfo(keyID: keyID, keyVersion: keyVersion)
    }
}

/// Makes signed case exports that every reader of Exposure Notification's format takes.
public struct CaseExportWriter: Sendable {
    /// How hard exports are packed. Nearly all of one are random bytes, which no level makes smaller. Against level 9 this one saves
    /// 0.25 to 0.9 s of a core for a million keys, and a file is 0.1 % larger, or 2 to 3 % where its keys tell days since the onset of
    /// symptoms.
    private static let level: UInt32 = 4

    private let header: CaseExportHeader
    private let keys: [CaseKey]
    private let revisedKeys: [CaseKey]

    /// An export of `keys`, which all have one format and stand in the file in the order of their bytes: the order in
    /// which they came would say who belongs together. Throws for keys or a batch that no reader would take.
    public init(header: CaseExportHeader, keys: [CaseKey], revisedKeys: [CaseKey] = []) throws(CaseError) {
        guard header.batchNumber >= 1, header.batchNumber <= header.batchSize,
            header.batchSize <= ExportDecoder.maximumBatchSize
        else { throw .batch(number: header.batchNumber, size: header.batchSize) }
        let regionLength = header.region.utf8.count
        guard regionLength <= ExportDecoder.maximumFieldLength else {
            let most = ExportDecoder.maximumFieldLength
            throw .malformed("export.bin", offset: 0, reason: "a region of \(regionLength) bytes; at most \(most) fit")
        }
        let all = keys + revisedKeys
        for (index, key) in all.enumerated() {
            if let fault = key.fault(index: index + 1) { throw fault }
            if key.key.format != all[0].key.format {
                throw .mixedKeys(
                    index: index + 1, length: key.key.format.keyLength, expected: all[0].key.format.keyLength)
            }
        }
        self.header = header
        self.keys = keys.sortedByBytes()
        self.revisedKeys = revisedKeys.sortedByBytes()
    }

    /// The ZIP file with export.bin and export.sig.
    public func archive(signedBy signers: [CaseSigner]) throws(CaseError) -> [UInt8] {
        let (export, signature) = try members(signedBy: signers)
        return try writeArchive([("export.bin", export), ("export.sig", signature)], level: CaseExportWriter.level)
    }

    /// The bytes of export.bin and export.sig.
    package func members(
        signedBy signers: [CaseSigner]
    ) throws(CaseError) -> (export: [UInt8], signature: [UInt8]) {
        let export = encode(signers.map(\.info))
        var digest = try Digest()
        try digest.add(export, 0..<export.count)
        let sum = try digest.finish()
        var signatures: [ExportSignature] = []
        for signer in signers {
            var signature = ExportSignature()
            signature.info = signer.info
            signature.batchNumber = header.batchNumber
            signature.batchSize = header.batchSize
            signature.signature = try signer.key.sign(digest: sum)
            signatures.append(signature)
        }
        return (export, ExportSignature.encode(signatures))
    }

    private func encode(_ infos: [SignatureInfo]) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.writeFixed(1, UInt64(clamping: header.start.seconds))
        writer.writeFixed(2, UInt64(clamping: header.end.seconds))
        writer.write(3, header.region)
        writer.write(4, header.batchNumber)
        writer.write(5, header.batchSize)
        for info in infos { writer.write(6, info.encoded) }
        for key in keys { writer.write(7, key.encoded) }
        for key in revisedKeys { writer.write(8, key.encoded) }
        return ExportDecoder.magic + writer.bytes
    }
}

extension [CaseKey] {
    fileprivate func sortedByBytes() -> [CaseKey] {
        sorted { a, b in a.key == b.key ? a.rollingStart < b.rollingStart : a.key < b.key }
    }
}

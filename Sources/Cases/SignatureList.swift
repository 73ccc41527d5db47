// SPDX-License-Identifier: GPL-3.0-or-later
// TEKSignatureList: 1 signatures. TEKSignature: 1 signature_info, 2 batch_num, 3 batch_size, 4 signature.
// SignatureInfo: 3 verification_key_version, 4 verification_key_id, 5 signature_algorithm; 1 and 2 are reserved.

/// One signature of export.sig.
struct ExportSignature {
    var info = SignatureInfo(keyID: "", keyVersion: "", algorithm: "")
    /// Absent in some files; where present it must be the export's own.
    var batchNumber: Int32?
    var batchSize: Int32?
    /// ECDSA in X9.62 DER over SHA-256 of the whole export.bin.
    var signature: [UInt8] = []

    /// The signatures in the bytes of export.sig.
    static func list(_ file: [UInt8]) throws(CaseError) -> [ExportSignature] {
        let bytes = file.span
        var signatures: [ExportSignature] = []
        var cursor = ProtobufCursor(position: 0, end: bytes.count)
        do throws(ProtobufFault) {
            while !cursor.isAtEnd {
                let (number, type) = try cursor.tag(bytes)
                if number == 1 && type == .bytes {
                    signatures.append(try ExportSignature(bytes, in: try cursor.block(bytes)))
                } else {
                    try cursor.skip(type, bytes)
                }
            }
        } catch {
            throw CaseError(error, in: "export.sig", offset: cursor.position)
        }
        return signatures
    }

    init() {}

    private init(_ bytes: Span<UInt8>, in range: Range<Int>) throws(ProtobufFault) {
        var cursor = ProtobufCursor(position: range.lowerBound, end: range.upperBound)
        while !cursor.isAtEnd {
            let (number, type) = try cursor.tag(bytes)
            switch (number, type) {
            case (1, .bytes): info = try SignatureInfo(bytes, in: try cursor.block(bytes))
            case (2, .varint): batchNumber = try cursor.int32(bytes)
            case (3, .varint): batchSize = try cursor.int32(bytes)
            case (4, .bytes): signature = try cursor.block(bytes).map { bytes[$0] }
            default: try cursor.skip(type, bytes)
            }
        }
    }

    /// The bytes of an export.sig that holds `signatures`.
    static func encode(_ signatures: [ExportSignature]) -> [UInt8] {
        var list = ProtobufWriter()
        for signature in signatures {
            var writer = ProtobufWriter()
            writer.write(1, signature.info.encoded)
            if let number = signature.batchNumber { writer.write(2, number) }
            if let size = signature.batchSize { writer.write(3, size) }
            writer.write(4, signature.signature)
            list.write(1, writer.bytes)
        }
        return list.bytes
    }

    /// Whether the signature has the outer form of DER: a sequence of two integers that fills it exactly. A raw
    /// signature of 64 bytes, the usual mistake, has not.
    var isDER: Bool {
        guard signature.count >= 8, signature.count <= 72, signature[0] == 0x30,
            Int(signature[1]) == signature.count - 2, signature[2] == 0x02
        else { return false }
        let second = 4 + Int(signature[3])
        guard second + 1 < signature.count, signature[second] == 0x02 else { return false }
        return second + 2 + Int(signature[second + 1]) == signature.count
    }
}

extension SignatureInfo {
    init(_ bytes: Span<UInt8>, in range: Range<Int>) throws(ProtobufFault) {
        self.init(keyID: "", keyVersion: "", algorithm: "")
        var cursor = ProtobufCursor(position: range.lowerBound, end: range.upperBound)
        while !cursor.isAtEnd {
            let (number, type) = try cursor.tag(bytes)
            switch (number, type) {
            case (3, .bytes): keyVersion = try cursor.text(bytes)
            case (4, .bytes): keyID = try cursor.text(bytes)
            case (5, .bytes): algorithm = try cursor.text(bytes)
            default: try cursor.skip(type, bytes)
            }
        }
    }

    var encoded: [UInt8] {
        var writer = ProtobufWriter()
        writer.write(3, keyVersion)
        writer.write(4, keyID)
        writer.write(5, algorithm)
        return writer.bytes
    }
}

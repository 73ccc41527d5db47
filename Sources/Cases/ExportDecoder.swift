// SPDX-License-Identifier: GPL-3.0-or-later
// TemporaryExposureKeyExport: 1 start_timestamp, 2 end_timestamp, 3 region, 4 batch_num, 5 batch_size,
// 6 signature_infos, 7 keys, 8 revised_keys; before it 16 bytes `EK Export v1    `.

internal import Beacon

/// export.bin read piece by piece: it keeps what the file says about itself and hands each key on.
struct ExportDecoder {
    /// The file's first 16 bytes.
    static let magic = Array("EK Export v1    ".utf8)
    /// The most bytes that one key, signature info or region may take; a piece must be able to hold one.
    static let maximumFieldLength = 4096
    /// Signature infos that a file may carry.
    static let maximumSignatureInfos = 10
    /// Files in a batch, as Google's verifier has it.
    static let maximumBatchSize: Int32 = 1_000_000

    private(set) var header = CaseExportHeader(
        start: Timestamp(seconds: 0), end: Timestamp(seconds: 0), region: "", batchNumber: 1, batchSize: 1)
    private(set) var format: BeaconFormat?
    private(set) var keyCount = 0
    private(set) var revisedKeyCount = 0
    private(set) var lastDay: UTCDay?

    private var hasMagic = false
    /// The region's bytes. A field may come any number of times; only the last becomes text.
    private var region: [UInt8] = []
    /// Offset in export.bin of the next piece's first byte.
    private var offset = 0
    /// Bytes of an unwanted field that are still to come.
    private var unwanted = 0

    /// Reads the fields that `bytes` holds as a whole, hands their keys to `each` and returns how many bytes were
    /// used; the next piece must begin with the rest.
    mutating func consume(
        _ bytes: Span<UInt8>, each: (CaseKey, CaseKeyList) throws(CaseError) -> Void
    ) throws(CaseError) -> Int {
        var cursor = ProtobufCursor(position: 0, end: bytes.count)
        guard try readMagic(bytes, &cursor) else { return 0 }
        reading: while !cursor.isAtEnd {
            switch try step(bytes, &cursor) {
            case .passed: continue
            case .key(let range, let list): try each(try decodeKey(bytes, range, list), list)
            case .incomplete: break reading
            }
        }
        offset += cursor.position
        return cursor.position
    }

    /// Checks, when no bytes are left to come, that the file is whole; `rest` bytes of it were not used.
    mutating func finish(rest: [UInt8]) throws(CaseError) {
        header.region = String(decoding: region, as: UTF8.self)
        guard hasMagic else { throw .wrongHeader(printable(rest)) }
        guard rest.isEmpty && unwanted == 0 else { throw CaseError(.incomplete, in: "export.bin", offset: offset) }
        let batch = (header.batchNumber, header.batchSize)
        guard batch.0 >= 1, batch.0 <= batch.1, batch.1 <= ExportDecoder.maximumBatchSize else {
            throw .batch(number: batch.0, size: batch.1)
        }
    }

    private enum Step {
        /// A field was read or passed over.
        case passed
        /// A key's message lies in the range.
        case key(Range<Int>, CaseKeyList)
        /// The next field is not there as a whole; the cursor stands at its start.
        case incomplete
    }

    private mutating func readMagic(_ bytes: Span<UInt8>, _ cursor: inout ProtobufCursor) throws(CaseError) -> Bool {
        if hasMagic { return true }
        guard bytes.count >= ExportDecoder.magic.count else { return false }
        for (index, byte) in ExportDecoder.magic.enumerated() where bytes[index] != byte {
            throw .wrongHeader(printable((0..<ExportDecoder.magic.count).map { bytes[$0] }))
        }
        cursor.position = ExportDecoder.magic.count
        hasMagic = true
        return true
    }

    private mutating func step(_ bytes: Span<UInt8>, _ cursor: inout ProtobufCursor) throws(CaseError) -> Step {
        let start = cursor.position
        if unwanted > 0 {
            let passed = min(unwanted, cursor.end - cursor.position)
            unwanted -= passed
            cursor.position += passed
            return .passed
        }
        do throws(ProtobufFault) {
            return try readField(bytes, &cursor)
        } catch {
            // Only a whole field moves the cursor on; the rest of this one comes with the next piece.
            if case .incomplete = error {
                cursor.position = start
                return .incomplete
            }
            throw CaseError(error, in: "export.bin", offset: offset + cursor.position)
        }
    }

    private mutating func readField(_ bytes: Span<UInt8>, _ cursor: inout ProtobufCursor) throws(ProtobufFault) -> Step
    {
        let (number, type) = try cursor.tag(bytes)
        switch (number, type) {
        case (1, .fixed64): header.start = try cursor.timestamp(bytes)
        case (2, .fixed64): header.end = try cursor.timestamp(bytes)
        case (4, .varint): header.batchNumber = try cursor.int32(bytes)
        case (5, .varint): header.batchSize = try cursor.int32(bytes)
        case (3, .bytes), (6, .bytes): try readBlock(number, try cursor.shortBlock(bytes), bytes)
        case (7, .bytes): return .key(try cursor.shortBlock(bytes), .keys)
        case (8, .bytes): return .key(try cursor.shortBlock(bytes), .revisedKeys)
        case (_, .bytes): unwanted = try cursor.length(bytes)
        default: try cursor.skip(type, bytes)
        }
        return .passed
    }

    private mutating func readBlock(_ number: UInt64, _ range: Range<Int>, _ bytes: Span<UInt8>) throws(ProtobufFault) {
        if number == 3 {
            region = range.map { bytes[$0] }
            return
        }
        guard header.signatureInfos.count < ExportDecoder.maximumSignatureInfos else {
            throw .malformed("more than \(ExportDecoder.maximumSignatureInfos) signature infos")
        }
        do {
            header.signatureInfos.append(try SignatureInfo(bytes, in: range))
        } catch {
            // The message is there as a whole: more bytes would not mend it.
            guard case .incomplete = error else { throw error }
            throw .malformed("a signature info ends inside a field")
        }
    }

    private mutating func decodeKey(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ list: CaseKeyList
    ) throws(CaseError) -> CaseKey {
        let index = keyCount + revisedKeyCount + 1
        let key = try CaseKey(bytes, in: range, index: index, base: offset)
        if let format, format != key.key.format {
            throw .mixedKeys(index: index, length: key.key.format.keyLength, expected: format.keyLength)
        }
        format = key.key.format
        lastDay = max(lastDay ?? key.lastDay, key.lastDay)
        switch list {
        case .keys: keyCount += 1
        case .revisedKeys: revisedKeyCount += 1
        }
        return key
    }
}

extension ProtobufCursor {
    /// Seconds since 1970 in eight bytes, up to the year 9999.
    fileprivate mutating func timestamp(_ bytes: Span<UInt8>) throws(ProtobufFault) -> Timestamp {
        let seconds = try fixed64(bytes)
        guard seconds < 253_402_300_800 else { throw .malformed("a time past the year 9999") }
        return Timestamp(seconds: Int64(seconds))
    }

    /// The place of a block that is short enough to be there as a whole sooner or later.
    fileprivate mutating func shortBlock(_ bytes: Span<UInt8>) throws(ProtobufFault) -> Range<Int> {
        var ahead = self
        let length = try ahead.length(bytes)
        guard length <= ExportDecoder.maximumFieldLength else {
            throw .malformed("a field of \(length) bytes; at most \(ExportDecoder.maximumFieldLength) are possible")
        }
        return try block(bytes)
    }
}

/// Bytes as text for a message: what is not printable ASCII becomes a dot.
func printable(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes.prefix(100).map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
}

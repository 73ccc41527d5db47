// SPDX-License-Identifier: GPL-3.0-or-later

/// Reads export.bin once, in pieces of 64 KiB: each byte goes through the digest and the decoder, and nothing of it
/// is kept.
struct ExportStream: ~Copyable {
    /// Bytes in memory at a time; larger than any field the decoder must see as a whole.
    static let pieceLength = 65_536

    private var decoder = ExportDecoder()
    private var digest: Digest

    init() throws(CaseError) {
        digest = try Digest()
    }

    /// Reads all that `refill` gives: it fills the array from the index on and returns how many bytes it put there,
    /// 0 at the end. Keys go to `each`, and every piece as it comes to `copy`.
    mutating func read(
        refill: (inout [UInt8], Int) throws(CaseError) -> Int,
        copy: ([UInt8], Range<Int>) throws(CaseError) -> Void = { _, _ in },
        each: (CaseKey, CaseKeyList) throws(CaseError) -> Void
    ) throws(CaseError) {
        var buffer = [UInt8](repeating: 0, count: ExportStream.pieceLength)
        var filled = 0
        while true {
            let count = try refill(&buffer, filled)
            if count == 0 { break }
            try digest.add(buffer, filled..<filled + count)
            try copy(buffer, filled..<filled + count)
            filled += count
            let used = try decoder.consume(buffer.span.extracting(0..<filled), each: each)
            guard used > 0 || filled < buffer.count else {
                throw CaseError(.malformed("a field without end"), in: "export.bin", offset: filled)
            }
            buffer.moveToFront(used..<filled)
            filled -= used
        }
        try decoder.finish(rest: Array(buffer.prefix(filled)))
    }

    /// What the file was; nothing can be read afterwards.
    consuming func receipt() throws(CaseError) -> CaseExportReceipt {
        CaseExportReceipt(
            header: decoder.header, format: decoder.format, keyCount: decoder.keyCount,
            revisedKeyCount: decoder.revisedKeyCount, lastDay: decoder.lastDay, digest: try digest.finish(),
            signer: nil)
    }
}

extension [UInt8] {
    /// Copies the bytes of `range` to the array's start.
    fileprivate mutating func moveToFront(_ range: Range<Int>) {
        guard range.lowerBound > 0 else { return }
        for index in range { self[index - range.lowerBound] = self[index] }
    }
}

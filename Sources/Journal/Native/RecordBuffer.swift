// SPDX-License-Identifier: GPL-3.0-or-later

internal import CJournal
internal import Platform

/// A piece of a segment on its way between the medium and those who want sightings: small enough to stay in the
/// processor's cache, and the only memory that reading a segment of any length takes.
struct RecordBuffer: ~Copyable {
    /// Bytes of a piece: 16 pages.
    static let size = 16 * SegmentCipher.unitSize
    /// Records of a piece.
    static let capacity = size / JournalFormat.recordSize

    /// The records that were read last; those that are good stand first after `open`.
    private(set) var records = [PackedSighting](repeating: PackedSighting(), count: capacity)
    /// Which of the records last opened were good, by their place in the piece.
    private var good = [UInt64](repeating: 0, count: capacity / 64)

    /// Has `read` fill the first `count` bytes; answers how many it did.
    mutating func fill(
        _ count: Int, _ read: (inout MutableSpan<UInt8>) throws(SystemError) -> Int
    ) throws(SystemError) -> Int {
        try unsafe records.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            let part = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[..<min(count, bytes.count)])
            var span = unsafe MutableSpan<UInt8>(_unsafeBytes: part)
            return try read(&span)
        }
    }

    /// Decrypts the first `count` records, which stand at `position` of the file, and moves the good ones to the front.
    /// Answers how many are good.
    mutating func open(_ count: Int, at position: Int, _ cipher: SegmentCipher?, seed: UInt32) throws(JournalError)
        -> Int
    {
        let found: Int? = unsafe records.withUnsafeMutableBytes { bytes in
            guard count > 0, count <= Self.capacity, let start = bytes.baseAddress else { return 0 }
            if let cipher {
                let size = count * JournalFormat.recordSize
                guard unsafe cipher.decrypt(bytes, count: size, at: position) else { return nil }
            }
            let found = unsafe journal_check_records(start, count, seed, &good)
            if found < count { unsafe journal_gather_records(start, count, good) }
            return found
        }
        guard let found else { throw .cipher }
        return found
    }

    /// Whether record `index` of the piece last opened was good.
    func isGood(_ index: Int) -> Bool { good[index / 64] >> (index % 64) & 1 == 1 }
}

extension [PackedSighting] {
    /// The records as bytes of a segment in the clear, each with its checksum behind `seed`.
    func finished(seed: UInt32) -> [UInt8] {
        var records = self
        return unsafe records.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return [] }
            unsafe journal_finish_records(start, bytes.count / JournalFormat.recordSize, seed)
            return unsafe [UInt8](bytes)
        }
    }
}

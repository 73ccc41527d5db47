// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Platform

/// How a segment's records are to be read, by its header and the file of keys.
enum SegmentFinding {
    /// In the clear, or through a cipher.
    case readable(SegmentCipher?, isHeaderDamaged: Bool)
    case obstacle(SegmentReport.Obstacle)
    /// Its making was cut off before it could hold a record.
    case incomplete

    /// Judges a segment; `key` is asked for the day's key when it may have one. Throws `newerVersion`.
    init(
        header: Span<UInt8>, day: UTCDay, key: () throws(JournalError) -> SegmentKey?
    ) throws(JournalError) {
        let isClean = JournalFormat.isPaddingClean(header)
        switch JournalFormat.check(header: header, day: day) {
        case .incomplete: self = .incomplete
        case .plain: self = .readable(nil, isHeaderDamaged: !isClean)
        case .sealed(let check):
            guard let key = try key() else {
                self = .obstacle(.noKey)
                return
            }
            let cipher = try SegmentCipher(key)
            self = cipher.check == check ? .readable(cipher, isHeaderDamaged: !isClean) : .obstacle(.otherKey)
        case .damaged:
            // A day has a key exactly when its segment has version 2.
            let key = try key()
            var cipher: SegmentCipher?
            if let key { cipher = try SegmentCipher(key) }
            self = .readable(cipher, isHeaderDamaged: true)
        case .newer(let version): throw .newerVersion(file: JournalFormat.fileName(of: day), version: version)
        }
    }
}

/// Reads a segment's records in the order they stand, by pieces, and tells damage in the middle from a torn tail: bad
/// records count as damage only when a good one follows.
struct SegmentScan: ~Copyable {
    private(set) var report: SegmentReport
    private let cipher: SegmentCipher?
    private let seed: UInt32
    private var buffer = RecordBuffer()
    private var pending = 0

    init(day: UTCDay, cipher: SegmentCipher?, isHeaderDamaged: Bool) {
        report = SegmentReport(day: day)
        report.isHeaderDamaged = isHeaderDamaged
        self.cipher = cipher
        seed = day.seed
    }

    /// Reads the segment of `size` bytes, which `read` gives a piece of. The good records of each piece go to `body`.
    /// Places that the medium cannot give back are left out, page by page, and count as damage.
    mutating func run(
        size: Int, read: (Int, inout MutableSpan<UInt8>) throws(SystemError) -> Int,
        _ body: (Span<PackedSighting>) -> Void
    ) throws(JournalError) {
        var offset = JournalFormat.headerSize
        var step = RecordBuffer.size
        var retried = 0
        while offset < size {
            let want = min(step, size - offset)
            var got = 0
            do throws(SystemError) {
                got = try buffer.fill(want) { (bytes) throws(SystemError) in try read(offset, &bytes) }
            } catch {
                guard error.isDamage else { throw JournalError(error) }
                if step > SegmentCipher.unitSize {
                    (step, retried) = (SegmentCipher.unitSize, offset + step)
                    continue
                }
                skip(want, at: offset)
                offset += want
                continue
            }
            try take(got / JournalFormat.recordSize, at: offset, body)
            if got < want { break }
            offset += got
            if offset >= retried { step = RecordBuffer.size }
        }
        report.tornBytes = max(0, size - report.end)
    }

    private mutating func take(
        _ count: Int, at offset: Int, _ body: (Span<PackedSighting>) -> Void
    ) throws(JournalError) {
        let found = try buffer.open(count, at: offset, cipher, seed: seed)
        if found == count {
            note(found, goodRecordsAt: offset)
        } else {
            for index in 0..<count {
                if buffer.isGood(index) {
                    note(1, goodRecordsAt: offset + index * JournalFormat.recordSize)
                } else {
                    pending += 1
                }
            }
        }
        if found > 0 { body(buffer.records.span.extracting(0..<found)) }
    }

    private mutating func note(_ count: Int, goodRecordsAt offset: Int) {
        guard count > 0 else { return }
        settle()
        report.records += count
        report.end = offset + count * JournalFormat.recordSize
    }

    /// Leaves out a place that cannot be read. What stands there was written once: no later record goes over it.
    private mutating func skip(_ bytes: Int, at offset: Int) {
        let count = (bytes + JournalFormat.recordSize - 1) / JournalFormat.recordSize
        pending += count
        settle()
        report.end = offset + count * JournalFormat.recordSize
    }

    /// What was doubtful so far is damage: something stands behind it.
    private mutating func settle() {
        guard pending > 0 else { return }
        report.damagedRecords += pending
        if report.firstDamage == nil { report.firstDamage = report.end }
        pending = 0
    }
}

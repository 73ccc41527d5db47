// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// What a reading of one segment found.
package struct SegmentReport: Hashable, Sendable {
    /// The segment's file name.
    package let file: String
    package let day: UTCDay
    /// Good records.
    package internal(set) var records = 0
    /// Bad records that have a good one behind them: skipped, never an end.
    package internal(set) var damagedRecords = 0
    /// Where in the file the first of the damaged records begins.
    package internal(set) var firstDamage: Int?
    /// The header page is not what was written.
    package internal(set) var isHeaderDamaged = false
    /// Bytes behind the last good record: an append that a crash cut off. The next append writes over them.
    package internal(set) var tornBytes = 0
    /// Where the next record goes: behind the last good one.
    package internal(set) var end = JournalFormat.headerSize

    init(day: UTCDay) {
        self.day = day
        self.file = JournalFormat.fileName(of: day)
    }

    /// Whether something that was once written cannot be read. A torn tail is not damage.
    package var isDamaged: Bool { damagedRecords > 0 || isHeaderDamaged }
}

/// Reads records in the order they stand, from pieces of a segment handed over one after the other, and tells damage
/// in the middle from a torn tail: bad records count as damage only when a good one follows.
struct SegmentScan {
    private(set) var report: SegmentReport
    private let record: SightingRecord
    private var offset = JournalFormat.headerSize
    private var pending = 0

    init(day: UTCDay, header: Span<UInt8>) throws(JournalError) {
        report = SegmentReport(day: day)
        record = SightingRecord(day: day)
        switch JournalFormat.check(header: header, day: day) {
        case .good: break
        case .incomplete, .damaged: report.isHeaderDamaged = header.count >= JournalFormat.headerSize
        case .newer(let version): throw .newerVersion(file: report.file, version: version)
        }
    }

    /// Reads the whole records in `bytes`, which follow those read so far.
    mutating func read(_ bytes: Span<UInt8>, _ body: (Sighting) -> Void) {
        var position = 0
        while position + JournalFormat.recordSize <= bytes.count {
            if let sighting = record.decode(bytes, at: position) {
                note(goodRecordAt: offset)
                body(sighting)
            } else {
                pending += 1
            }
            position += JournalFormat.recordSize
            offset += JournalFormat.recordSize
        }
    }

    /// Ends the reading of a segment of `size` bytes.
    mutating func finish(size: Int) -> SegmentReport {
        report.tornBytes = max(0, size - report.end)
        return report
    }

    private mutating func note(goodRecordAt offset: Int) {
        if pending > 0 {
            report.damagedRecords += pending
            if report.firstDamage == nil { report.firstDamage = report.end }
            pending = 0
        }
        report.records += 1
        report.end = offset + JournalFormat.recordSize
    }
}

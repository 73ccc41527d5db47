// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
internal import Platform

/// The one writer of an encounter journal. Appends go to the segment of each sighting's UTC day; `commit` puts them on
/// the medium. Nothing is ever shortened or rewritten but the torn end of an append that a crash cut off, so a reader
/// may map segments while this writes.
package final class JournalWriter {
    private let storage: any JournalStorage
    /// Held for its lock.
    private let lock: any JournalFile
    private var segments: [UTCDay: OpenSegment] = [:]

    /// A segment open for appending.
    private final class OpenSegment {
        let file: any JournalFile
        let record: SightingRecord
        var end: Int
        var isDirty = false

        init(file: any JournalFile, day: UTCDay, end: Int) {
            self.file = file
            self.record = SightingRecord(day: day)
            self.end = end
        }
    }

    /// Takes the folder, made when missing. Throws `inUse` when another process writes it.
    package init(storage: any JournalStorage) throws(JournalError) {
        self.storage = storage
        do {
            lock = try storage.lock()
        } catch {
            throw error.isLocked ? .inUse(folder: storage.folder) : JournalError(error)
        }
    }

    /// Appends sightings of any days, in the order given within a day. They survive a crash of this process at once
    /// and a power cut after `commit`. After an error those of some days may have been appended and others not.
    package func append(_ sightings: [Sighting]) throws(JournalError) {
        var batches: [UTCDay: [Sighting]] = [:]
        for sighting in sightings {
            guard (0...2_932_896).contains(sighting.time.day.number) else { throw .timeOutOfRange }
            batches[sighting.time.day, default: []].append(sighting)
        }
        for day in batches.keys.sorted() {
            let segment = try open(day)
            var bytes: [UInt8] = []
            bytes.reserveCapacity((batches[day]?.count ?? 0) * JournalFormat.recordSize)
            for sighting in batches[day] ?? [] { segment.record.encode(sighting, into: &bytes) }
            try attempt { () throws(SystemError) in try segment.file.write(bytes, at: segment.end) }
            // Only now: after an error the next append writes over whatever part of this one stands there.
            segment.end += bytes.count
            segment.isDirty = true
        }
    }

    /// Returns when everything appended is on the medium.
    package func commit() throws(JournalError) {
        for segment in segments.values where segment.isDirty {
            try attempt { () throws(SystemError) in try segment.file.synchronize() }
            segment.isDirty = false
        }
    }

    /// Closes segments other than those of `day` and the day before, which late sightings may still reach.
    package func close(before day: UTCDay) throws(JournalError) {
        try commit()
        segments = segments.filter { $0.key >= day.advanced(by: -1) }
    }

    /// Unlinks the segments of days before `day`; answers how many.
    @discardableResult
    package func retire(before day: UTCDay) throws(JournalError) -> Int {
        try remove { $0 < day }
    }

    /// Unlinks every segment.
    package func removeAll() throws(JournalError) {
        try remove { _ in true }
    }

    @discardableResult
    private func remove(_ isDoomed: (UTCDay) -> Bool) throws(JournalError) -> Int {
        let names = try attempt { () throws(SystemError) in try storage.names() }
        var count = 0
        for name in names {
            guard let day = JournalFormat.day(ofFile: name), isDoomed(day) else { continue }
            segments[day] = nil
            try attempt { () throws(SystemError) in try storage.remove(name) }
            count += 1
        }
        if count > 0 { try attempt { () throws(SystemError) in try storage.synchronize() } }
        return count
    }

    private func open(_ day: UTCDay) throws(JournalError) -> OpenSegment {
        if let segment = segments[day] { return segment }
        let file = try attempt { () throws(SystemError) in try storage.open(JournalFormat.fileName(of: day)) }
        let size = try attempt { () throws(SystemError) in try file.size() }
        let report = try recover(file, day: day, size: size)
        if size < JournalFormat.headerSize || (report.isHeaderDamaged && report.records == 0) {
            // New, or cut off while it was made. A damaged header over good records stays, to be reported.
            try attempt { () throws(SystemError) in
                try file.write(JournalFormat.header(of: day), at: 0)
                try file.synchronize()
                try storage.synchronize()
            }
        }
        let segment = OpenSegment(file: file, day: day, end: report.end)
        segments[day] = segment
        return segment
    }

    /// Reads an existing segment to find where its next record goes: behind the last good one.
    private func recover(_ file: any JournalFile, day: UTCDay, size: Int) throws(JournalError) -> SegmentReport {
        let piece = 32_768 * JournalFormat.recordSize
        let header = try attempt { () throws(SystemError) in try file.read(at: 0, count: JournalFormat.headerSize) }
        var scan = try SegmentScan(day: day, header: header.span)
        var offset = JournalFormat.headerSize
        while offset < size {
            let bytes = try attempt { () throws(SystemError) in
                try file.read(at: offset, count: min(piece, size - offset))
            }
            scan.read(bytes.span) { _ in }
            offset += piece
        }
        return scan.finish(size: size)
    }
}

/// Runs storage calls with their error turned into the journal's.
func attempt<Answer: ~Copyable>(_ body: () throws(SystemError) -> Answer) throws(JournalError) -> Answer {
    do {
        return try body()
    } catch {
        throw JournalError(error)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
internal import Platform

/// Reads an encounter journal, also while a writer appends: a reader sees every record that was appended before it
/// asked for the segment's size.
package struct JournalReader: Sendable {
    private let folder: String
    private let credential: JournalCredential?

    /// A reader of the journal in `folder`. `credential` opens the file of keys where it is sealed.
    package init(folder: String, credential: JournalCredential? = nil) {
        self.folder = folder
        self.credential = credential
    }

    /// The days that have a segment, in order. A folder that does not exist has none.
    package func days() throws(JournalError) -> [UTCDay] {
        try names().compactMap { JournalFormat.day(ofFile: $0) }.sorted()
    }

    /// Files in the folder that are no part of a journal.
    package func foreignFiles() throws(JournalError) -> [String] {
        let own = [JournalFormat.lockName, KeyFormat.name, KeyFormat.nextName]
        return try names().filter {
            JournalFormat.day(ofFile: $0) == nil && JournalFormat.day(ofFileSetAside: $0) == nil && !own.contains($0)
        }
    }

    /// Files that the writer set aside because they cannot be read.
    package func filesSetAside() throws(JournalError) -> [String] {
        try names().filter { JournalFormat.day(ofFileSetAside: $0) != nil }
    }

    /// Bytes on the medium in all segments.
    package func size() throws(JournalError) -> Int {
        var sum = 0
        for day in try days() {
            sum += try attempt { () throws(SystemError) in try File(path(JournalFormat.fileName(of: day)), .read).size()
            }
        }
        return sum
    }

    /// Hands the good records of a day to `body` in the order they were written, and says what was found.
    @discardableResult
    package func read(_ day: UTCDay, _ body: (Sighting) -> Void) throws(JournalError) -> SegmentReport {
        let start = day.start
        return try readPacked(day) { records in
            for index in records.indices {
                if let sighting = records[index].sighting(from: start) { body(sighting) }
            }
        }
    }

    /// Hands the good records of a day to `body` as they stand in the segment, up to 2048 at a time, in the order they were
    /// written, and says what was found. The cheapest way to read: nothing is made for each record.
    @discardableResult
    package func readPacked(
        _ day: UTCDay, _ body: (Span<PackedSighting>) -> Void
    ) throws(JournalError) -> SegmentReport {
        let name = JournalFormat.fileName(of: day)
        let file = try attempt { () throws(SystemError) in try File(path(name), .read) }
        let (size, header) = try attempt { () throws(SystemError) in
            (try file.size(), try file.read(at: 0, count: JournalFormat.headerSize))
        }
        var report = SegmentReport(day: day)
        switch try SegmentFinding(header: header.span, day: day, key: { () throws(JournalError) in try key(of: day) }) {
        case .incomplete:
            report.tornBytes = size
            return report
        case .obstacle(let obstacle):
            report.obstacle = obstacle
            return report
        case .readable(let cipher, let isHeaderDamaged):
            var scan = SegmentScan(day: day, cipher: cipher, isHeaderDamaged: isHeaderDamaged)
            try scan.run(size: size) { (offset, bytes) throws(SystemError) in
                try file.read(at: offset, into: &bytes)
            } _: {
                body($0)
            }
            return scan.report
        }
    }

    /// Reads the file of keys and says what was found; nil when there is none.
    package func keyReport() throws(JournalError) -> KeyReport? {
        guard Folder.exists(path(KeyFormat.name)) else { return nil }
        let table = try keys()
        return KeyReport(
            file: KeyFormat.name, keys: table.keys.count, isSealed: table.isSealed, lostKeys: table.lostEntries,
            isDamaged: table.isDamaged, isUnreadable: table.isUnreadable)
    }

    /// A day's key. Read anew for each segment, for the writer replaces the file when a day begins and when one ends.
    private func key(of day: UTCDay) throws(JournalError) -> SegmentKey? { try keys().keys[day] }

    /// The file of keys. The one just opened may be wiped by the writer before it is read: then there is a newer one.
    private func keys() throws(JournalError) -> KeyTable {
        var table = KeyTable()
        for _ in 0..<10 {
            let bytes: [UInt8]
            do throws(SystemError) {
                bytes = try Folder.contents(of: path(KeyFormat.name))
            } catch {
                if error.isNotFound { return table }
                throw JournalError(error)
            }
            table = try KeyTable(bytes, file: path(KeyFormat.name), credential: credential)
            if !table.isDamaged { break }
        }
        return table
    }

    private func path(_ name: String) -> String { folder + "/" + name }

    private func names() throws(JournalError) -> [String] {
        guard Folder.exists(folder) else { return [] }
        return try attempt { () throws(SystemError) in try Folder.names(in: folder) }
    }
}

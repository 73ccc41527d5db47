// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
internal import Platform

/// Reads an encounter journal, also while a writer appends: a reader sees every record that was appended before it
/// mapped the segment.
package struct JournalReader: Sendable {
    private let folder: String

    package init(folder: String) {
        self.folder = folder
    }

    /// The days that have a segment, in order. A folder that does not exist has none.
    package func days() throws(JournalError) -> [UTCDay] {
        try names().compactMap { JournalFormat.day(ofFile: $0) }.sorted()
    }

    /// Files in the folder that are no part of a journal.
    package func foreignFiles() throws(JournalError) -> [String] {
        try names().filter { JournalFormat.day(ofFile: $0) == nil && $0 != "lock" }
    }

    /// Bytes on the medium in all segments.
    package func size() throws(JournalError) -> Int {
        var sum = 0
        for day in try days() {
            sum += try attempt { () throws(SystemError) in try File(path(day), .read).size() }
        }
        return sum
    }

    /// Hands the good records of a day to `body` in the order they were written, and says what was found.
    @discardableResult
    package func read(_ day: UTCDay, _ body: (Sighting) -> Void) throws(JournalError) -> SegmentReport {
        let file = try attempt { () throws(SystemError) in try MappedFile(path(day)) }
        return try file.withBytes { (bytes) throws(JournalError) -> SegmentReport in
            let headerSize = min(bytes.count, JournalFormat.headerSize)
            var scan = try SegmentScan(day: day, header: bytes.extracting(0..<headerSize))
            scan.read(bytes.extracting(headerSize..<bytes.count), body)
            return scan.finish(size: bytes.count)
        }
    }

    private func path(_ day: UTCDay) -> String { folder + "/" + JournalFormat.fileName(of: day) }

    private func names() throws(JournalError) -> [String] {
        guard Folder.exists(folder) else { return [] }
        return try attempt { () throws(SystemError) in try Folder.names(in: folder) }
    }
}

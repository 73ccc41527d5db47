// SPDX-License-Identifier: GPL-3.0-or-later
// The only place where the numbers of a segment's format stand. The paper is docs/journal-format.md.

package import Beacon

/// The bytes of a segment: a header page, then records of one size.
package enum JournalFormat {
    /// The first eight bytes of every segment.
    static let magic = Array("BZSIGHT\n".utf8)
    /// The version that this code writes: records encrypted under the segment's key. Version 1, records in the clear, is
    /// read, and appended to.
    package static let version: UInt16 = 2
    /// Bytes before the first record: one page, so that records never share a page with the header.
    package static let headerSize = 4096
    /// Bytes of a record.
    package static let recordSize = 32
    /// Bytes of the header that carry something; the rest of the page is zero.
    static let headerLength = 32
    /// What the file names of segments end in, behind `YYYY-MM-DD`.
    static let suffix = ".sightings"
    /// What is added to the name of a file that cannot be read and must not be written over.
    static let asideSuffix = ".unreadable"
    /// The file that the writer holds locked.
    static let lockName = "lock"

    /// The file name of a day's segment.
    package static func fileName(of day: UTCDay) -> String { day.description + suffix }

    /// The day of a segment's file name; nil for a file that is not a segment.
    package static func day(ofFile name: String) -> UTCDay? {
        name.hasSuffix(suffix) ? UTCDay(name.dropLast(suffix.utf8.count)) : nil
    }

    /// The day of a file set aside, `2026-11-20.sightings.unreadable` and `2026-11-20.keys.unreadable`, also with a
    /// number behind; nil for any other file.
    package static func day(ofFileSetAside name: String) -> UTCDay? {
        guard let day = UTCDay(name.prefix(10)) else { return nil }
        return [suffix, KeyFormat.asideSuffix].contains { kind in
            let rest = name.dropFirst(10)
            guard rest.hasPrefix(kind + asideSuffix) else { return false }
            let number = rest.dropFirst((kind + asideSuffix).utf8.count)
            return number.isEmpty || (number.first == "." && UInt32(number.dropFirst()) != nil)
        } ? day : nil
    }

    /// The header page of a day's segment: version 1 without a check value, version 2 with the one of its key.
    static func header(of day: UTCDay, check: [UInt8]? = nil) -> [UInt8] {
        var page = [UInt8](repeating: 0, count: headerSize)
        page.replaceSubrange(0..<8, with: magic)
        page.put(check == nil ? 1 : UInt32(version), at: 8, bytes: 2)
        page.put(UInt32(recordSize), at: 10, bytes: 2)
        page.put(UInt32(bitPattern: day.number), at: 12, bytes: 4)
        if let check { page.replaceSubrange(16..<24, with: check.prefix(8)) }
        page.put(CRC32C.checksum(page.span.extracting(0..<28)), at: 28, bytes: 4)
        return page
    }

    /// What a segment's first bytes say.
    enum HeaderFinding: Equatable {
        /// Version 1: records in the clear.
        case plain
        /// Version 2: records encrypted under the key that has this check value.
        case sealed(check: [UInt8])
        /// Shorter than a header page: a segment whose making was cut off. It cannot hold a record.
        case incomplete
        /// The header is not what was written; the file name gives the day, and the file of keys the version.
        case damaged
        /// Written by a later version of this software. Every version keeps magic, version and checksum in their places.
        case newer(UInt16)
    }

    /// Checks the header of the segment that its file name gives to `day`.
    static func check(header: Span<UInt8>, day: UTCDay) -> HeaderFinding {
        guard header.count >= headerSize else { return .incomplete }
        let start = header.extracting(0..<headerLength).copied
        guard Array(start[0..<8]) == magic, CRC32C.checksum(header.extracting(0..<28)) == header.word(at: 28) else {
            return .damaged
        }
        let version = UInt16(start[8]) | UInt16(start[9]) << 8
        let check = Array(start[16..<24])
        switch version {
        case 1: return start.elementsEqual(self.header(of: day).prefix(headerLength)) ? .plain : .damaged
        case 2:
            let expected = self.header(of: day, check: check).prefix(headerLength)
            return start.elementsEqual(expected) ? .sealed(check: check) : .damaged
        case 3...: return .newer(version)
        default: return .damaged
        }
    }

    /// Whether the header page is zero behind what it carries, by its checksum.
    static func isPaddingClean(_ header: Span<UInt8>) -> Bool {
        header.count < headerSize || CRC32C.checksum(header.extracting(headerLength..<headerSize)) == cleanPadding
    }

    private static let cleanPadding = CRC32C.checksum(
        [UInt8](repeating: 0, count: headerSize - headerLength).span)
}

extension [UInt8] {
    /// Writes the low `bytes` bytes of `value` at `offset`, least significant first.
    mutating func put(_ value: UInt32, at offset: Int, bytes: Int) {
        for index in 0..<bytes { self[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }
}

extension Span<UInt8> {
    /// The four bytes from `offset` on, least significant first.
    func word(at offset: Int) -> UInt32 {
        UInt32(self[offset]) | UInt32(self[offset + 1]) << 8 | UInt32(self[offset + 2]) << 16
            | UInt32(self[offset + 3]) << 24
    }

    /// The bytes as an array.
    var copied: [UInt8] { indices.map { self[$0] } }
}

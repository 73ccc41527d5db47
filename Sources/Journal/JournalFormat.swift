// SPDX-License-Identifier: GPL-3.0-or-later
// The only place where the numbers of the journal's format stand. The paper is docs/journal-format.md.

package import Beacon

/// The bytes of a segment: a header page, then records of one size.
package enum JournalFormat {
    /// The first eight bytes of every segment.
    static let magic = Array("BZSIGHT\n".utf8)
    /// The version that this code writes and reads.
    package static let version: UInt16 = 1
    /// Bytes before the first record: one page, so that records never share a page with the header.
    package static let headerSize = 4096
    /// Bytes of a record.
    package static let recordSize = 32
    /// Bytes of the header that carry something; the rest of the page is zero.
    static let headerLength = 32
    /// What the file names of segments end in, behind `YYYY-MM-DD`.
    static let suffix = ".sightings"

    /// The file name of a day's segment.
    package static func fileName(of day: UTCDay) -> String { day.description + suffix }

    /// The day of a segment's file name; nil for a file that is not a segment.
    package static func day(ofFile name: String) -> UTCDay? {
        name.hasSuffix(suffix) ? UTCDay(name.dropLast(suffix.utf8.count)) : nil
    }

    /// The header page of a day's segment.
    static func header(of day: UTCDay) -> [UInt8] {
        var page = [UInt8](repeating: 0, count: headerSize)
        page.replaceSubrange(0..<8, with: magic)
        page.put(UInt32(version), at: 8, bytes: 2)
        page.put(UInt32(recordSize), at: 10, bytes: 2)
        page.put(UInt32(bitPattern: day.number), at: 12, bytes: 4)
        // Bytes 16 to 27 are flags, none of which exists in version 1.
        page.put(CRC32C.checksum(page.span.extracting(0..<28)), at: 28, bytes: 4)
        return page
    }

    /// What a segment's first bytes say.
    enum HeaderFinding: Equatable {
        case good
        /// Shorter than a header page: a segment whose making was cut off. It cannot hold a record.
        case incomplete
        /// The header is not what was written; records are still readable, because the file name gives the day.
        case damaged
        /// Written by a later version of this software.
        case newer(UInt16)
    }

    /// Checks the header of the segment that its file name gives to `day`.
    static func check(header: Span<UInt8>, day: UTCDay) -> HeaderFinding {
        guard header.count >= headerSize else { return .incomplete }
        var start = header.extracting(0..<headerLength).copied
        let expected = self.header(of: day).prefix(headerLength)
        if start.elementsEqual(expected) { return .good }
        guard Array(start[0..<8]) == magic else { return .damaged }
        let version = UInt16(start[8]) | UInt16(start[9]) << 8
        guard version > self.version else { return .damaged }
        // A later version, unless nothing but this field differs from our own header: then the field is what broke.
        start.put(UInt32(self.version), at: 8, bytes: 2)
        return start.elementsEqual(expected) ? .damaged : .newer(version)
    }
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

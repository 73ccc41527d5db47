// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// A sighting as the 32 bytes of a record, and back. The checksum is seeded with the day, so that a record that
/// strayed into another day's segment is not taken for one of its own.
package struct SightingRecord: Sendable {
    private let day: UTCDay
    private let seed: UInt32

    package init(day: UTCDay) {
        self.day = day
        var bytes: [UInt8] = [0, 0, 0, 0]
        bytes.put(UInt32(bitPattern: day.number), at: 0, bytes: 4)
        self.seed = CRC32C.checksum(bytes.span)
    }

    /// Appends the record of a sighting, whose time must lie in the record's day.
    package func encode(_ sighting: Sighting, into bytes: inout [UInt8]) {
        let start = bytes.count
        let identifier = sighting.payload.identifier
        bytes.append(contentsOf: repeatElement(0, count: JournalFormat.recordSize))
        bytes.put(UInt32(truncatingIfNeeded: identifier.low), at: start, bytes: 4)
        bytes.put(UInt32(truncatingIfNeeded: identifier.low >> 32), at: start + 4, bytes: 4)
        bytes.put(UInt32(truncatingIfNeeded: identifier.high), at: start + 8, bytes: 4)
        bytes.put(UInt32(truncatingIfNeeded: identifier.high >> 32), at: start + 12, bytes: 4)
        bytes.put(sighting.payload.metadata, at: start + 16, bytes: 4)
        let time = UInt32(sighting.time.millisecondsOfDay) | UInt32(identifier.format.rawValue) << 27
        bytes.put(time, at: start + 20, bytes: 4)
        bytes.put(UInt32(gap(of: sighting)), at: start + 24, bytes: 2)
        bytes[start + 26] = UInt8(bitPattern: sighting.rssi)
        bytes[start + 27] = UInt8(bitPattern: sighting.meanRSSI)
        bytes.put(CRC32C.checksum(bytes.span.extracting(start..<start + 28), seed: seed), at: start + 28, bytes: 4)
    }

    /// Reads the record at `offset`; nil when it is not one that was written whole into this day's segment.
    package func decode(_ bytes: Span<UInt8>, at offset: Int) -> Sighting? {
        let record = bytes.extracting(offset..<offset + JournalFormat.recordSize)
        guard CRC32C.checksum(record.extracting(0..<28), seed: seed) == record.word(at: 28) else { return nil }
        let time = record.word(at: 20)
        guard let format = BeaconFormat(rawValue: UInt8(time >> 27)) else { return nil }
        let heard = day.start.advanced(by: .milliseconds(Int64(time & 0x7FF_FFFF)))
        let identifier = EphemeralIdentifier(
            format: format, low: UInt64(record.word(at: 0)) | UInt64(record.word(at: 4)) << 32,
            high: UInt64(record.word(at: 8)) | UInt64(record.word(at: 12)) << 32)
        let gap = UInt16(record[24]) | UInt16(record[25]) << 8
        let previous = gap == Self.unknownGap ? nil : Timestamp(seconds: heard.seconds - Int64(gap))
        return Sighting(
            payload: BeaconPayload(identifier: identifier, metadata: record.word(at: 16)), time: heard,
            previousScan: previous, rssi: Int8(bitPattern: record[26]), meanRSSI: Int8(bitPattern: record[27]))
    }

    /// The gap that stands for "the scan before is not known".
    private static let unknownGap: UInt16 = 0xFFFF

    /// Whole seconds from the previous scan to this one; a longer gap than fits counts as the longest that does.
    private func gap(of sighting: Sighting) -> UInt16 {
        guard let previous = sighting.previousScan else { return Self.unknownGap }
        let seconds = sighting.time.seconds.subtractingReportingOverflow(previous.seconds).partialValue
        return seconds < 0 ? Self.unknownGap : UInt16(min(seconds, Int64(Self.unknownGap) - 1))
    }
}

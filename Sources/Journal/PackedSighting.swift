// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// A sighting as the 32 bytes of a record in the clear, field by field in the order in which they stand there. It does not
/// know its day: that is its segment's.
package struct PackedSighting: Hashable, Sendable {
    /// Bytes 0 to 7 of the identifier, byte 0 in the least significant place.
    package var low: UInt64 = 0
    /// Bytes 8 to 15 in the same order; a Bluezone ID's last four are zero.
    package var high: UInt64 = 0
    /// Metadata as a number whose most significant byte was first on the air; 0 for Bluezone.
    package var metadata: UInt32 = 0
    /// Milliseconds since midnight UTC in bits 0 to 26, the format's number above.
    var timeAndFormat: UInt32 = 0
    /// Whole seconds since the previous scan; 0xFFFF: not known.
    package var gap: UInt16 = unknownGap
    /// The strongest signal of the scan in dBm.
    package var rssi: Int8 = 0
    /// The mean signal of the scan in dBm.
    package var meanRSSI: Int8 = 0
    /// CRC-32C of the day and the fields before; written by `finished`.
    var checksum: UInt32 = 0

    /// The gap that stands for "the scan before is not known".
    static let unknownGap: UInt16 = 0xFFFF

    init() {}

    /// The record of a sighting without its checksum. A gap longer than fits counts as the longest that does.
    package init(_ sighting: Sighting) {
        let identifier = sighting.payload.identifier
        low = identifier.low
        high = identifier.high
        metadata = sighting.payload.metadata
        timeAndFormat =
            UInt32(truncatingIfNeeded: sighting.time.millisecondsOfDay) | UInt32(identifier.format.rawValue) << 27
        if let previous = sighting.previousScan {
            let seconds = sighting.time.seconds.subtractingReportingOverflow(previous.seconds).partialValue
            gap = seconds < 0 ? Self.unknownGap : UInt16(min(seconds, Int64(Self.unknownGap) - 1))
        }
        rssi = sighting.rssi
        meanRSSI = sighting.meanRSSI
    }

    /// Milliseconds since the midnight that began the segment's day.
    package var millisecondsOfDay: UInt32 { timeAndFormat & 0x7FF_FFFF }

    /// The format's number, 1 or 2 in every record that a reader hands out.
    package var formatNumber: UInt8 { UInt8(truncatingIfNeeded: timeAndFormat >> 27) }

    /// The sighting, heard on the day that begins at `start`; nil for a format that is not known.
    package func sighting(from start: Timestamp) -> Sighting? {
        guard let format = BeaconFormat(rawValue: formatNumber) else { return nil }
        let time = Timestamp(milliseconds: start.milliseconds &+ Int64(millisecondsOfDay))
        return Sighting(
            payload: BeaconPayload(
                identifier: EphemeralIdentifier(format: format, low: low, high: high), metadata: metadata),
            time: time, previousScan: gap == Self.unknownGap ? nil : Timestamp(seconds: time.seconds - Int64(gap)),
            rssi: rssi, meanRSSI: meanRSSI)
    }
}

extension UTCDay {
    /// The checksum of the day, which stands in front of what each of its records' checksums covers: a record that
    /// strayed into another day's segment is not taken for one of its own.
    var seed: UInt32 {
        var bytes: [UInt8] = [0, 0, 0, 0]
        bytes.put(UInt32(bitPattern: number), at: 0, bytes: 4)
        return CRC32C.checksum(bytes.span)
    }
}

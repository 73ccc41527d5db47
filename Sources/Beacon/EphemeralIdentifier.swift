// SPDX-License-Identifier: GPL-3.0-or-later

/// The bytes that stand for a device on the air for some minutes: 12 (Bluezone ID) or 16 (rolling proximity
/// identifier). Kept in two words, so that comparing and hashing touch no heap.
package struct EphemeralIdentifier: Hashable, Sendable {
    package let format: BeaconFormat
    /// Bytes 0 to 7, byte 0 in the least significant place.
    package let low: UInt64
    /// Bytes 8 to 15 in the same order; a Bluezone ID's last four are zero.
    package let high: UInt64

    /// The identifier made of `bytes`; nil when their number is not the format's.
    package init?(format: BeaconFormat, bytes: Span<UInt8>) {
        guard bytes.count == format.identifierLength else { return nil }
        self.format = format
        self.low = bytes.littleEndianWord(at: 0)
        self.high = bytes.littleEndianWord(at: 8)
    }

    /// The identifier made of `bytes`; nil when their number is not the format's.
    package init?(format: BeaconFormat, bytes: [UInt8]) {
        self.init(format: format, bytes: bytes.span)
    }

    package init(format: BeaconFormat, low: UInt64, high: UInt64) {
        self.format = format
        self.low = low
        self.high = format == .bluezone ? high & 0xFFFF_FFFF : high
    }

    /// Byte `index` of the identifier; 0 past its length.
    package func byte(at index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: index < 8 ? low >> (8 * index) : high >> (8 * (index - 8)))
    }

    /// The identifier's 12 or 16 bytes in the order they stand on the air.
    package var bytes: [UInt8] { (0..<format.identifierLength).map { byte(at: $0) } }

    /// The bytes as lower-case hexadecimal digits.
    package var hex: String { bytes.hex }
}

extension Span<UInt8> {
    /// Up to eight bytes from `offset` on as a little-endian word; missing bytes count as zero.
    func littleEndianWord(at offset: Int) -> UInt64 {
        if offset + 8 <= count { return wholeWord(at: offset) }
        var word: UInt64 = 0
        var index = offset
        while index < count {
            word |= UInt64(self[index]) << (8 * (index - offset))
            index += 1
        }
        return word
    }

    private func wholeWord(at offset: Int) -> UInt64 {
        let low = UInt64(self[offset]) | UInt64(self[offset + 1]) << 8 | UInt64(self[offset + 2]) << 16
        let middle = UInt64(self[offset + 3]) << 24 | UInt64(self[offset + 4]) << 32 | UInt64(self[offset + 5]) << 40
        return low | middle | UInt64(self[offset + 6]) << 48 | UInt64(self[offset + 7]) << 56
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

/// Protocol buffer fields, written one after the other.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    /// A varint field; negative numbers take ten bytes, as int32 does.
    mutating func write(_ number: UInt64, _ value: Int32) {
        writeTag(number, .varint)
        writeVarint(UInt64(bitPattern: Int64(value)))
    }

    /// A sint32 field.
    mutating func writeZigZag(_ number: UInt64, _ value: Int32) {
        writeTag(number, .varint)
        writeVarint(UInt64(UInt32(bitPattern: (value << 1) ^ (value >> 31))))
    }

    /// A fixed64 field.
    mutating func writeFixed(_ number: UInt64, _ value: UInt64) {
        writeTag(number, .fixed64)
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(shift)))) }
    }

    /// A bytes or message field.
    mutating func write(_ number: UInt64, _ block: [UInt8]) {
        writeTag(number, .bytes)
        writeVarint(UInt64(block.count))
        bytes += block
    }

    /// A string field.
    mutating func write(_ number: UInt64, _ text: String) { write(number, Array(text.utf8)) }

    private mutating func writeTag(_ number: UInt64, _ type: WireType) {
        writeVarint(number << 3 | UInt64(type.rawValue))
    }

    private mutating func writeVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}

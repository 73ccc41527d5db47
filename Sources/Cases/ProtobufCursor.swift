// SPDX-License-Identifier: GPL-3.0-or-later

/// How a field's value is laid out in protocol buffers.
enum WireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5
}

/// Why a value could not be read.
enum ProtobufFault: Error {
    /// The bytes end inside the value.
    case incomplete
    /// No continuation makes the value right.
    case malformed(String)
}

/// A place in a run of protocol buffer fields. It holds no bytes: each call is handed them.
struct ProtobufCursor {
    /// The largest length a value may claim: more than any export has.
    static let maximumLength: UInt64 = 1 << 31

    /// Where the next byte is read.
    var position: Int
    /// Where the fields end.
    let end: Int

    var isAtEnd: Bool { position >= end }

    /// An unsigned number in base 128, the low seven bits first, at most ten bytes.
    mutating func varint(_ bytes: Span<UInt8>) throws(ProtobufFault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end {
            let byte = bytes[position]
            position += 1
            if shift == 63 && byte > 1 { throw .malformed("a number has more than 64 bits") }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .incomplete
    }

    /// An int32 or enumeration: negative ones take ten bytes, and bits past the 32nd are dropped as the format asks.
    mutating func int32(_ bytes: Span<UInt8>) throws(ProtobufFault) -> Int32 {
        Int32(truncatingIfNeeded: try varint(bytes))
    }

    /// A sint32, zig-zag: 0, -1, 1, -2 ...
    mutating func zigZag32(_ bytes: Span<UInt8>) throws(ProtobufFault) -> Int32 {
        let value = UInt32(truncatingIfNeeded: try varint(bytes))
        return Int32(bitPattern: value >> 1) ^ -Int32(bitPattern: value & 1)
    }

    /// Eight bytes, the lowest first.
    mutating func fixed64(_ bytes: Span<UInt8>) throws(ProtobufFault) -> UInt64 {
        guard end - position >= 8 else { throw .incomplete }
        var value: UInt64 = 0
        for index in 0..<8 { value |= UInt64(bytes[position + index]) << (8 * UInt64(index)) }
        position += 8
        return value
    }

    /// A field's number and layout.
    mutating func tag(_ bytes: Span<UInt8>) throws(ProtobufFault) -> (number: UInt64, type: WireType) {
        let tag = try varint(bytes)
        guard let type = WireType(rawValue: UInt8(tag & 7)) else {
            throw .malformed("wire type \(tag & 7), which this format does not use")
        }
        guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw .malformed("field number \(tag >> 3)") }
        return (tag >> 3, type)
    }

    /// The length in front of bytes, text or a message; the bytes themselves may not be there yet.
    mutating func length(_ bytes: Span<UInt8>) throws(ProtobufFault) -> Int {
        let length = try varint(bytes)
        guard length < ProtobufCursor.maximumLength else { throw .malformed("a length of \(length) bytes") }
        return Int(length)
    }

    /// The place of bytes, text or a message that is there as a whole; the cursor then stands behind it.
    mutating func block(_ bytes: Span<UInt8>) throws(ProtobufFault) -> Range<Int> {
        let length = try length(bytes)
        guard length <= end - position else { throw .incomplete }
        position += length
        return position - length..<position
    }

    /// Text, in which bytes that are not UTF-8 become U+FFFD.
    mutating func text(_ bytes: Span<UInt8>) throws(ProtobufFault) -> String {
        let range = try block(bytes)
        return String(decoding: range.map { bytes[$0] }, as: UTF8.self)
    }

    /// Passes over the value of a field that nobody asked for.
    mutating func skip(_ type: WireType, _ bytes: Span<UInt8>) throws(ProtobufFault) {
        switch type {
        case .varint: _ = try varint(bytes)
        case .bytes: _ = try block(bytes)
        case .fixed64, .fixed32:
            let length = type == .fixed64 ? 8 : 4
            guard end - position >= length else { throw .incomplete }
            position += length
        }
    }
}

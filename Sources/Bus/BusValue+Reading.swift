// SPDX-License-Identifier: GPL-3.0-or-later

internal import CBlueZ

/// Deeper values are refused, though D-Bus allows up to 64 levels.
let deepestValue = 32

/// All values from the reader's place to the end of its container.
@unsafe func readValues(_ reader: inout bz_reader, depth: Int) throws(BusError) -> [BusValue] {
    var values: [BusValue] = []
    while unsafe bz_reader_type(&reader) != 0 {
        values.append(try unsafe readValue(&reader, depth: depth))
        unsafe bz_reader_next(&reader)
    }
    return values
}

@unsafe private func readValue(_ reader: inout bz_reader, depth: Int) throws(BusError) -> BusValue {
    let code = unsafe TypeCode(rawValue: UInt8(truncatingIfNeeded: bz_reader_type(&reader)))
    switch code {
    case .bool, .byte, .int16, .uint16, .int32, .uint32, .int64, .uint64, .double:
        let bits = unsafe bz_reader_bits(&reader)
        return number(code, bits)
    case .string, .objectPath, .signature:
        guard let pointer = unsafe bz_reader_text(&reader) else { throw .unexpectedReply("a text without text") }
        let text = unsafe String(cString: pointer)
        return code == .string ? .string(text) : code == .objectPath ? .objectPath(text) : .signature(text)
    case .array: return try unsafe readArray(&reader, depth: depth)
    case .variant, .structure:
        let inner = try unsafe readInside(&reader, depth: depth)
        if code == .structure { return .structure(inner) }
        guard let value = inner.first else { throw .unexpectedReply("an empty variant") }
        return .variant(value)
    case .descriptor: return .descriptor
    case .entry, nil: throw .unexpectedReply("a value of a type that is not used here")
    }
}

private func number(_ code: TypeCode?, _ bits: UInt64) -> BusValue {
    switch code {
    case .bool: .bool(bits != 0)
    case .byte: .byte(UInt8(truncatingIfNeeded: bits))
    case .int16: .int16(Int16(truncatingIfNeeded: bits))
    case .uint16: .uint16(UInt16(truncatingIfNeeded: bits))
    case .int32: .int32(Int32(truncatingIfNeeded: bits))
    case .uint32: .uint32(UInt32(truncatingIfNeeded: bits))
    case .int64: .int64(Int64(bitPattern: bits))
    case .double: .double(Double(bitPattern: bits))
    default: .uint64(bits)
    }
}

@unsafe private func readInside(_ reader: inout bz_reader, depth: Int) throws(BusError) -> [BusValue] {
    var child = bz_reader()
    guard depth < deepestValue else { throw .unexpectedReply("values nested deeper than \(deepestValue) levels") }
    guard unsafe bz_reader_enter(&reader, &child) else { return [] }
    return try unsafe readValues(&child, depth: depth + 1)
}

@unsafe private func readArray(_ reader: inout bz_reader, depth: Int) throws(BusError) -> BusValue {
    let element = unsafe UInt8(truncatingIfNeeded: bz_reader_element_type(&reader))
    if element == TypeCode.byte.rawValue {
        var count = 0
        guard let start = unsafe bz_reader_bytes(&reader, &count) else { return .bytes([]) }
        return unsafe .bytes(Array(UnsafeBufferPointer(start: start, count: count)))
    }
    let signature = try unsafe signatureText(&reader)
    guard element == TypeCode.entry.rawValue else {
        return .array(of: String(signature.dropFirst()), try unsafe readInside(&reader, depth: depth))
    }
    let entries = try unsafe readEntries(&reader, depth: depth)
    let inner = signature.dropFirst(2).dropLast()
    return .dictionary(key: String(inner.prefix(1)), value: String(inner.dropFirst()), entries)
}

@unsafe private func readEntries(_ reader: inout bz_reader, depth: Int) throws(BusError) -> [BusEntry] {
    var child = bz_reader()
    var entries: [BusEntry] = []
    guard depth < deepestValue else { throw .unexpectedReply("values nested deeper than \(deepestValue) levels") }
    guard unsafe bz_reader_enter(&reader, &child) else { return [] }
    while unsafe bz_reader_type(&child) != 0 {
        let pair = try unsafe readInside(&child, depth: depth + 1)
        guard pair.count == 2 else { throw .unexpectedReply("a dictionary entry without key and value") }
        entries.append(BusEntry(pair[0], pair[1]))
        unsafe bz_reader_next(&child)
    }
    return entries
}

@unsafe private func signatureText(_ reader: inout bz_reader) throws(BusError) -> String {
    let text = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer -> String? in
        guard let start = buffer.baseAddress, unsafe bz_reader_signature(&reader, start) else { return nil }
        return unsafe String(cString: start)
    }
    guard let text else { throw .unexpectedReply("an array without a signature") }
    return text
}

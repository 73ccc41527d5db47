// SPDX-License-Identifier: GPL-3.0-or-later

internal import CBlueZ

/// Adds `value`. Throws `.invalid` when it cannot be said on D-Bus; the message is then good for nothing.
@unsafe func write(_ value: BusValue, to writer: inout bz_writer, depth: Int) throws(BusError) {
    guard depth < deepestValue else { throw .invalid("values nested deeper than \(deepestValue) levels") }
    switch value {
    case .string(let text), .objectPath(let text), .signature(let text):
        // C would end the text at its first NUL.
        guard !text.utf8.contains(0), unsafe bz_write_text(&writer, value.code, text) else {
            throw .invalid("“\(text)” as \(value.signature)")
        }
    case .bytes(let bytes):
        guard unsafe bz_write_bytes(&writer, bytes, bytes.count) else { throw .invalid("\(bytes.count) bytes") }
    case .array(let element, let values):
        try unsafe writeContainer(TypeCode.array, element, values, of: element, to: &writer, depth)
    case .dictionary(let key, let item, let entries):
        try unsafe writeDictionary("{" + key + item + "}", key, item, entries, to: &writer, depth)
    case .variant(let inner):
        try unsafe writeContainer(.variant, inner.signature, [inner], of: nil, to: &writer, depth)
    case .structure(let values):
        guard !values.isEmpty else { throw .invalid("a structure without members") }
        try unsafe writeContainer(.structure, nil, values, of: nil, to: &writer, depth)
    case .descriptor: throw .invalid("a file descriptor")
    default:
        guard unsafe bz_write_bits(&writer, value.code, value.bits) else { throw .invalid("\(value)") }
    }
}

/// Opens a container, has `body` fill it, and closes it; given up whole when something in it cannot be said.
@unsafe private func within(
    _ code: TypeCode, _ signature: String?, _ writer: inout bz_writer,
    _ body: (inout bz_writer) throws(BusError) -> Void
) throws(BusError) {
    var child = bz_writer()
    let isOpen =
        if let signature {
            unsafe bz_writer_open(&writer, Int32(code.rawValue), signature, &child)
        } else {
            unsafe bz_writer_open(&writer, Int32(code.rawValue), nil, &child)
        }
    guard isOpen else { throw .invalid("a container of “\(signature ?? "")”") }
    do { try body(&child) } catch {
        unsafe bz_writer_abandon(&writer, &child)
        throw error
    }
    guard unsafe bz_writer_close(&writer, &child) else { throw .invalid("a container without memory for it") }
}

@unsafe private func writeContainer(
    _ code: TypeCode, _ signature: String?, _ values: [BusValue], of element: String?, to writer: inout bz_writer,
    _ depth: Int
) throws(BusError) {
    for value in values where element != nil && value.signature != element {
        throw .invalid("an element “\(value.signature)” in an array of “\(element ?? "")”")
    }
    try unsafe within(code, signature, &writer) { (child) throws(BusError) in
        for value in values { try unsafe write(value, to: &child, depth: depth + 1) }
    }
}

@unsafe private func writeDictionary(
    _ signature: String, _ key: String, _ item: String, _ entries: [BusEntry], to writer: inout bz_writer, _ depth: Int
) throws(BusError) {
    for entry in entries where entry.key.signature != key || entry.value.signature != item {
        throw .invalid("an entry “\(entry.key.signature)\(entry.value.signature)” in a dictionary “\(signature)”")
    }
    try unsafe within(.array, signature, &writer) { (child) throws(BusError) in
        for entry in entries {
            try unsafe writeContainer(.entry, nil, [entry.key, entry.value], of: nil, to: &child, depth + 1)
        }
    }
}

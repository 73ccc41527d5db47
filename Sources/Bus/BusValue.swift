// SPDX-License-Identifier: GPL-3.0-or-later

/// A D-Bus value.
package indirect enum BusValue: Hashable, Sendable {
    case bool(Bool)
    case byte(UInt8)
    case int16(Int16)
    case uint16(UInt16)
    case int32(Int32)
    case uint32(UInt32)
    case int64(Int64)
    case uint64(UInt64)
    case double(Double)
    case string(String)
    case objectPath(String)
    case signature(String)
    /// `ay`.
    case bytes([UInt8])
    /// An array whose elements all have the signature `of` (one complete type, for instance `s` or `a{sv}`).
    case array(of: String, [BusValue])
    /// `a{kv}` with the signatures of keys (a basic type) and values; order and doubled keys stay as they came.
    case dictionary(key: String, value: String, [BusEntry])
    case variant(BusValue)
    case structure([BusValue])
    /// A file descriptor was here. It stays with its message, which closes it; it can be read past, and not be sent.
    case descriptor
}

/// One entry of a dictionary.
package struct BusEntry: Hashable, Sendable {
    package var key: BusValue
    package var value: BusValue

    package init(_ key: BusValue, _ value: BusValue) {
        self.key = key
        self.value = value
    }
}

extension BusValue {
    /// `a{sv}`, the bus's usual bag of properties; each value is wrapped in a variant.
    package static func properties(_ values: KeyValuePairs<String, BusValue>) -> BusValue {
        .dictionary(key: "s", value: "v", values.map { BusEntry(.string($0.key), .variant($0.value)) })
    }

    /// `a{sv}` from names and values; each value is wrapped in a variant.
    package static func properties(_ values: [(String, BusValue)]) -> BusValue {
        .dictionary(key: "s", value: "v", values.map { BusEntry(.string($0.0), .variant($0.1)) })
    }

    /// `as`.
    package static func strings(_ values: [String]) -> BusValue { .array(of: "s", values.map { .string($0) }) }

    /// The value inside variants, however deep; the value itself when it is none.
    package var unwrapped: BusValue {
        if case .variant(let inner) = self { inner.unwrapped } else { self }
    }

    /// The text of a string, object path or signature, in variants or not; nil for anything else.
    package var text: String? {
        switch unwrapped {
        case .string(let text), .objectPath(let text), .signature(let text): text
        default: nil
        }
    }

    /// The value of a boolean, in variants or not.
    package var bool: Bool? {
        if case .bool(let value) = unwrapped { value } else { nil }
    }

    /// Any of the bus's integers (not a double, not a boolean) that fits, in variants or not.
    package var integer: Int64? {
        switch unwrapped {
        case .byte(let value): Int64(value)
        case .int16(let value): Int64(value)
        case .uint16(let value): Int64(value)
        case .int32(let value): Int64(value)
        case .uint32(let value): Int64(value)
        case .int64(let value): value
        case .uint64(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// A double or an integer, in variants or not.
    package var double: Double? {
        if case .double(let value) = unwrapped { value } else { integer.map(Double.init) }
    }

    /// The bytes of `ay`, in variants or not.
    package var byteArray: [UInt8]? {
        if case .bytes(let bytes) = unwrapped { bytes } else { nil }
    }

    /// The elements of an array or structure, in variants or not; nil for anything else, `ay` and dictionaries too.
    package var elements: [BusValue]? {
        switch unwrapped {
        case .array(_, let elements), .structure(let elements): elements
        default: nil
        }
    }

    /// The entries of a dictionary, in variants or not.
    package var entries: [BusEntry]? {
        if case .dictionary(_, _, let entries) = unwrapped { entries } else { nil }
    }

    /// The unwrapped value of a dictionary's last entry whose key is the text `key`; nil when there is none.
    package subscript(key: String) -> BusValue? {
        entries?.last { $0.key.text == key }?.value.unwrapped
    }
}

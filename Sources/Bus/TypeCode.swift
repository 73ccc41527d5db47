// SPDX-License-Identifier: GPL-3.0-or-later

/// The type codes of the D-Bus specification.
enum TypeCode: UInt8 {
    case bool = 0x62  // b
    case byte = 0x79  // y
    case int16 = 0x6E  // n
    case uint16 = 0x71  // q
    case int32 = 0x69  // i
    case uint32 = 0x75  // u
    case int64 = 0x78  // x
    case uint64 = 0x74  // t
    case double = 0x64  // d
    case string = 0x73  // s
    case objectPath = 0x6F  // o
    case signature = 0x67  // g
    case array = 0x61  // a
    case variant = 0x76  // v
    case structure = 0x72  // r
    case entry = 0x65  // e
    case descriptor = 0x68  // h
}

extension BusValue {
    /// The signature of this value's one complete type.
    package var signature: String {
        switch self {
        case .bytes: "ay"
        case .array(let element, _): "a" + element
        case .dictionary(let key, let value, _): "a{" + key + value + "}"
        case .structure(let members): "(" + members.map(\.signature).joined() + ")"
        default: String(UnicodeScalar(UInt8(truncatingIfNeeded: code)))
        }
    }

    /// The type code, as the shim takes it.
    var code: Int32 {
        let code: TypeCode =
            switch self {
            case .bool: .bool
            case .byte: .byte
            case .int16: .int16
            case .uint16: .uint16
            case .int32: .int32
            case .uint32: .uint32
            case .int64: .int64
            case .uint64: .uint64
            case .double: .double
            case .string: .string
            case .objectPath: .objectPath
            case .signature: .signature
            case .bytes, .array, .dictionary: .array
            case .variant: .variant
            case .structure: .structure
            case .descriptor: .descriptor
            }
        return Int32(code.rawValue)
    }

    /// The bits of a boolean, number or double, widened with zeros; 0 for anything else.
    var bits: UInt64 {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .byte(let value): UInt64(value)
        case .int16(let value): UInt64(UInt16(bitPattern: value))
        case .uint16(let value): UInt64(value)
        case .int32(let value): UInt64(UInt32(bitPattern: value))
        case .uint32(let value): UInt64(value)
        case .int64(let value): UInt64(bitPattern: value)
        case .uint64(let value): value
        case .double(let value): value.bitPattern
        default: 0
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

/// A value as the database's binary format has it (PostgreSQL's documentation, "Message Formats" and `*send` functions).
enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
    case integers([Int64?])
    case rows([[UInt8]])

    /// Numbers of the types, from PostgreSQL's `pg_type.dat`, which never change.
    private enum Number {
        static let bool: UInt32 = 16
        static let bytea: UInt32 = 17
        static let bigint: UInt32 = 20
        static let smallint: UInt32 = 21
        static let integer: UInt32 = 23
        static let text: UInt32 = 25
        static let byteas: UInt32 = 1001
        static let bigints: UInt32 = 1016
        static let void: UInt32 = 2278
    }

    /// The type's number; 0 lets the database find it out.
    var type: UInt32 {
        switch self {
        case .null: 0
        case .integer: Number.bigint
        case .text: Number.text
        case .bytes: Number.bytea
        case .integers: Number.bigints
        case .rows: Number.byteas
        }
    }

    /// The value's bytes; nil for none.
    var encoded: [UInt8]? {
        switch self {
        case .null: nil
        case .integer(let number): SQLValue.bigEndian(number)
        // The database's texts have no zero bytes; who sends one gets it back without.
        case .text(let text): text.utf8.filter { $0 != 0 }
        case .bytes(let bytes): bytes
        case .integers(let numbers): SQLValue.list(numbers.map { $0.map(SQLValue.bigEndian) }, of: Number.bigint)
        case .rows(let rows): SQLValue.list(rows, of: Number.bytea)
        }
    }

    private static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        stride(from: number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// One dimension that begins at 1, whether there are nulls, and each element after its length.
    private static func list(_ elements: [[UInt8]?], of type: UInt32) -> [UInt8] {
        let hasNull = elements.contains { $0 == nil }
        let head: [Int32] = [1, hasNull ? 1 : 0, Int32(bitPattern: type), Int32(clamping: elements.count), 1]
        return head.flatMap(bigEndian)
            + elements.flatMap { bigEndian(Int32(clamping: $0?.count ?? -1)) + ($0 ?? []) }
    }

    /// A value that the database sent; nil for one that no column of ours has.
    init?(type: UInt32, bytes: [UInt8]) {
        switch type {
        case Number.bytea: self = .bytes(bytes)
        case Number.void: self = .null
        case Number.text: self = .text(String(decoding: bytes, as: UTF8.self))
        case Number.bigint where bytes.count == 8, Number.integer where bytes.count == 4,
            Number.smallint where bytes.count == 2, Number.bool where bytes.count == 1:
            let negative = type != Number.bool && bytes.first.map { $0 & 0x80 != 0 } == true
            self = .integer(bytes.reduce(negative ? -1 : 0) { $0 << 8 | Int64($1) })
        default: return nil
        }
    }
}

extension SQLValue {
    init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }
    init(_ number: Int32?) { self = number.map { .integer(Int64($0)) } ?? .null }
}

/// A row of an answer.
struct Row: Hashable, Sendable {
    private let values: [SQLValue]

    init(_ values: [SQLValue]) { self.values = values }

    /// The number in a column; nil for null.
    func integer(_ column: Int) -> Int64? {
        guard values.indices.contains(column), case .integer(let number) = values[column] else { return nil }
        return number
    }

    func bytes(_ column: Int) -> [UInt8]? {
        guard values.indices.contains(column), case .bytes(let bytes) = values[column] else { return nil }
        return bytes
    }

    func text(_ column: Int) -> String? {
        guard values.indices.contains(column), case .text(let text) = values[column] else { return nil }
        return text
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

/// Writes tables (RFC 4180) in which nothing is taken for a formula: spreadsheets work out what begins with = + - @ or a tab, and
/// have run programs by it.
package struct CSVWriter: Hashable, Sendable {
    /// The table with the mark that makes spreadsheets read it as UTF-8.
    package private(set) var text = "\u{FEFF}"

    package init() {}

    package mutating func add(_ fields: [String]) {
        text += fields.map(CSVWriter.field).joined(separator: ",") + "\r\n"
    }

    /// The field in quotes, and with an apostrophe before anything that could begin a formula.
    static func field(_ value: String) -> String {
        if !value.isEmpty && value.utf8.count <= 18
            && value.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E })
        {
            return value
        }
        let first = value.unicodeScalars.first { $0 != " " && $0 != "\u{A0}" && $0 != "\u{FEFF}" }
        let isRisky = first.map { "=+-@\t\r\n|%＝＋－＠".unicodeScalars.contains($0) } ?? false
        let quoted = value.unicodeScalars.reduce(into: "") { result, scalar in
            result += scalar == "\"" ? "\"\"" : scalar == "\0" ? "\u{FFFD}" : String(scalar)
        }
        return "\"" + (isRisky ? "'" : "") + quoted + "\""
    }
}

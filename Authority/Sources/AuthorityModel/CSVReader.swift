// SPDX-License-Identifier: GPL-3.0-or-later

/// Reads tables as spreadsheets write them (RFC 4180), with commas or, as Vietnamese ones do, semicolons.
package enum CSVReader {
    /// The rows of `text`, with blanks around the fields taken off. A quote that never ends takes the rest.
    package static func rows(_ text: String) -> [[String]] {
        let bytes = Array(text.utf8.drop(while: { [0xEF, 0xBB, 0xBF].contains($0) }))
        let firstLine = bytes.prefix { $0 != 0x0A }
        let separator: UInt8 = firstLine.contains(UInt8(ascii: ";")) ? UInt8(ascii: ";") : UInt8(ascii: ",")
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var index = 0
        func take() {
            row.append(trimmed(field))
            field = []
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if isQuoted {
                guard byte == UInt8(ascii: "\"") else {
                    field.append(byte)
                    continue
                }
                if index < bytes.count, bytes[index] == byte {
                    field.append(byte)
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if byte == UInt8(ascii: "\""), trimmed(field).isEmpty {
                (isQuoted, field) = (true, [])
            } else if byte == separator {
                take()
            } else if byte == 0x0A {
                take()
                rows.append(row)
                row = []
            } else if byte != 0x0D {
                field.append(byte)
            }
        }
        if !field.isEmpty || !row.isEmpty {
            take()
            rows.append(row)
        }
        return rows
    }

    private static func trimmed(_ field: [UInt8]) -> String {
        let text = String(decoding: field, as: UTF8.self)
        return String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}

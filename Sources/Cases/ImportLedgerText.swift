// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger as text: a line naming the version, then one line an import.
//
//     bluezone-imports 1
//     SHA256 NUMBER/SIZE START END FORMAT KEYS REVISED LASTDAY IMPORTED stored|spent REGION
//
// Times are Unix seconds, days YYYY-MM-DD, `-` stands for none; in the region %XX stands for a byte.

internal import Beacon

extension ImportLedger {
    private static let firstLine = "bluezone-imports 1"

    /// The ledger as text, to be kept by `Folder.replace`.
    package var text: String {
        records.reduce(into: ImportLedger.firstLine + "\n") { $0 += $1.line + "\n" }
    }

    /// The ledger that `text` describes. Throws with the line that cannot be read; a text cut short is refused too.
    package init(text: String) throws(CaseError) {
        self.init()
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == ImportLedger.firstLine[...] else {
            if let first = lines.first, first.hasPrefix("bluezone-imports ") {
                throw .newerLedger(printable(first.utf8))
            }
            throw .damagedLedger(line: 1)
        }
        for (index, line) in lines.enumerated().dropFirst().dropLast() {
            guard let record = ImportRecord(line: line), !contains(record.digest) else {
                throw .damagedLedger(line: index + 1)
            }
            add(record)
        }
        guard lines.last == "" else { throw .damagedLedger(line: lines.count) }
    }
}

extension ImportRecord {
    fileprivate var line: String {
        let fields = [
            name, "\(number)/\(batch.size)", "\(batch.start.seconds)", "\(batch.end.seconds)",
            batch.format?.description ?? "-", "\(keyCount)", "\(revisedKeyCount)", lastDay?.description ?? "-",
            importedOn.description, isSpent ? "spent" : "stored", escaped(batch.region),
        ]
        return fields.joined(separator: " ")
    }

    fileprivate init?(line: Substring) {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count == 11 else { return nil }
        let batch = fields[1].split(separator: "/")
        guard let digest = [UInt8](hex: fields[0]), digest.count == 32,
            batch.count == 2, let number = Int32(batch[0]), let size = Int32(batch[1]), number >= 1, number <= size,
            let start = Int64(fields[2]), let end = Int64(fields[3]),
            let format = optional(fields[4], BeaconFormat.init(name:)),
            let keyCount = Int(fields[5]), let revisedKeyCount = Int(fields[6]), keyCount >= 0, revisedKeyCount >= 0,
            let lastDay = optional(fields[7], UTCDay.init), let importedOn = UTCDay(fields[8]),
            ["stored", "spent"].contains(fields[9]), let region = unescaped(fields[10])
        else { return nil }
        self.digest = digest
        self.batch = BatchIdentity(
            start: Timestamp(seconds: start), end: Timestamp(seconds: end), region: region, size: size, format: format)
        self.number = number
        self.keyCount = keyCount
        self.revisedKeyCount = revisedKeyCount
        self.lastDay = lastDay
        self.importedOn = importedOn
        self.isSpent = fields[9] == "spent"
    }
}

/// `-` is none; anything else must be a value.
private func optional<Value>(_ field: Substring, _ read: (Substring) -> Value?) -> Value?? {
    if field == "-" { return .some(nil) }
    return read(field).map { .some($0) }
}

private func escaped(_ region: String) -> String {
    region.utf8.reduce(into: "") { text, byte in
        let isPlain = (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "%")
        text += isPlain ? String(UnicodeScalar(byte)) : "%" + [byte].hex
    }
}

private func unescaped(_ field: Substring) -> String? {
    let parts = field.split(separator: "%", omittingEmptySubsequences: false)
    var bytes = Array((parts.first ?? "").utf8)
    for part in parts.dropFirst() {
        guard let byte = [UInt8](hex: part.prefix(2)), byte.count == 1 else { return nil }
        bytes += byte + Array(part.dropFirst(2).utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
}

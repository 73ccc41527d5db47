// SPDX-License-Identifier: GPL-3.0-or-later

/// Hands a file to libinih line by line and collects what comes back.
///
/// libinih alone would tell only the first line it did not understand, cut long lines in two and read an indented line
/// as a continuation of the one above. Lines it would misread never reach it; a line that needs an answer and gets none
/// is a problem.
final class LineFeed {
    private(set) var entries: [IniFile.Entry] = []
    private(set) var problems: [(line: Int, message: String)] = []

    private let lines: [ArraySlice<UInt8>]
    /// Number of the line handed over last.
    private var number = 0
    /// Whether that line is to give an entry and has not yet.
    private var isAwaitingEntry = false

    init(_ bytes: [UInt8]) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    /// The next line, at most `room` bytes and without its end; nil after the last. A line that libinih must not see is
    /// handed over empty.
    func next(room: Int) -> [UInt8]? {
        settle()
        guard number < lines.count else { return nil }
        let line = trimmed(lines[number])
        number += 1
        guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { return [] }
        if let message = objection(to: line, room: room) {
            problems.append((number, message))
            return []
        }
        isAwaitingEntry = first != UInt8(ascii: "[")
        return line
    }

    func take(section: String, key: String, value: String) {
        isAwaitingEntry = false
        entries.append(IniFile.Entry(section: section, key: key, value: value, line: number))
    }

    /// Notes the line handed over last when nothing came of it.
    private func settle() {
        if isAwaitingEntry { problems.append((number, "expected [Section], Key=Value or a # comment")) }
        isAwaitingEntry = false
    }

    private func objection(to line: [UInt8], room: Int) -> String? {
        if line.count > room { return "the line is \(line.count) bytes long; at most \(room) fit" }
        if line.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
            return "the line has a control character in it; only text belongs here"
        }
        if String(validating: line, as: UTF8.self) == nil { return "the line is not UTF-8 text" }
        if line.first == UInt8(ascii: "[") {
            guard let end = line.firstIndex(of: UInt8(ascii: "]")) else { return "the section's ] is missing" }
            if end > 40 { return "the section's name is too long" }
        }
        return nil
    }
}

/// The line without the blanks at both ends; a carriage return counts as one.
private func trimmed(_ line: ArraySlice<UInt8>) -> [UInt8] {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
    let start = line.drop(while: isBlank)
    return start.lastIndex { !isBlank($0) }.map { Array(start[...$0]) } ?? []
}

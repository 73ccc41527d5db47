// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

/// Reads a policy's lines one after the other.
struct PolicyReader {
    struct Signature {
        let name: String
        let bytes: [UInt8]
    }

    private let lines: [Substring]
    /// The next line's place.
    private var place = 0

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// Whether nothing is left but the end of the last line.
    var isAtEnd: Bool { place == lines.count - 1 && lines[place].isEmpty }

    /// The next line's number, from 1.
    var line: Int { place + 1 }

    /// What is signed, and who says to have signed it. Only plain ASCII with a line feed at each line's end is taken: there are
    /// no two ways to read it.
    static func split(_ bytes: [UInt8]) throws(PolicyFault) -> (text: String, signatures: [Signature]) {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let isPlain = line.allSatisfy { (0x20...0x7E).contains($0) } && line.count <= 1000
            // An empty line stands nowhere but behind the last.
            guard isPlain, line.isEmpty == (index == lines.count - 1) else { throw .line(index + 1) }
        }
        let texts = lines.map { String(decoding: $0, as: UTF8.self) }
        guard texts.first == PolicyDocument.firstLine else { throw .newer(String((texts.first ?? "").prefix(40))) }
        let end = texts.firstIndex { $0.hasPrefix("signature") } ?? texts.count - 1
        var signatures: [Signature] = []
        for index in end..<texts.count - 1 {
            let words = texts[index].split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 3, words[0] == "signature", (1...64).contains(words[1].utf8.count),
                let bytes = [UInt8](hex: words[2]), (8...80).contains(bytes.count),
                signatures.count < PolicyDocument.maximumSignatures
            else { throw .line(index + 1) }
            signatures.append(Signature(name: String(words[1]), bytes: bytes))
        }
        return (texts[..<end].map { $0 + "\n" }.joined(), signatures)
    }

    /// The policy that the lines say, up to what is no entry.
    mutating func document() throws(PolicyFault) -> PolicyDocument {
        guard let first = next(), first == PolicyDocument.firstLine else { throw .line(1) }
        let region = try word("region")
        guard region.isRegion else { throw .line(place) }
        let serial = try number("serial")
        let issued = try number("issued")
        let until = try number("until")
        guard serial >= 1, issued < until, until - issued <= PolicyDocument.longestValidity else { throw .line(place) }
        var entries: [PolicyDocument.Entry] = []
        while !isAtEnd {
            guard let line = next() else { throw .line(place) }
            guard let entry = PolicyDocument.Entry(line: line), entries.count < PolicyDocument.maximumEntries,
                !entries.contains(where: { $0.key == entry.key })
            else { throw .line(place) }
            entries.append(entry)
        }
        return PolicyDocument(
            region: String(region), serial: serial, issued: Timestamp(seconds: issued),
            validUntil: Timestamp(seconds: until), entries: entries)
    }

    private mutating func next() -> Substring? {
        guard place < lines.count else { return nil }
        defer { place += 1 }
        return lines[place]
    }

    private mutating func word(_ name: String) throws(PolicyFault) -> Substring {
        guard let line = next(), line.hasPrefix(name + " ") else { throw .line(place) }
        return line.dropFirst(name.utf8.count + 1)
    }

    /// A number from 0 to the last second of the year 9999, written in one way.
    private mutating func number(_ name: String) throws(PolicyFault) -> Int64 {
        let text = try word(name)
        guard let value = Int64(text), (0...253_402_300_799).contains(value), String(value) == text else {
            throw .line(place)
        }
        return value
    }
}

extension PolicyDocument.Entry {
    /// The entry in a line `Key=value`: a key of letters, a value without blanks around it.
    fileprivate init?(line: Substring) {
        guard let sign = line.firstIndex(of: "=") else { return nil }
        let (key, value) = (line[..<sign], line[line.index(after: sign)...])
        let isLetter = key.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
        guard (1...40).contains(key.utf8.count), isLetter, (1...500).contains(value.utf8.count),
            value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), value.first != " ", value.last != " "
        else { return nil }
        self.init(key: String(key), value: String(value))
    }
}

extension StringProtocol {
    /// Whether this is a region's name: 2 to 20 capital letters, digits and hyphens.
    fileprivate var isRegion: Bool {
        (2...20).contains(utf8.count)
            && utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x2D }
    }
}

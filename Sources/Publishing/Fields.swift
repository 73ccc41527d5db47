// SPDX-License-Identifier: GPL-3.0-or-later

/// A small text of named lines: a heading, one `name value` a line, and `end`, which shows that nothing is missing.
struct Fields {
    private(set) var lines: [(name: String, value: String)] = []

    init() {}

    /// Nil for a text with another heading, and for one without its end.
    init?(_ text: String, heading: String) {
        let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard rows.first.map(String.init) == heading, let end = rows.firstIndex(of: "end") else { return nil }
        for row in rows[1..<end] {
            let words = row.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = words.first, !name.isEmpty else { return nil }
            lines.append((String(name), words.count > 1 ? plain(words[1]) : ""))
        }
    }

    /// Adds a line; a value's line breaks and controls become blanks. Nothing is added for nil.
    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        lines.append((name, plain(value)))
    }

    func text(heading: String) -> String {
        ([heading] + lines.map { $0.value.isEmpty ? $0.name : "\($0.name) \($0.value)" } + ["end", ""])
            .joined(separator: "\n")
    }

    /// The value of the first line of this name.
    subscript(name: String) -> String? { lines.first { $0.name == name }?.value }

    func all(_ name: String) -> [String] { lines.filter { $0.name == name }.map(\.value) }
}

/// The text with a blank for each control: nothing that ends a line, or that a terminal acts upon.
private func plain(_ text: some StringProtocol) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
}

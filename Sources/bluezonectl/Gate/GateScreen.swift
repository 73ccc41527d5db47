// SPDX-License-Identifier: GPL-3.0-or-later

/// The gate drawn for a display of some size in characters, from 40x15 of a 320x240 panel to 100x30 of an 800x480 one and
/// beyond: the answer in letters of blocks as large as they can be, what it means and the counts below, the clock above.
struct GateScreen: Hashable {
    /// One character of the display.
    enum Cell: Hashable {
        case text(Character)
        /// A part of a large letter.
        case block
    }

    /// Rows of cells, each as wide as the display.
    private(set) var rows: [[Cell]]
    let verdict: GateView.Verdict

    /// Draws `view`. With `isPlain` all text is ASCII.
    init(_ view: GateView, words: GateWords, columns: Int, lines: Int, isPlain: Bool) {
        verdict = view.verdict
        let (columns, lines) = (max(1, min(columns, 500)), max(1, min(lines, 200)))
        rows = Array(repeating: Array(repeating: .text(" "), count: columns), count: lines)
        func plain(_ text: String) -> String { isPlain ? PlainLetters.of(text) : text }
        let texts = GateScreen.texts(view, words, columns, lines).map(plain)
        write(" Bluezone", row: 0, column: 0)
        let clock = words.clock(view) + " "
        write(clock, row: 0, column: columns - clock.count)
        let first = lines - texts.count
        for (index, text) in texts.enumerated() {
            write(text, row: first + index, column: (columns - text.count) / 2)
        }
        draw(plain(words.answer(view.verdict)), between: 1, and: first, words: words.answer(view.verdict))
    }

    /// The lines below the letters, of which a low display shows the first only.
    private static func texts(_ view: GateView, _ words: GateWords, _ columns: Int, _ lines: Int) -> [String] {
        var texts = wrapped(words.sentence(view), width: columns - 2)
        texts += wrapped(words.remedy(view), width: columns - 2)
        texts += [words.signal(view), words.count(view), words.earlier(view, width: columns - 2)].filter { !$0.isEmpty }
        // The letters are what the display is for.
        return Array(texts.prefix(max(0, lines - 9)))
    }

    /// The letters in the middle of the rows `first ..< end`, as large as fits; as text where not even the smallest do.
    private mutating func draw(_ plain: String, between first: Int, and end: Int, words: String) {
        let blocks = BlockLetters.rows(words)
        let width = blocks.first?.count ?? 0
        let columns = rows[0].count
        guard width > 0, end - first >= blocks.count, columns >= width else {
            return write(plain, row: min(rows.count - 1, first), column: (columns - plain.count) / 2)
        }
        // A character is about twice as high as wide. A free row and column on each side where there is room.
        let tall = max(1, (end - first - (end - first > blocks.count + 1 ? 2 : 0)) / blocks.count)
        let wide = max(1, min((columns - 2) / width, tall * 3))
        let high = min(tall, wide)
        let top = first + (end - first - blocks.count * high) / 2
        let left = (columns - width * wide) / 2
        for (row, line) in blocks.enumerated() {
            for (column, isFull) in line.enumerated() where isFull {
                for y in 0..<high {
                    for x in 0..<wide { set(.block, top + row * high + y, left + column * wide + x) }
                }
            }
        }
    }

    private mutating func write(_ text: String, row: Int, column: Int) {
        for (index, character) in text.enumerated() {
            set(.text(character.isControl ? " " : character), row, column + index)
        }
    }

    /// What lies outside is not drawn.
    private mutating func set(_ cell: Cell, _ row: Int, _ column: Int) {
        guard rows.indices.contains(row), rows[row].indices.contains(column) else { return }
        rows[row][column] = cell
    }

    /// Words in lines of at most `width` characters; a word that is longer is cut.
    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ").map({ String($0.prefix(max(1, width))) }) {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(word)
            }
        }
        return lines
    }

    /// The display as text, `#` for blocks.
    var text: String {
        rows.map { row in
            String(
                row.map { cell in
                    switch cell {
                    case .text(let character): character
                    case .block: "#"
                    }
                })
        }.joined(separator: "\n")
    }
}

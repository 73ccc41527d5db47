// SPDX-License-Identifier: GPL-3.0-or-later

/// Turns screens into what a terminal is told, in the eight colours and the few codes that the Linux console knows. Only
/// rows that differ from those that stand there are written, so that nothing flickers.
struct ScreenPainter {
    /// Colours, and blocks as coloured blanks that need no letter of the font; else `#`.
    let isColoured: Bool
    private var shown: GateScreen?

    init(isColoured: Bool) {
        self.isColoured = isColoured
    }

    /// The codes that make a terminal show `screen`; empty when it does already.
    mutating func paint(_ screen: GateScreen) -> String {
        let old = shown.flatMap {
            $0.verdict.word == screen.verdict.word && $0.rows.count == screen.rows.count ? $0 : nil
        }
        shown = screen
        var codes = ""
        for (index, row) in screen.rows.enumerated() where old?.rows[index] != row {
            codes += "\u{1B}[\(index + 1);1H" + line(row, screen.verdict)
        }
        return codes
    }

    /// The terminal lost what stood there.
    mutating func forget() { shown = nil }

    private func line(_ row: [GateScreen.Cell], _ verdict: GateView.Verdict) -> String {
        let (page, block) = ScreenPainter.colours(verdict)
        var line = isColoured ? page : ""
        var isBlock = false
        for cell in row {
            switch cell {
            case .text(let character):
                if isBlock && isColoured { line += page }
                isBlock = false
                line.append(character)
            case .block:
                if !isBlock && isColoured { line += block }
                isBlock = true
                line += isColoured ? " " : "#"
            }
        }
        return line + (isColoured ? "\u{1B}[0m" : "")
    }

    /// Black on green for yes, white on black for no, black on yellow for whoever cannot say: told apart by brightness too.
    private static func colours(_ verdict: GateView.Verdict) -> (page: String, block: String) {
        switch verdict {
        case .yes: ("\u{1B}[0;30;42m", "\u{1B}[40m")
        case .no: ("\u{1B}[0;37;40m", "\u{1B}[47m")
        case .unknown: ("\u{1B}[0;30;43m", "\u{1B}[40m")
        }
    }
}

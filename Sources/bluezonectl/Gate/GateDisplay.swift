// SPDX-License-Identifier: GPL-3.0-or-later

internal import Control
internal import Glibc
internal import Platform

/// Something that shows what the gate sees.
protocol GateDisplay: AnyObject {
    /// Shows `view` in the place of what it showed.
    func show(_ view: GateView)
    /// The terminal has another size now.
    func resize()
    /// The gate ends; `view` says so.
    func end(_ view: GateView)
}

/// Lines on standard output, at each change.
final class LineDisplay: GateDisplay {
    private let line: (GateView) -> String
    private var shown: GateView?

    /// `header` is written at once, `line` before anything that changed; an empty line is not written.
    init(header: String = "", line: @escaping (GateView) -> String) {
        self.line = line
        put(header)
    }

    func show(_ view: GateView) {
        guard shown != view.withoutMoment else { return }
        shown = view.withoutMoment
        put(line(view))
    }

    func resize() {}
    func end(_ view: GateView) {}

    private func put(_ text: String) {
        guard !text.isEmpty else { return }
        print(text)
        fflush(nil)
    }
}

/// What a service's log is told: what keeps the gate from seeing, and when it sees again. Never who came.
final class LogDisplay: GateDisplay {
    private let words: GateWords
    private var shown: GateTrouble?

    init(words: GateWords) {
        self.words = words
    }

    func show(_ view: GateView) {
        let trouble = view.verdict.trouble == .starting ? shown : view.verdict.trouble
        guard trouble != shown else { return }
        shown = trouble
        let remedy = words.remedy(view)
        let sees = words.style.say("The gate sees.", "Cổng kiểm tra đang hoạt động.")
        writeError((trouble == nil ? sees : words.sentence(view) + (remedy.isEmpty ? "" : " " + remedy)) + "\n")
    }

    func resize() {}
    func end(_ view: GateView) {}
}

/// The whole terminal.
final class ScreenDisplay: GateDisplay {
    private let terminal = Terminal()
    private let words: GateWords
    private let isPlain: Bool
    private var painter: ScreenPainter
    private var shown: GateView?

    init(words: GateWords, isPlain: Bool) {
        self.words = words
        self.isPlain = isPlain
        painter = ScreenPainter(isColoured: words.style.isColoured)
        terminal.take()
    }

    func show(_ view: GateView) {
        shown = view
        let (columns, lines) = terminal.size
        let screen = GateScreen(view, words: words, columns: columns, lines: lines, isPlain: isPlain)
        let codes = painter.paint(screen)
        if !codes.isEmpty { terminal.write(codes) }
    }

    func resize() {
        terminal.clear()
        painter.forget()
        if let shown { show(shown) }
    }

    func end(_ view: GateView) { terminal.giveBack() }
}

/// A web page in a file. Trouble with the file is told once, and the gate goes on.
final class PageDisplay: GateDisplay {
    private let path: String
    private let page: GatePage
    private var shown = ""
    private var isFailing = false

    init(path: String, page: GatePage) {
        self.path = path
        self.page = page
    }

    func show(_ view: GateView) {
        let text = page.text(view)
        guard text != shown else { return }
        do throws(SystemError) {
            try GatePage.store(text, at: path)
            (shown, isFailing) = (text, false)
        } catch {
            if !isFailing { writeError("bluezonectl: the page cannot be written: \(error)\n") }
            isFailing = true
        }
    }

    func resize() {}
    func end(_ view: GateView) { show(view) }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Testing

@testable import bluezonectl

@Suite struct GateScreenTests {
    static let hanoi = LocalTime { _ in 7 * 3600 }

    static func words(_ language: MessageLanguage = .english, isColoured: Bool = false) -> GateWords {
        GateWords(style: Style(isColoured: isColoured, language: language), time: hanoi)
    }

    static func view(_ verdict: GateView.Verdict) -> GateView {
        var view = GateView(
            verdict: verdict, quarter: Quarter(at: GateCounterTests.start),
            now: GateCounterTests.start.advanced(by: .seconds(207)))
        view.signal = verdict == .yes ? .near : .away
        view.people = 5
        view.earlier = [CountFileTests.count(-2, 12), CountFileTests.count(-1, 1)]
        return view
    }

    static func drawn(
        _ verdict: GateView.Verdict, _ columns: Int, _ lines: Int, _ language: MessageLanguage = .english,
        isPlain: Bool = false
    ) -> String {
        GateScreen(view(verdict), words: words(language), columns: columns, lines: lines, isPlain: isPlain).text
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in String(line.reversed().drop { $0 == " " }.reversed()) }.joined(separator: "\n")
    }

    @Test func `the smallest display`() {
        #expect(Self.drawn(.yes, 40, 15) == GateScreenGolden.yes)
        #expect(Self.drawn(.no, 40, 15, .vietnamese) == GateScreenGolden.noInVietnamese)
        #expect(Self.drawn(.unknown(.notRunning), 40, 15) == GateScreenGolden.notRunning)
    }

    @Test func `a larger display in plain ASCII`() {
        let text = Self.drawn(.yes, 60, 20, .vietnamese, isPlain: true)
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
        #expect(text == GateScreenGolden.yesInPlainVietnamese)
    }

    @Test(arguments: [
        (1, 1), (3, 2), (10, 5), (20, 8), (40, 15), (53, 20), (80, 24), (100, 30), (240, 67), (9, 200), (500, 3),
    ])
    func `every size is filled exactly, and the answer is on it`(columns: Int, lines: Int) {
        for verdict in [GateView.Verdict.yes, .no, .unknown(.resting), .unknown(.silent("it says\n\u{1B}[2J nothing"))]
        {
            for language in MessageLanguage.allCases {
                let screen = GateScreen(
                    Self.view(verdict), words: Self.words(language), columns: columns, lines: lines, isPlain: false)
                #expect(screen.rows.count == lines && screen.rows.allSatisfy { $0.count == columns })
                #expect(!screen.text.contains("\u{1B}"))
                if columns >= 25 && lines >= 10 { #expect(screen.text.contains("##")) }
            }
        }
    }

    @Test func `the letters grow with the display`() {
        func blocks(_ columns: Int, _ lines: Int) -> Int {
            Self.drawn(.yes, columns, lines).count { $0 == "#" }
        }
        #expect(
            blocks(40, 15) < blocks(80, 24) && blocks(80, 24) < blocks(100, 30) && blocks(100, 30) < blocks(160, 50))
    }

    @Test func `only rows that changed are painted`() {
        var painter = ScreenPainter(isColoured: true)
        func screen(_ verdict: GateView.Verdict, second: Int64) -> GateScreen {
            var view = Self.view(verdict)
            view.now = view.quarter.start.advanced(by: .seconds(second))
            return GateScreen(view, words: Self.words(), columns: 40, lines: 15, isPlain: false)
        }
        func rows(_ codes: String) -> Int { codes.split(separator: ";1H").count - (codes.isEmpty ? 0 : 1) }
        #expect(rows(painter.paint(screen(.yes, second: 1))) == 15)
        #expect(painter.paint(screen(.yes, second: 1)).isEmpty)
        #expect(rows(painter.paint(screen(.yes, second: 2))) == 1)
        #expect(rows(painter.paint(screen(.no, second: 2))) == 15)
        painter.forget()
        #expect(rows(painter.paint(screen(.no, second: 2))) == 15)
    }

    @Test func `colours are those of the Linux console, and none when none are wanted`() {
        let screen = GateScreen(Self.view(.yes), words: Self.words(), columns: 40, lines: 15, isPlain: true)
        var coloured = ScreenPainter(isColoured: true)
        let codes = coloured.paint(screen)
        #expect(codes.contains("\u{1B}[0;30;42m") && codes.contains("\u{1B}[40m ") && !codes.contains("#"))
        var plain = ScreenPainter(isColoured: false)
        #expect(plain.paint(screen).utf8.allSatisfy { $0 < 0x80 } && !plain.paint(screen).contains("m"))
    }

    @Test func `Vietnamese letters lose their marks and nothing else`() {
        #expect(
            PlainLetters.of("Hãy mở ứng dụng, đưa điện thoại lại ĐÂY …") == "Hay mo ung dung, dua dien thoai lai DAY ?")
    }

    @Test(arguments: ["YES", "NO", "CÓ", "CHƯA", "?"])
    func `every answer has its letters`(word: String) {
        let rows = BlockLetters.rows(word)
        #expect((7...9).contains(rows.count) && rows.allSatisfy { $0.count == rows[0].count })
        #expect(rows[0].count >= 5 * word.count + word.count - 1)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Exposure
import Testing

struct AlertBookTests {
    private func alert(_ level: AlertLevel, _ minutes: Int, day: Int = 0, _ format: BeaconFormat = .bluezone) -> Alert {
        Alert(level: level, day: Scene.day.advanced(by: day), minutes: minutes, format: format)
    }

    @Test func `the same exposure alerts once`() {
        var book = AlertBook()
        #expect(book.take([alert(.f1, 20)]) == [alert(.f1, 20)])
        #expect(book.take([alert(.f1, 20)]).isEmpty)
        #expect(book.take([alert(.f1, 20, .exposureNotification)]).isEmpty)
        #expect(book.take([alert(.f1, 3)]).isEmpty)
    }

    @Test func `five minutes more alert again, counted from the alert given`() {
        var book = AlertBook()
        let news = [20, 22, 24, 25, 29, 30].map { !book.take([alert(.f1, $0)]).isEmpty }
        #expect(news == [true, false, false, true, false, true])
        #expect(book.alerts == [alert(.f1, 30)])
    }

    @Test func `another day is another exposure`() {
        var book = AlertBook()
        #expect(book.take([alert(.f1, 20, day: 1), alert(.f1, 20)]) == [alert(.f1, 20), alert(.f1, 20, day: 1)])
    }

    @Test func `an F1 after an F2 alerts, an F2 after an F1 of the same day does not`() {
        var book = AlertBook()
        #expect(book.take([alert(.f2, 60)]).count == 1)
        #expect(book.level == .f2)
        #expect(book.take([alert(.f1, 15)]).count == 1)
        #expect(book.take([alert(.f2, 90)]).isEmpty)
        #expect(book.level == .f1)
        #expect(book.take([alert(.f2, 15, day: 1)]).count == 1)
        #expect(AlertLevel.f2 < .f1)
    }

    @Test func `an F2 and an F1 of one day in one assessment are one alert, the F1`() {
        var book = AlertBook()
        #expect(book.take([alert(.f2, 60), alert(.f1, 15)]) == [alert(.f1, 15)])
    }

    @Test func `a book reads back as it was written`() {
        var book = AlertBook()
        _ = book.take([alert(.f2, 60), alert(.f1, 0, day: -3, .exposureNotification), alert(.f1, 1440, day: 2)])
        #expect(book.text.split(separator: "\n").count == 3)
        #expect(AlertBook(text: book.text) == book)
        #expect(AlertBook(text: "") == AlertBook())
        #expect(AlertBook().text.isEmpty)
    }

    @Test func `a line is the alert in words and nothing that names anybody`() {
        #expect(alert(.f1, 23).line == "F1 2026-11-20 23 bluezone")
        #expect(Alert(line: "F2 2026-11-20 23 exposure-notification") == alert(.f2, 23, .exposureNotification))
    }

    @Test(arguments: [
        "F1", "F3 2026-11-20 23 bluezone", "F1 2026-02-30 23 bluezone", "F1 2026-11-20 -1 bluezone",
        "F1 2026-11-20 +1 bluezone", "F1 2026-11-20 01 bluezone", "F1 2026-11-20 99999999999999999999 bluezone",
        "F1 2026-11-20 23 wifi", "F1  2026-11-20 23 bluezone", "F1 2026-11-20 23 bluezone ", "\u{0}\u{0}\u{0}", "€",
        "F1 2026-11-20 23 blue",
    ])
    func `a damaged line is skipped and counted, the others stay`(line: String) {
        let book = AlertBook(text: "F1 2026-11-20 23 bluezone\n\(line)\nF2 2026-11-21 15 bluezone\n")
        #expect(book.skippedLines == 1)
        #expect(book.alerts == [alert(.f1, 23), alert(.f2, 15, day: 1)])
    }

    @Test func `a torn last line is skipped, and line ends of any kind are read`() {
        let book = AlertBook(text: "F1 2026-11-20 23 bluezone\r\nF2 2026-11-21 15 bluezone\nF1 2026-11-2")
        #expect(book.alerts.count == 2)
        #expect(book.skippedLines == 1)
    }

    @Test func `minutes at the ends of the number range do no harm`() {
        var book = AlertBook(text: "F1 2026-11-20 \(Int.max) bluezone\n")
        #expect(book.take([alert(.f1, .max), alert(.f1, .min)]).isEmpty)
    }

    @Test func `old days are forgotten`() {
        var book = AlertBook()
        _ = book.take([alert(.f1, 20, day: -15), alert(.f1, 20, day: -14)])
        book.forget(before: Scene.day.advanced(by: -14))
        #expect(book.alerts == [alert(.f1, 20, day: -14)])
    }
}

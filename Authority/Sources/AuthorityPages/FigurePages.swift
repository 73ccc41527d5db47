// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
package import AuthorityStore
package import Beacon

/// Publications by day, and the batches published.
package struct FigurePages: Sendable {
    private let frame: Frame

    package init(_ frame: Frame) { self.frame = frame }

    /// How often keys were published on each day from `first` to `last`, newest first.
    package func publishing(_ counts: [PublicationCount], from first: UTCDay, through last: UTCDay) -> String {
        var byDay: [Int32: [CaseClass: Int64]] = [:]
        for count in counts { byDay[count.day, default: [:]][count.caseClass, default: 0] &+= count.count }
        let most = byDay.values.map { $0.values.reduce(0, &+) }.max() ?? 0
        return frame.document(.publishing) {
            HTML(.p, [.init(.class, "intro")]) { frame.say(.publishingIntro) }
            frame.table([.day, .init("F0", "F0"), .init("F1", "F1"), .total], numbers: 1...3) {
                for number in (first.number...max(first.number, last.number)).reversed() {
                    day(UTCDay(number: number), byDay[number] ?? [:], most)
                }
            }
        }
    }

    private func day(_ day: UTCDay, _ counts: [CaseClass: Int64], _ most: Int64) -> HTML {
        let (cases, contacts) = (counts[.f0] ?? 0, counts[.f1] ?? 0)
        let total = cases &+ contacts
        return HTML(.tr) {
            HTML(.th, [.init(.scope, "row")]) { frame.language.date(day) }
            frame.number(cases)
            frame.number(contacts)
            HTML(.td, [.init(.class, "number")]) {
                frame.language.number(total)
                if total > 0 { Bar(share: Double(total) / Double(max(total, most)) * 100, mark: nil).html }
            }
        }
    }

    /// The batches published. Their files' names are links if `isServing`: where who serves this page serves files too.
    package func batches(_ batches: [BatchSummary], isServing: Bool) -> String {
        frame.document(.batches) {
            HTML(.p, [.init(.class, "intro")]) { frame.say(.batchesIntro) }
            if batches.isEmpty { HTML(.p) { frame.say(.noBatches) } }
            HTML(.ul, [.init(.class, "cards")]) { for batch in batches { card(batch, isServing) } }
        }
    }

    private func card(_ batch: BatchSummary, _ isServing: Bool) -> HTML {
        HTML(.li) {
            HTML(.h2) {
                HTML(.span, [.init(.class, "badge")]) { batch.region }
                " " + batch.format
            }
            HTML(.dl, [.init(.class, "facts")]) {
                fact(
                    .window,
                    frame.time.text(batch.start, frame.language) + " – " + frame.time.text(batch.end, frame.language))
                fact(.keys, frame.language.number(batch.keys))
                fact(.finished, batch.finished.map { frame.time.text($0, frame.language) } ?? frame.say(.underWay))
                HTML(.dt) { frame.say(.files) }
                HTML(.dd) {
                    for file in batch.files {
                        if isServing {
                            HTML(.a, [.init(.href, "/v1/\(batch.region)/\(file)"), .init(.class, "file")]) { file }
                        } else {
                            HTML(.span, [.init(.class, "file")]) { file }
                        }
                    }
                }
            }
        }
    }

    private func fact(_ name: Phrase, _ value: String) -> HTML {
        HTML(.div) {
            HTML(.dt) { frame.say(name) }
            HTML(.dd) { value }
        }
    }
}

/// A bar of so many percent, with a mark at another; drawn, because a page may set no style of its own.
struct Bar {
    var share: Double
    var mark: Double?

    var html: HTML {
        func text(_ value: Double) -> String { String((min(100, max(0, value)) * 10).rounded() / 10) }
        return HTML(
            .svg,
            [
                .init(.class, "bar"), .init(.viewBox, "0 0 100 6"), .init(.preserveAspectRatio, "none"),
                .init(.ariaHidden, "true"),
            ]
        ) {
            HTML(.rect, [.init(.class, "back"), .init(.width, "100"), .init(.height, "6")])
            HTML(
                .rect,
                [
                    .init(.class, mark.map { share >= $0 } == false ? "low" : "good"), .init(.width, text(share)),
                    .init(.height, "6"),
                ])
            if let mark {
                HTML(
                    .rect,
                    [.init(.class, "mark"), .init(.x, text(mark)), .init(.width, "0.8"), .init(.height, "6")])
            }
        }
    }
}

extension Frame {
    /// A table; the columns in `numbers` are set to the right.
    func table(_ columns: [Phrase], numbers: ClosedRange<Int>, @HTMLBuilder _ rows: () -> HTML) -> HTML {
        HTML(.table) {
            HTML(.thead) {
                HTML(.tr) {
                    for (index, column) in columns.enumerated() {
                        HTML(.th, [.init(.scope, "col")] + (numbers.contains(index) ? [.init(.class, "number")] : [])) {
                            say(column)
                        }
                    }
                }
            }
            HTML(.tbody, [], rows)
        }
    }

    func number(_ value: Int64) -> HTML { HTML(.td, [.init(.class, "number")]) { language.number(value) } }
}

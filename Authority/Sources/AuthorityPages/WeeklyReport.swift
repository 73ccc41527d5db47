// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel
package import AuthorityStore
package import Beacon

/// What a week's report says.
package struct WeeklyReport: Hashable, Sendable {
    package var week: ISOWeek
    package var codes: [CaseClass: Int64]
    package var publications: [PublicationCount]
    /// The country's batches.
    package var batches: [BatchSummary]
    package var coverages: [Coverage]

    package init(
        week: ISOWeek, codes: [CaseClass: Int64], publications: [PublicationCount], batches: [BatchSummary],
        coverages: [Coverage]
    ) {
        self.week = week
        self.codes = codes
        self.publications = publications
        self.batches = batches
        self.coverages = coverages
    }

    private func published(_ caseClass: CaseClass) -> Int64 {
        publications.filter { $0.caseClass == caseClass }.map(\.count).reduce(0, &+)
    }

    /// The figures of the whole country, in their order.
    var figures: [(Phrase, Int64)] {
        [
            (.codesF0, codes[.f0] ?? 0), (.codesF1, codes[.f1] ?? 0), (.publishedF0, published(.f0)),
            (.publishedF1, published(.f1)), (.batchCount, Int64(batches.count)),
            (.keyCount, batches.map(\.keys).reduce(0, &+)),
        ]
    }

    /// The report as a table for spreadsheets.
    package func csv(_ language: Language) -> String {
        var table = CSVWriter()
        table.add([Phrase.report(language), week.description, dates(language)])
        for (phrase, value) in figures { table.add([phrase(language), String(value)]) }
        table.add([])
        table.add(
            [Phrase.province, .init("Tên", "Name"), .population, .reported, .asOf, .counted, .share].map {
                $0(language)
            })
        for coverage in coverages {
            table.add([
                coverage.province.code, coverage.province.name, coverage.province.population.map { String($0) } ?? "",
                coverage.reported.map { String($0) } ?? "", coverage.reportedDay?.description ?? "",
                coverage.counted.map { String($0) } ?? "",
                coverage.share.map { "\($0 / 100).\($0 % 100 < 10 ? "0" : "")\($0 % 100)" } ?? "",
            ])
        }
        return table.text
    }

    package func dates(_ language: Language) -> String {
        language.date(week.firstDay) + " – " + language.date(week.firstDay.later(by: 6))
    }

    /// The report as a page, on the screen and on paper.
    package func document(_ frame: Frame, isLast: Bool) -> String {
        frame.document(.report) {
            HTML(.p, [.init(.class, "period")]) {
                HTML(.strong) { week.description }
                " · " + dates(frame.language)
            }
            HTML(.p, [.init(.class, "links")]) {
                link(frame, week.advanced(by: -1), "", .before)
                if !isLast { link(frame, week.advanced(by: 1), "", .after) }
                link(frame, week, ".csv", .asCSV)
            }
            frame.table([.what, .total], numbers: 1...1) {
                for (phrase, value) in figures {
                    HTML(.tr) {
                        HTML(.th, [.init(.scope, "row")]) { frame.say(phrase) }
                        frame.number(value)
                    }
                }
            }
            HTML(.h2) { frame.say(.adoption) }
            adoption(frame)
            HTML(.p, [.init(.class, "hint")]) { frame.say(.reportNote) + " " + frame.say(.countsNote) }
            HTML(.p, [.init(.class, "hint screen")]) { frame.say(.print) }
        }
    }

    private func link(_ frame: Frame, _ week: ISOWeek, _ ending: String, _ phrase: Phrase) -> HTML {
        HTML(.a, [.init(.href, PageName.report.path + ending + "?week=" + week.description), .init(.class, "button")]) {
            frame.say(phrase)
        }
    }

    private func adoption(_ frame: Frame) -> HTML {
        frame.table([.province, .population, .devices, .share], numbers: 1...3) {
            for coverage in coverages where coverage.devices != nil {
                HTML(.tr) {
                    HTML(.th, [.init(.scope, "row")]) { coverage.province.name }
                    HTML(.td, [.init(.class, "number")]) {
                        coverage.province.population.map(frame.language.number) ?? "–"
                    }
                    HTML(.td, [.init(.class, "number")]) {
                        coverage.devices.map(frame.language.number) ?? "–"
                        if let day = coverage.reportedDay {
                            HTML(.br)
                            HTML(.small) { frame.language.date(day) }
                        }
                    }
                    HTML(.td, [.init(.class, "number")]) { coverage.share.map(frame.language.percent) ?? "–" }
                }
            }
        }
    }
}

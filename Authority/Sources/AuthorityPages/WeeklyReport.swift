// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel
package import AuthorityStore
package import Beacon

/// What a week's report says.
package struct WeeklyReport: Hashable, Sendable {
    package var week: ISOWeek
    package var codes: [CaseClass: Int64]
    package var publications: [PublicationCount]
    /// The batches of all regions, each key in one of them.
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

    /// The figures of the whole country, in their order, with where each is from.
    var figures: [(what: Phrase, value: Int64, source: Phrase)] {
        [
            (.codesF0, codes[.f0] ?? 0, .sourceLog), (.codesF1, codes[.f1] ?? 0, .sourceLog),
            (.publishedF0, published(.f0), .sourcePublishes), (.publishedF1, published(.f1), .sourcePublishes),
            (.batchCount, Int64(batches.count), .sourceBatches),
            (.keyCount, batches.map(\.keys).reduce(0, &+), .sourceKeys),
        ]
    }

    /// How it is counted: what who reads the report on paper or in a spreadsheet has to know.
    private static let notes: [Phrase] = [.reportNote, .countsNote, .shareNote, .fewNote]

    /// A report leaves the authority, and somebody may know whose the few devices are that counted themselves in a province.
    private static let fewest: Int64 = 10
    private static let few = "< 10"

    private static func isFew(_ counted: Int64?) -> Bool { counted.map { $0 < fewest } ?? false }

    /// The share, where it gives away no number that the report leaves out.
    private static func share(_ coverage: Coverage) -> Int64? {
        coverage.reported == nil && isFew(coverage.counted) ? nil : coverage.share
    }

    /// The report as a table for spreadsheets. Rows of a word and a sentence at its end say how it is counted.
    package func csv(_ language: Language) -> String {
        var table = CSVWriter()
        table.add([Phrase.report(language), week.description, dates(language)])
        table.add([Phrase.what, .total, .source].map { $0(language) })
        for (what, value, source) in figures { table.add([what(language), String(value), source(language)]) }
        table.add([])
        table.add(
            [Phrase.province, .init("Tên", "Name"), .population, .reported, .asOf, .counted, .share, .source].map {
                $0(language)
            })
        for coverage in coverages { table.add(WeeklyReport.fields(coverage, language)) }
        table.add([])
        for note in WeeklyReport.notes { table.add([Phrase.note(language), note(language)]) }
        return table.text
    }

    private static func fields(_ coverage: Coverage, _ language: Language) -> [String] {
        func number(_ value: Int64?) -> String { value.map { String($0) } ?? "" }
        let counted = isFew(coverage.counted) ? few : number(coverage.counted)
        let share = WeeklyReport.share(coverage).map { "\($0 / 100).\($0 % 100 < 10 ? "0" : "")\($0 % 100)" } ?? ""
        return [
            coverage.province.code, coverage.province.name, number(coverage.province.population),
            number(coverage.reported), coverage.reportedDay?.description ?? "", counted, share,
            coverage.source.map { $0(language) } ?? "",
        ]
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
                for (what, value, _) in figures {
                    HTML(.tr) {
                        HTML(.th, [.init(.scope, "row")]) { frame.say(what) }
                        frame.number(value)
                    }
                }
            }
            HTML(.h2) { frame.say(.adoption) }
            adoption(frame)
            HTML(.p, [.init(.class, "hint")]) { WeeklyReport.notes.map(frame.say).joined(separator: " ") }
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
                    devices(frame, coverage)
                    HTML(.td, [.init(.class, "number")]) {
                        WeeklyReport.share(coverage).map(frame.language.percent) ?? "–"
                    }
                }
            }
        }
    }

    /// The number of devices, and below it whether it was reported, and for which day, or is what devices counted themselves.
    private func devices(_ frame: Frame, _ coverage: Coverage) -> HTML {
        let isFew = coverage.reported == nil && WeeklyReport.isFew(coverage.counted)
        return HTML(.td, [.init(.class, "number")]) {
            isFew ? WeeklyReport.few : coverage.devices.map(frame.language.number) ?? "–"
            if let source = coverage.source {
                HTML(.br)
                HTML(.small, [.init(.class, "source")]) { frame.say(source) }
            }
            if let day = coverage.reportedDay {
                HTML(.br)
                HTML(.small) { frame.language.date(day) }
            }
        }
    }
}

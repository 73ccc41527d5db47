// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Beacon

/// Adoption by province against the share from which the system works.
package struct AdoptionPage: Sendable {
    private let frame: Frame
    private let coverages: [Coverage]

    package init(_ frame: Frame, _ coverages: [Coverage]) {
        self.frame = frame
        self.coverages = coverages
    }

    /// The page; supervisors also get the form for counts, with what was typed if it was refused.
    package func document(rows: String = "", notice: Notice? = nil) -> String {
        frame.document(.adoption, notice: notice) {
            HTML(.p, [.init(.class, "intro")]) { frame.say(.adoptionIntro) }
            HTML(.ul, [.init(.class, "cards")]) {
                for coverage in coverages where coverage.devices != nil { card(coverage) }
            }
            others
            HTML(.p, [.init(.class, "hint")]) { frame.say(.countsNote) }
            if let official = frame.official, official.role == .supervisor { entry(rows) }
            sources
        }
    }

    private func card(_ coverage: Coverage) -> HTML {
        HTML(.li, [.init(.id, coverage.province.code)]) {
            HTML(.h2) {
                coverage.province.name + " "
                HTML(.small) { coverage.province.code }
            }
            if let share = coverage.share {
                HTML(.p, [.init(.class, "share")]) {
                    HTML(.strong) { frame.language.percent(share) }
                    " " + state(coverage)
                }
                Bar(share: Double(share) / 100, mark: Double(Coverage.goal) / 100).html
            }
            HTML(.dl, [.init(.class, "facts")]) {
                fact(.population, coverage.province.population)
                fact(.reported, coverage.reported, coverage.reportedDay)
                fact(.counted, coverage.counted)
            }
        }
    }

    private func state(_ coverage: Coverage) -> String {
        guard let missing = coverage.missing, missing > 0 else { return "– 30 % " + frame.say(.reached) }
        return "– " + frame.say(.missing) + " " + frame.language.number(missing)
    }

    private func fact(_ name: Phrase, _ value: Int64?, _ day: UTCDay? = nil) -> HTML {
        guard let value else { return .nothing }
        return HTML(.div) {
            HTML(.dt) { frame.say(name) }
            HTML(.dd) {
                frame.language.number(value)
                if let day { HTML(.small) { " " + frame.say(.asOf).lowercased() + " " + frame.language.date(day) } }
            }
        }
    }

    /// Provinces of which nothing is known yet.
    @HTMLBuilder private var others: HTML {
        let names = coverages.filter { $0.devices == nil }.map(\.province.name)
        if !names.isEmpty {
            HTML(.details, [.init(.class, "hint")]) {
                HTML(.summary) { frame.say(.noFigures) + ": " + String(names.count) }
                HTML(.p) { names.joined(separator: ", ") }
            }
        }
    }

    private func entry(_ rows: String) -> HTML {
        HTML(.section, [.init(.class, "entry")]) {
            HTML(.h2) { frame.say(.enterCounts) }
            frame.form("/adoption") {
                HTML(.div, [.init(.class, "field")]) {
                    HTML(.label, [.init(.for, "rows")]) { frame.say(.rows) }
                    HTML(
                        .textarea,
                        [
                            .init(.id, "rows"), .init(.name, "rows"), .init(.rows, "4"), .init(.required),
                            .init(.spellcheck, "false"), .init(.ariaDescribedby, "rows-hint"),
                        ]
                    ) { rows }
                    HTML(.small, [.init(.id, "rows-hint")]) { frame.say(.rowsHint) }
                }
                frame.submit(.enter)
            }
        }
    }

    @HTMLBuilder private var sources: HTML {
        let named = coverages.filter { $0.devices != nil && !$0.province.source.isEmpty }
        if !named.isEmpty {
            HTML(.section, [.init(.class, "hint")]) {
                HTML(.h2) { frame.say(.sources) }
                HTML(.ul) {
                    for coverage in named { HTML(.li) { coverage.province.name + ": " + coverage.province.source } }
                }
            }
        }
    }
}

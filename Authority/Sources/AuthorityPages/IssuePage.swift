// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel
package import Beacon

/// The form for a code, and the code.
package struct IssuePage: Sendable {
    /// What the form offers. A code to take keys back is no case's: it is issued by command or by a program.
    private static let choices: [(type: TestType, phrase: Phrase)] = [
        (.confirmed, .f0Test), (.likely, .f0Doctor), (.recursive, .f1),
    ]

    private let frame: Frame
    private let provinces: [Province]

    /// `provinces` are the regions that the official may choose.
    package init(_ frame: Frame, provinces: [Province]) {
        self.frame = frame
        self.provinces = provinces
    }

    /// What was typed, to be shown again when it was refused.
    package struct Typed: Hashable, Sendable {
        package var caseClass = ""
        package var symptomDate = ""
        package var testDate = ""
        package var region = ""

        package init() {}
    }

    /// The class that a form was sent with; nil for one that it does not offer.
    package static func testType(_ sent: String) -> TestType? { choices.first { $0.type.rawValue == sent }?.type }

    /// The form; `once` is good for one code.
    package func form(once: String, today: UTCDay, typed: Typed = Typed(), notice: Notice? = nil) -> String {
        let oldest = today.later(by: -Confirmation.oldestDate).description
        let dates: [HTML.Attribute] = [
            .init(.type, "date"), .init(.min, oldest), .init(.max, today.description), .init(.autocomplete, "off"),
        ]
        return frame.document(.issue, notice: notice) {
            HTML(.p, [.init(.class, "intro")]) { frame.say(.issueIntro) }
            frame.form("/issue") {
                HTML(.input, [.init(.type, "hidden"), .init(.name, "once"), .init(.value, once)])
                classes(typed.caseClass)
                frame.field("symptom", .symptomDate, dates + [.init(.value, typed.symptomDate)])
                frame.field("test", .testDate, dates + [.init(.value, typed.testDate)])
                regions(typed.region)
                frame.submit(.issueButton)
            }
        }
    }

    private func classes(_ chosen: String) -> HTML {
        HTML(.fieldset) {
            HTML(.legend) { frame.say(.caseClass) }
            for (type, phrase) in IssuePage.choices {
                HTML(.label, [.init(.class, "choice")]) {
                    HTML(
                        .input,
                        [
                            .init(.type, "radio"), .init(.name, "class"), .init(.value, type.rawValue),
                            .init(.required),
                            .init(.checked, if: type.rawValue == chosen),
                        ])
                    HTML(.span) { frame.say(phrase) }
                }
            }
        }
    }

    private func regions(_ chosen: String) -> HTML {
        HTML(.div, [.init(.class, "field")]) {
            HTML(.label, [.init(.for, "region")]) { frame.say(.province) }
            HTML(.select, [.init(.id, "region"), .init(.name, "region"), .init(.required)]) {
                for province in provinces {
                    HTML(.option, [.init(.value, province.code), .init(.selected, if: province.code == chosen)]) {
                        province.name == province.code ? province.name : "\(province.name) (\(province.code))"
                    }
                }
            }
        }
    }

    /// The code, large, for the one time that it is shown.
    package func code(
        short: String, until: Int64, long: String, longUntil: Int64, uuid: String, caseClass: CaseClass, region: String
    ) -> String {
        frame.document(.yourCode) {
            HTML(.div, [.init(.class, "code")]) {
                HTML(.p, [.init(.class, "badge")]) { "\(caseClass.rawValue) · \(region)" }
                HTML(.output, [.init(.id, "code"), .init(.class, "digits"), .init(.ariaLabel, frame.say(.yourCode))]) {
                    HTML(.span) { String(short.prefix(4)) }
                    " "
                    HTML(.span) { String(short.dropFirst(4)) }
                }
                HTML(.p, [.init(.class, "until")]) {
                    frame.say(.goodUntil) + " "
                    HTML(.strong) { frame.time.clock(until) }
                    " " + frame.language.date(frame.time.day(until))
                }
            }
            HTML(.p, [.init(.class, "notice")]) { frame.say(.shownOnce) }
            HTML(.dl, [.init(.class, "facts")]) {
                HTML(.dt) { frame.say(.longCode) }
                HTML(.dd) {
                    HTML(.code, [.init(.id, "long")]) { long }
                    HTML(.br)
                    HTML(.small) { frame.say(.goodUntil) + " " + frame.time.text(longUntil, frame.language) }
                }
                HTML(.dt) { frame.say(.number) }
                HTML(.dd) { HTML(.small) { uuid } }
            }
            HTML(.p) { HTML(.a, [.init(.href, PageName.issue.path), .init(.class, "button")]) { frame.say(.another) } }
        }
    }
}

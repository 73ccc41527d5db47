// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
package import AuthorityStore

/// What was done, by whom and when.
package struct AuditPage: Sendable {
    private let frame: Frame

    package init(_ frame: Frame) { self.frame = frame }

    /// The entries, newest first; `older` is the number before which there are more.
    package func document(_ entries: [AuditEntry], older: Int64?) -> String {
        let all = frame.official?.role == .supervisor
        return frame.document(.audit) {
            HTML(.p, [.init(.class, "intro")]) { frame.say(all ? .auditAll : .auditOwn) }
            if entries.isEmpty { HTML(.p) { frame.say(.nothing) } }
            HTML(.ul, [.init(.class, "log")]) { for entry in entries { row(entry) } }
            if let older {
                HTML(.p) {
                    HTML(.a, [.init(.href, PageName.audit.path + "?before=\(older)"), .init(.class, "button")]) {
                        frame.say(.older)
                    }
                }
            }
        }
    }

    private func row(_ entry: AuditEntry) -> HTML {
        HTML(.li) {
            HTML(.strong) { frame.say(.of(entry.action)) }
            HTML(.span) { entry.who + " · " + frame.say(.of(way: entry.way)) }
            HTML(.time) { frame.time.text(entry.time, frame.language) }
            HTML(.span, [.init(.class, "detail")]) { entry.detail }
        }
    }
}

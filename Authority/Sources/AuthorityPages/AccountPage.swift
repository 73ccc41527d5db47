// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
package import AuthorityStore

/// One's own account: when it was used, its password, its sessions.
package struct AccountPage: Sendable {
    private let frame: Frame
    private let inUse: SessionInUse

    package init(_ frame: Frame, _ inUse: SessionInUse) {
        self.frame = frame
        self.inUse = inUse
    }

    package func document(sessions: [ConsoleSession], notice: Notice? = nil) -> String {
        frame.document(.account, notice: notice) {
            facts
            HTML(.section) {
                HTML(.h2) { frame.say(.sessions) }
                frame.table([.begun, .lastUsed, .init("", "")], numbers: 9...9) {
                    for session in sessions { row(session) }
                }
                frame.form("/account/end-sessions") {
                    HTML(.button, [.init(.type, "submit")]) { frame.say(.endAll) }
                }
            }
            HTML(.section, [.init(.class, "narrow")]) {
                HTML(.h2) { frame.say(.changePassword) }
                passwordForm
            }
        }
    }

    private var facts: HTML {
        HTML(.dl, [.init(.class, "facts")]) {
            fact(.name, inUse.official.official.name)
            fact(.role, frame.say(.of(inUse.official.official.role)))
            fact(.region, inUse.official.official.region)
            HTML(.div) {
                HTML(.dt) { frame.say(.lastSignIn) }
                HTML(.dd) {
                    inUse.official.signInBefore.map { frame.time.text($0, frame.language) } ?? frame.say(.never)
                    HTML(.br)
                    HTML(.small) { frame.say(.notYou) }
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

    private func row(_ session: ConsoleSession) -> HTML {
        HTML(.tr) {
            HTML(.td) { frame.time.text(session.begun, frame.language) }
            HTML(.td) { frame.time.text(session.lastUsed, frame.language) }
            HTML(.td) { session.hash == inUse.session.hash ? frame.say(.thisOne) : "" }
        }
    }

    private var passwordForm: HTML {
        frame.form("/account/password") {
            // For password managers, which otherwise guess whose password it is.
            HTML(
                .input,
                [
                    .init(.type, "text"), .init(.name, "name"), .init(.value, inUse.official.official.name),
                    .init(.autocomplete, "username"), .init(.readonly), .init(.class, "unseen"),
                    .init(.ariaLabel, frame.say(.name)),
                ])
            frame.field(
                "old", .oldPassword,
                [.init(.type, "password"), .init(.autocomplete, "current-password"), .init(.required)])
            for (name, phrase) in [("new", Phrase.newPassword), ("again", .again)] {
                frame.field(
                    name, phrase,
                    [
                        .init(.type, "password"), .init(.autocomplete, "new-password"),
                        .init(.minlength, String(PasswordHash.minimumLength)), .init(.required),
                    ])
            }
            frame.submit(.changePassword)
        }
    }
}

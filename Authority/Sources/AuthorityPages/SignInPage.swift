// SPDX-License-Identifier: GPL-3.0-or-later

/// Where officials sign in, and pages that say one thing.
package struct SignInPage: Sendable {
    private let frame: Frame

    package init(_ frame: Frame) { self.frame = frame }

    package func form(name: String = "", notice: Notice? = nil) -> String {
        frame.document(.signIn, notice: notice) {
            HTML(.div, [.init(.class, "narrow")]) {
                frame.form("/sign-in") {
                    frame.field(
                        "name", .name,
                        [
                            .init(.value, name), .init(.autocomplete, "username"), .init(.autocapitalize, "none"),
                            .init(.spellcheck, "false"), .init(.maxlength, "32"), .init(.required),
                        ])
                    frame.field(
                        "password", .password,
                        [.init(.type, "password"), .init(.autocomplete, "current-password"), .init(.required)])
                    frame.submit(.signIn)
                }
                HTML(.p, [.init(.class, "hint")]) { frame.say(.signInHint) }
            }
        }
    }

    /// A page that says why something was not done.
    package func refusal(_ phrase: Phrase) -> String {
        frame.document(.console, notice: Notice(phrase)) {
            HTML(.p) { HTML(.a, [.init(.href, PageName.root)]) { frame.say(.console) } }
        }
    }
}

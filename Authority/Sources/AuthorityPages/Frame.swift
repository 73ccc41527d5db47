// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel

/// What surrounds every page: title, menu, language, signing out.
package struct Frame: Sendable {
    package var language: Language
    package var time: LocalTime
    /// Who is signed in; nil before.
    package var official: Official?
    /// What forms carry, so that no other site can send them.
    package var token: String
    /// The page that is shown; nil for one that is in no menu.
    package var page: PageName?

    package init(language: Language, time: LocalTime, official: Official?, token: String, page: PageName? = nil) {
        self.language = language
        self.time = time
        self.official = official
        self.token = token
        self.page = page
    }

    func say(_ phrase: Phrase) -> String { phrase(language) }

    /// The document with `content`, and above it what has to be said at once.
    package func document(_ title: Phrase, notice: Notice? = nil, @HTMLBuilder _ content: () -> HTML) -> String {
        HTML(.html, [.init(.lang, language.rawValue)]) {
            head(title)
            HTML(.body) {
                HTML(.a, [.init(.class, "skip"), .init(.href, "#content")]) { say(.skip) }
                banner
                HTML(.main, [.init(.id, "content")]) {
                    HTML(.h1) { say(title) }
                    notice.map { $0.html(language) }
                    content()
                }
            }
        }.document
    }

    private func head(_ title: Phrase) -> HTML {
        HTML(.head) {
            HTML(.meta, [.init(.charset, "utf-8")])
            HTML(.meta, [.init(.name, "viewport"), .init(.content, "width=device-width, initial-scale=1")])
            HTML(.meta, [.init(.name, "color-scheme"), .init(.content, "light dark")])
            HTML(.title) { say(title) + " – Bluezone" }
            HTML(.link, [.init(.rel, "stylesheet"), .init(.href, PageName.root + "/style.css")])
        }
    }

    private var banner: HTML {
        HTML(.header) {
            HTML(.div, [.init(.class, "top")]) {
                HTML(.a, [.init(.class, "brand"), .init(.href, PageName.root)]) { say(.console) }
                HTML(.div, [.init(.class, "who")]) {
                    languageLink
                    if let official {
                        HTML(.span, [.init(.class, "name")]) { official.name }
                        form("/sign-out") {
                            HTML(.button, [.init(.type, "submit"), .init(.class, "quiet")]) { say(.signOut) }
                        }
                    }
                }
            }
            if let official { menu(official) }
        }
    }

    private var languageLink: HTML {
        let other = language.other
        let back = page.map { "?page=" + $0.rawValue } ?? ""
        return HTML(
            .a,
            [
                .init(.href, PageName.root + "/language/" + other.rawValue + back), .init(.lang, other.rawValue),
                .init(.hreflang, other.rawValue), .init(.class, "language"),
            ]
        ) { other.name }
    }

    private func menu(_ official: Official) -> HTML {
        HTML(.nav, [.init(.ariaLabel, say(.pages))]) {
            HTML(.ul) {
                for entry in PageName.allCases where entry.role <= official.role {
                    HTML(.li) {
                        HTML(.a, [.init(.href, entry.path)] + (entry == page ? [.init(.ariaCurrent, "page")] : [])) {
                            say(entry.title)
                        }
                    }
                }
            }
        }
    }

    /// A form that is sent to the console's own `path`.
    func form(_ path: String, @HTMLBuilder _ content: () -> HTML) -> HTML {
        HTML(.form, [.init(.method, "post"), .init(.action, PageName.root + path)]) {
            HTML(.input, [.init(.type, "hidden"), .init(.name, "token"), .init(.value, token)])
            content()
        }
    }

    /// A labelled field.
    func field(_ name: String, _ label: Phrase, _ attributes: [HTML.Attribute]) -> HTML {
        HTML(.div, [.init(.class, "field")]) {
            HTML(.label, [.init(.for, name)]) { say(label) }
            HTML(.input, [.init(.id, name), .init(.name, name)] + attributes)
        }
    }

    func submit(_ label: Phrase) -> HTML {
        HTML(.button, [.init(.type, "submit"), .init(.class, "main")]) { say(label) }
    }
}

/// Something that has to be said at once, good or bad.
package struct Notice: Hashable, Sendable {
    package var phrase: Phrase
    /// Added behind it, such as a line's number.
    package var more: String
    package var isFault: Bool

    package init(_ phrase: Phrase, more: String = "", isFault: Bool = true) {
        self.phrase = phrase
        self.more = more
        self.isFault = isFault
    }

    func html(_ language: Language) -> HTML {
        HTML(.p, [.init(.class, isFault ? "notice fault" : "notice"), .init(.role, isFault ? "alert" : "status")]) {
            phrase(language) + (more.isEmpty ? "" : " " + more)
        }
    }
}

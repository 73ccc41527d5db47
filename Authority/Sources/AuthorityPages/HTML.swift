// SPDX-License-Identifier: GPL-3.0-or-later

/// A piece of a page. Text gets into it escaped and in no other way: what makes raw markup is private to this file, and names of
/// elements and attributes are constants of the program.
package struct HTML: Hashable, Sendable {
    package let markup: String

    private init(markup: String) { self.markup = markup }

    package static let nothing = HTML(markup: "")

    /// `text` as it is to be read.
    package init(_ text: String) { markup = HTML.escaped(text) }

    fileprivate init(joining parts: [HTML]) { markup = parts.map(\.markup).joined() }

    /// An element. Attributes whose value is nil are left out.
    package init(_ name: Element, _ attributes: [Attribute] = [], @HTMLBuilder _ content: () -> HTML = { .nothing }) {
        let head = "<" + name.rawValue + attributes.map(\.markup).joined() + ">"
        markup = name.isVoid ? head : head + content().markup + "</" + name.rawValue + ">"
    }

    /// The whole document.
    package var document: String { "<!DOCTYPE html>\n" + markup + "\n" }

    /// The text with what means something in markup written as references. Characters that no document may hold are replaced.
    fileprivate static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n": result.unicodeScalars.append(scalar)
            // Controls, and marks that turn the direction of what follows.
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
                result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The elements that pages are made of; none of them runs or embeds anything.
    package enum Element: String, Sendable {
        case html, head, title, meta, link, body, header, nav, main, footer, section, h1, h2, p, ul, li, a, strong,
            span, small, br
        case form, label, input, select, option, button, fieldset, legend, textarea, output
        case details, summary, table, caption, thead, tbody, tfoot, tr, th, td, dl, dt, dd, div, time, code, abbr
        case svg, rect, line

        fileprivate var isVoid: Bool { [.meta, .link, .br, .input].contains(self) }
    }

    /// An attribute of an element.
    package struct Attribute: Hashable, Sendable {
        fileprivate let markup: String

        package init(_ name: Name, _ value: String) {
            markup = " " + name.rawValue + "=\"" + HTML.escaped(value) + "\""
        }

        /// One that stands there or not, such as `required`.
        package init(_ name: Name, if isSet: Bool = true) { markup = isSet ? " " + name.rawValue : "" }

        /// No attribute here takes a program or a style.
        package enum Name: String, Sendable {
            case id, `class`, lang, name, value, type, href, action, method, `for`, content, charset, rel, scope,
                colspan, datetime
            case autocomplete, autocapitalize, spellcheck, required, checked, selected, readonly, min, max, rows,
                maxlength
            case minlength, inputmode, pattern, role, title, hreflang, accept, autofocus
            case ariaLabel = "aria-label"
            case ariaCurrent = "aria-current"
            case ariaHidden = "aria-hidden"
            case ariaDescribedby = "aria-describedby"
            case viewBox, width, height, x, y, x1, x2, y1, y2, preserveAspectRatio
        }
    }
}

/// Puts pieces together; a text among them is escaped.
@resultBuilder
package enum HTMLBuilder {
    package static func buildExpression(_ text: String) -> HTML { HTML(text) }
    package static func buildExpression(_ piece: HTML) -> HTML { piece }
    package static func buildExpression(_ piece: HTML?) -> HTML { piece ?? .nothing }
    package static func buildBlock(_ parts: HTML...) -> HTML { HTML(joining: parts) }
    package static func buildArray(_ parts: [HTML]) -> HTML { HTML(joining: parts) }
    package static func buildOptional(_ part: HTML?) -> HTML { part ?? .nothing }
    package static func buildEither(first part: HTML) -> HTML { part }
    package static func buildEither(second part: HTML) -> HTML { part }
}

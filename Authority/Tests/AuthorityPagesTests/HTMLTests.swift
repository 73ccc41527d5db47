// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import AuthorityPages

struct HTMLTests {
    @Test(arguments: [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\" onclick=\"x", "&quot; onclick=&quot;x"), ("a & b", "a &amp; b"), ("it's", "it&#39;s"),
        ("\u{0}\u{8}\u{202E}\u{2066}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"), ("Nguyễn Thị Đào", "Nguyễn Thị Đào"),
    ])
    func `text comes in escaped, whichever way it comes`(text: String, markup: String) {
        #expect(HTML(text).markup == markup)
        #expect(HTML(.p) { text }.markup == "<p>" + markup + "</p>")
        #expect(HTML(.a, [.init(.href, text)]).markup == "<a href=\"\(markup)\"></a>")
        #expect(Notice(Phrase("", ""), more: text).html(.english).markup.contains(markup))
    }

    @Test func `a text that looks escaped is escaped again`() {
        #expect(HTML("&lt;").markup == "&amp;lt;")
    }

    @Test func `elements without content have no end`() {
        #expect(HTML(.br).markup == "<br>")
        #expect(HTML(.input, [.init(.required)]).markup == "<input required>")
        #expect(HTML(.input, [.init(.required, if: false)]).markup == "<input>")
    }

    @Test func `the style sheet asks for nothing from anywhere`() {
        #expect(!Style.sheet.contains("url("))
        #expect(!Style.sheet.contains("@import"))
        #expect(Style.sheet.filter { $0 == "{" }.count == Style.sheet.filter { $0 == "}" }.count)
    }
}

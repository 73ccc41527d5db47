// SPDX-License-Identifier: GPL-3.0-or-later
// What the gate prints, beside its screen.

import Beacon
import Control
import FoundationEssentials
import Testing

@testable import bluezonectl

@Suite struct GateTextTests {
    private let counts = [CountFileTests.count(0, 41), CountFileTests.count(1, 2)]

    @Test func `a page for a browser`() {
        let page = GatePage(words: GateScreenTests.words()).text(GateScreenTests.view(.yes))
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\" class=\"yes\">"))
        #expect(page.contains("<meta http-equiv=\"refresh\" content=\"1\">") && !page.contains("<script"))
        #expect(page.contains("<h1>YES</h1>") && page.contains("<p>14:00-14:15: 5 people</p>"))
        #expect(page.contains("<td>13:45<br><b>&lt;3</b></td><td>13:30<br><b>12</b></td>"))
    }

    @Test func `a page that is closed tells nothing else`() {
        var view = GateScreenTests.view(.unknown(.closed))
        view.earlier = []
        let page = GatePage(words: GateScreenTests.words()).text(view)
        #expect(page.contains("<h1>?</h1>\n<p>The gate is closed.</p>\n</body>"))
    }

    @Test func `the page in Vietnamese, and in trouble`() {
        let words = GateScreenTests.words(.vietnamese)
        let page = GatePage(words: words).text(GateScreenTests.view(.unknown(.paused(until: GateCounterTests.start))))
        #expect(page.contains("lang=\"vi\" class=\"unknown\"") && page.contains("tạm dừng đến 14:00"))
        #expect(page.contains("<code>bluezonectl resume</code>"))
        let strange = GatePage(words: GateScreenTests.words()).text(GateScreenTests.view(.unknown(.silent("<b>&"))))
        #expect(strange.contains("&lt;b&gt;&amp;"))
    }

    @Test(arguments: MessageLanguage.allCases)
    func `every answer has its words`(language: MessageLanguage) {
        let words = GateScreenTests.words(language)
        let troubles: [GateTrouble] = [
            .starting, .notRunning, .notPermitted, .silent("x"), .paused(until: nil), .noAdapter, .blocked, .resting,
            .closed,
        ]
        let sentences = ([.yes, .no] + troubles.map(GateView.Verdict.unknown)).map {
            words.sentence(GateScreenTests.view($0))
        }
        #expect(Set(sentences).count == sentences.count && sentences.allSatisfy { $0.hasSuffix(".") })
        #expect(Set(troubles.map(\.word)).count == troubles.count)
    }

    @Test func `lines for programs`() {
        var view = GateScreenTests.view(.unknown(.resting))
        view.bluezone = 5
        #expect(
            GateLines.csv(view) == "2026-11-21T07:03:27Z,unknown,resting,away,2026-11-21T07:00:00Z,5,0,5")
        #expect(GateLines.header.split(separator: ",").count == 8)
        #expect(
            GateLines.json(view)
                == #"{"schema":1,"time":1795244607,"verdict":"unknown","reason":"resting","signal":"away","strongest":null,"#
                + #""quarter":1795244400,"bluezone":5,"exposureNotification":0,"people":5}"#)
    }

    @Test func `text for a terminal`() {
        #expect(
            GateLines.text(GateScreenTests.view(.no), words: GateScreenTests.words()) == """
                NO  Open the Bluezone app and hold the phone here.
                  Signal: a bit away
                  14:00-14:15: 5 people
                  Before: 13:45 <3, 13:30 12
                """)
    }

    @Test func `counts as text, for spreadsheets and for programs`() {
        let list = CountList(counts: counts, damagedLines: 1, time: GateScreenTests.hanoi)
        #expect(
            list.text(in: Style()) == """
                quarter of an hour  people  bluezone  exposure-notification    heard
                2026-11-21 14:00        41        41                     <3    100 %
                2026-11-21 14:15        <3        <3                     <3    100 %
                """)
        #expect(list.csv.hasSuffix("\n2026-11-21T07:15:00Z,2026-11-21T14:15:00+07:00,<3,<3,<3,900"))
        #expect(
            list.json.text.hasPrefix(
                #"{"schema":1,"counts":[{"start":"2026-11-21T07:00:00Z","local":"2026-11-21T14:00:00+07:00","bluezone":41,"#
            ))
        #expect(list.json.text.contains(#""people":null"#) && list.json.text.hasSuffix(#""damagedLines":1}"#))
        #expect(CountList(counts: [], damagedLines: 0, time: .utc).text(in: Style()) == "Nothing was counted.")
    }
}

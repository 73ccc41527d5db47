// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import bluezonectl

@Suite struct StyleTests {
    @Test(
        arguments: [
            (ColourChoice.auto, true, [:], true), (.auto, false, [:], false), (.auto, true, ["NO_COLOR": "1"], false),
            (.auto, true, ["NO_COLOR": ""], true), (.auto, true, ["TERM": "dumb"], false),
            (.auto, true, ["TERM": "xterm-256color"], true), (.never, true, [:], false), (.always, false, [:], true),
        ] as [(ColourChoice, Bool, [String: String], Bool)])
    func `colour is for terminals, and the person has the last word`(
        choice: ColourChoice, isTerminal: Bool, environment: [String: String], isOn: Bool
    ) {
        #expect(choice.isOn(isTerminal: isTerminal) { environment[$0] } == isOn)
    }

    @Test func `plain text carries no escape codes`() {
        #expect(Style().paint("F1", .bad) == "F1")
        #expect(Style(isColoured: true).paint("F1", .bad) == "\u{1B}[1;31mF1\u{1B}[0m")
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import bluezonectl

@Suite struct PauseCommandTests {
    @Test(
        arguments: [
            ("90", 90), ("90s", 90), ("30m", 1800), ("4h", 14_400), ("1d", 86_400), ("1h30m", 5400), ("1h30", 3630),
        ] as [(String, UInt32)])
    func `people write lengths of time in several ways`(text: String, seconds: UInt32) {
        #expect(PauseLength(argument: text)?.seconds == seconds)
    }

    @Test(
        arguments: [
            "", "0", "0h", "h", "-1h", "4x", "4 h", "1.5h", "99999999999d", "49711d", "18446744073709551616s", "４h",
        ])
    func `a length that is none is refused`(text: String) {
        #expect(PauseLength(argument: text) == nil)
    }

    @Test(arguments: [
        ("y", true), ("YES", true), ("có", true), ("n", false), ("", false), (nil, false), ("yep", false),
    ])
    func `only a clear yes deletes`(answer: String?, isConsent: Bool) {
        #expect(ForgetCommand.isConsent(answer) == isConsent)
    }
}

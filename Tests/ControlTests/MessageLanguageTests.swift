// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import Control

@Suite struct MessageLanguageTests {
    @Test(
        arguments: [
            (["LANG": "vi_VN.UTF-8"], MessageLanguage.vietnamese), (["LANG": "vi_VN"], .vietnamese),
            (["LANG": "vi"], .vietnamese), (["LANG": "vi_VN.utf8@x"], .vietnamese), (["LANG": "vi_VN.TCVN"], .english),
            (["LANG": "C"], .english), (["LANG": "en_GB.UTF-8"], .english), (["LANG": "vie"], .english),
            ([:], .english),
            (["LANG": "vi_VN.UTF-8", "LC_ALL": "C.UTF-8"], .english),
            (["LANG": "C", "LC_MESSAGES": "vi_VN.UTF-8"], .vietnamese),
            (["LANG": "vi_VN.UTF-8", "LC_ALL": ""], .vietnamese), (["LANG": "@."], .english),
        ])
    func `the locale chooses the language`(environment: [String: String], language: MessageLanguage) {
        #expect(MessageLanguage { environment[$0] } == language)
    }

    @Test(arguments: AlertNotice.Level.allCases, MessageLanguage.allCases)
    func `an alert names its level, day and minutes in every language`(
        level: AlertNotice.Level, language: MessageLanguage
    ) {
        let alert = AlertNotice(level: level, day: UTCDay(number: 20_514), minutes: 18, format: .bluezone)
        let sentence = alert.sentence(in: language)
        for word in [level.rawValue, "2026-03-02", "18"] { #expect(sentence.contains(word)) }
    }
}

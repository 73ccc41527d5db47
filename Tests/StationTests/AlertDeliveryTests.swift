// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Testing

@testable import Station

@Suite struct AlertDeliveryTests {
    private func fields(_ level: AlertNotice.Level, _ format: BeaconFormat, _ language: MessageLanguage) -> [String] {
        let notice = AlertNotice(level: level, day: UTCDay(number: 20_777), minutes: 23, format: format)
        return AlertDelivery.fields(of: notice, in: language)
    }

    @Test func `an alert carries the fields that people search by`() {
        #expect(
            fields(.f1, .bluezone, .english) == [
                "MESSAGE=On 2026-11-20 (UTC) you were near a confirmed case (F0) for about 23 minutes: you are F1. "
                    + "Follow the advice of your health authority.",
                "MESSAGE_ID=b1ce20e0f1a94d6f8f5e7a3c9d2b4e61",
                "PRIORITY=1",
                "SYSLOG_IDENTIFIER=bluezoned",
                "BLUEZONE_LEVEL=F1",
                "BLUEZONE_DAY=2026-11-20",
                "BLUEZONE_MINUTES=23",
                "BLUEZONE_FORMAT=bluezone",
            ])
        let second = fields(.f2, .exposureNotification, .vietnamese)
        #expect(second.contains("PRIORITY=4") && second.contains("BLUEZONE_LEVEL=F2"))
        #expect(second.contains("BLUEZONE_FORMAT=exposure-notification"))
        #expect(second.first?.hasPrefix("MESSAGE=Ngày 2026-11-20 (UTC) bạn đã ở gần") == true)
    }

    @Test(arguments: AlertNotice.Level.allCases, MessageLanguage.allCases)
    func `no identifier, key, address or time of day is in an alert`(
        level: AlertNotice.Level, language: MessageLanguage
    ) throws {
        for format in BeaconFormat.allCases {
            let all = fields(level, format, language).filter { !$0.hasPrefix("MESSAGE_ID=") }
            for field in all {
                // Nothing like 08:30, AA:BB:CC or as many hexadecimal digits as a part of an identifier has.
                #expect(!field.contains(/[0-9A-Fa-f]{1,2}[:.h][0-9A-Fa-f]{2}/), "\(field)")
                #expect(!field.contains(/[0-9a-fA-F]{6}/), "\(field)")
                #expect(!field.contains("\n"))
            }
            let numbers = all.flatMap { $0.matches(of: /[0-9]+/).map { String($0.output) } }
            #expect(Set(numbers).isSubset(of: ["2026", "11", "20", "23", "0", "1", "2", "4"]))
        }
    }
}

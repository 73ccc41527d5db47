// SPDX-License-Identifier: GPL-3.0-or-later
// What alerts and nearby print.

import Beacon
import Control
import Testing

@testable import bluezonectl

@Suite struct ListTextTests {
    static let alerts = [
        AlertNotice(level: .f2, day: UTCDay(number: 20_512), minutes: 31, format: .bluezone),
        AlertNotice(level: .f2, day: UTCDay(number: 20_514), minutes: 20, format: .bluezone),
        AlertNotice(level: .f1, day: UTCDay(number: 20_514), minutes: 18, format: .exposureNotification),
    ]

    @Test func `the newest day comes first, and the nearer level within a day`() {
        let lines = AlertsText(alerts: Self.alerts, style: Style()).text.split(separator: "\n")
        #expect(lines.map { $0.prefix(2) } == ["F1", "F2", "F2"])
        #expect(lines[0].contains("2026-03-02") && lines[2].contains("2026-02-28"))
    }

    @Test func `no alert is a sentence too`() {
        #expect(AlertsText(alerts: [], style: Style()).text.hasPrefix("No alerts."))
        #expect(AlertsText(alerts: [], style: Style(language: .vietnamese)).text.hasPrefix("Không có cảnh báo."))
    }

    @Test func `an alert for programs`() {
        #expect(Self.alerts[0].json.text == #"{"level":"F2","day":"2026-02-28","minutes":31,"format":"bluezone"}"#)
    }

    @Test func `the strongest comes first, and no identifier in full`() throws {
        let weak = try #require(EphemeralIdentifier(format: .bluezone, bytes: Array(1...12)))
        let strong = try #require(EphemeralIdentifier(format: .exposureNotification, bytes: Array(0x11...0x20)))
        let beacons = [
            NearbyBeacon(identifier: weak, rssi: -91, age: 3), NearbyBeacon(identifier: strong, rssi: -52, age: 0),
        ]
        #expect(
            NearbyText(beacons: beacons, style: Style()).text == """
                2 identifiers heard now (a device that sends both formats shows twice):
                  111213…  #####   -52 dBm  exposure-notification  0 s
                  010203…  #....   -91 dBm  bluezone               3 s
                """)
        #expect(beacons[0].json.text == #"{"prefix":"010203","format":"bluezone","rssi":-91,"age":3,"samples":0}"#)
    }

    @Test func `silence is a sentence too`() {
        #expect(NearbyText(beacons: [], style: Style()).text == "Nobody is heard now.")
    }
}

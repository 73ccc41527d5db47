// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Testing

@testable import bluezonectl

@Suite struct StatusTextTests {
    static let now = Timestamp(seconds: 1_772_442_012)

    static let running: StationStatus = {
        var status = StationStatus()
        status.state = .running
        status.adapter = "hci0"
        status.formats = [.bluezone, .exposureNotification]
        status.radiatedPower = -8
        status.sightingsToday = 412
        status.identifiersToday = 17
        status.lastSighting = Timestamp(seconds: 1_772_442_000)
        status.lastMatch = Timestamp(seconds: 1_772_431_200)
        status.lastImport = Timestamp(seconds: 1_772_431_000)
        status.caseKeys = 25_410
        status.journalBytes = 2_516_582
        status.daysRecorded = 11
        status.listeningShare = 13
        return status
    }()

    func text(_ status: StationStatus, _ style: Style = Style()) -> String {
        StatusText(status: status, now: Self.now, style: style).text
    }

    @Test func `more identifiers than are told apart are said to be at least so many`() {
        var status = Self.running
        status.identifiersToday = StationStatus.mostIdentifiers
        #expect(text(status).contains("412 sightings of at least 500000 identifiers"))
        #expect(text(status, Style(language: .vietnamese)).contains("412 lần, ít nhất 500000 mã"))
    }

    @Test func `a running daemon fits on ten lines`() {
        #expect(
            text(Self.running) == """
                Bluezone is sending and listening.
                  Adapter:       hci0
                  On the air:    bluezone, exposure-notification
                  Listening:     13 % of the last hour, profile balanced
                  Heard today:   412 sightings of 17 identifiers
                  Last sighting: 12 s ago
                  Case keys:     25410, newest 3 h ago
                  Last match:    3 h ago
                  Alerts:        none
                  Journal:       2.3 MiB, 11 of the last 14 days recorded
                """)
    }

    @Test func `how it listens and what it lost stand there when there is something to say`() {
        var status = Self.running
        status.scanWay = .hci
        status.lostReports = 12
        #expect(text(status).contains("\n  Scan:          on an HCI socket\n  Lost:          12 reports\n"))
        #expect(status.json.text.contains(#""scanWay":"hci","lostReports":12"#))
        for way in ScanWay.allCases {
            status.scanWay = way
            #expect(text(status) != text(status, Style(language: .vietnamese)))
        }
    }

    @Test func `an alert stands in the verdict`() {
        var status = Self.running
        status.alertLevel = .f1
        let lines = text(status).split(separator: "\n")
        #expect(lines.first == "Bluezone is sending and listening. You were near a confirmed case (F1).")
        #expect(lines.contains("  Alerts:        F1: see bluezonectl alerts"))
    }

    @Test func `a warning comes with its detail and the exact fix`() {
        var status = Self.running
        status.state = .blocked
        status.warnings = [StationWarning(.radioKilled), StationWarning(.settingsRefused, detail: "bluezone.conf:3")]
        #expect(
            text(status).hasSuffix(
                """
                Warning: flight mode blocks Bluetooth
                  Fix: sudo rfkill unblock bluetooth
                Warning: the configuration was refused, the old one stays (bluezone.conf:3)
                  Fix: correct the file, then sudo systemctl reload bluezoned
                """))
    }

    @Test func `a refused export is looked into, not fetched again`() {
        // The file is done in the list's cursor: another run of bluezone-sync would change nothing.
        for style in [Style(), Style(language: .vietnamese)] {
            let remedy = WarningAdvice(.exportRefused, in: style).remedy
            #expect(!remedy.contains("bluezone-sync"))
            #expect(remedy.contains("bluezonectl export verify FILE --key /etc/bluezone/keys.d/"))
            #expect(remedy.hasSuffix("bluezonectl match"))
        }
    }

    @Test func `a pause says how long it lasts`() {
        var status = Self.running
        status.state = .paused
        #expect(text(status).hasPrefix("Bluezone is paused until you resume it."))
        status.pausedUntil = Self.now.advanced(by: .seconds(1800))
        #expect(text(status).hasPrefix("Bluezone is paused for another 30 min."))
    }

    @Test func `a device that has heard nothing says so`() {
        let empty = text(StationStatus())
        #expect(empty.contains("  Adapter:       none\n"))
        #expect(empty.contains("  Last sighting: never\n"))
        #expect(empty.contains("  Case keys:     0\n"))
    }

    @Test(arguments: StationStatus.State.allCases)
    func `every state has a verdict of its own in both languages`(state: StationStatus.State) {
        var status = Self.running
        status.state = state
        let english = text(status).split(separator: "\n").first
        let vietnamese = text(status, Style(language: .vietnamese)).split(separator: "\n").first
        #expect(english?.hasPrefix("Bluezone ") == true && vietnamese?.hasPrefix("Bluezone ") == true)
        #expect(english != vietnamese)
        for other in StationStatus.State.allCases where other != state {
            status.state = other
            #expect(text(status).split(separator: "\n").first != english)
        }
    }

    @Test(arguments: StationWarning.Kind.allCases)
    func `every warning has a meaning and a remedy in both languages`(kind: StationWarning.Kind) {
        for style in [Style(), Style(language: .vietnamese)] {
            let advice = WarningAdvice(kind, in: style)
            #expect(!advice.meaning.isEmpty && !advice.remedy.isEmpty && !advice.meaning.hasSuffix("."))
        }
    }

    @Test func `what changes hands with iPhones is told where its owner asked for it`() {
        #expect(!text(Self.running).contains("iPhones:"))
        var status = Self.running
        status.handover = [.read, .serve]
        (status.handoversRead, status.handoversFailed) = (7, 2)
        let sentence = "connected to for their identifiers (7 read, 2 not); can read our identifier"
        #expect(text(status).contains("iPhones:       " + sentence))
    }

    @Test func `whose thresholds count is told when they are not the program's own`() {
        #expect(!text(Self.running).contains("Policy:"))
        var status = Self.running
        status.policyOverrides = ["AlertMinutes=10"]
        #expect(text(status).contains("the program's own; this device's configuration sets AlertMinutes=10"))
        (status.policySerial, status.policyRegion, status.policySigner) = (2_026_112_101, "VN", "452-v1")
        status.policySince = Timestamp(seconds: 1_795_255_200)
        status.policyUntil = Timestamp(seconds: 1_803_031_200)
        #expect(
            text(status).contains(
                "no. 2026112101 of VN, signed by 452-v1, since 2026-11-21, good until 2027-02-19; "
                    + "this device's configuration sets AlertMinutes=10"))
    }

    @Test func `programs get the documented members in order`() {
        var status = Self.running
        status.warnings = [StationWarning(.casesStale)]
        #expect(
            status.json.text == #"{"schema":1,"state":"running","adapter":"hci0","#
                + #""formats":["bluezone","exposure-notification"],"adapterModel":null,"correction":0,"#
                + #""radiatedPower":-8,"chipPower":null,"#
                + #""confidence":"lowest","sightingsToday":412,"identifiersToday":17,"#
                + #""lastSighting":1772442000,"lastMatch":1772431200,"lastImport":1772431000,"caseKeys":25410,"#
                + #""alertLevel":"none","journalBytes":2516582,"daysRecorded":11,"daysKept":14,"pausedUntil":null,"#
                + #""replaysToday":0,"ownHeard":0,"scanProfile":"balanced","listeningShare":13,"scanWay":null,"lostReports":0,"#
                + #""handover":[],"handoversRead":0,"handoversFailed":0,"#
                + #""policySerial":null,"policyRegion":null,"policySigner":null,"policySince":null,"policyUntil":null,"#
                + #""policyEntries":[],"policyOverrides":[],"#
                + #""warnings":[{"kind":"cases-stale","detail":"","fix":"sudo systemctl start bluezone-sync"}]}"#)
    }
}

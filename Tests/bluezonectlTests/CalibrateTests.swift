// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Settings
import Testing

@testable import bluezonectl

private func beacon(_ rssi: Int8, age: UInt32 = 0) -> NearbyBeacon {
    let identifier = EphemeralIdentifier(format: .bluezone, bytes: Array(1...12))
    return NearbyBeacon(identifier: identifier!, rssi: rssi, age: age)
}

@Suite struct CalibrateTests {
    /// A person's answers, and what the daemon hears at each look.
    private final class Scene {
        var answers: [String?]
        var looks: [[NearbyBeacon]]
        var shown: [String] = []
        var status = StationStatus()
        var power: Int8?
        var correction: Int8?

        init(answers: [String?], looks: [[NearbyBeacon]] = []) {
            (self.answers, self.looks) = (answers, looks)
            (status.adapter, status.adapterModel, status.radiatedPower, status.chipPower) = (
                "hci0", "usb:0a5c:21e8", -8, 7
            )
        }

        func run() async throws -> AdapterCalibration? {
            try await CalibrationDialogue(
                status: status, style: Style(), referencePower: power, referenceCorrection: correction,
                look: { self.looks.isEmpty ? [] : self.looks.removeFirst() }, rest: {},
                ask: { _ in self.answers.isEmpty ? nil : self.answers.removeFirst() }, show: { self.shown.append($0) }
            ).run()
        }
    }

    @Test func `both measurements against a phone of known power make a row of medium confidence`() async throws {
        let scene = Scene(answers: ["", "-52 dBm"], looks: Array(repeating: [beacon(-90), beacon(-60)], count: 12))
        (scene.power, scene.correction) = (-23, 4)
        let row = try #require(try await scene.run())
        #expect(row.correction == -3, "expected -63, heard -60")
        #expect(row.radiatedPower == -8, "-52, 4 for the other's ear, 40 for the metre")
        #expect(row.setPoint == 7 && row.confidence == .medium)
    }

    @Test func `against a phone that nobody knows it is of low confidence`() async throws {
        let scene = Scene(answers: ["", "\u{2212}52"], looks: Array(repeating: [beacon(-60)], count: 12))
        let row = try #require(try await scene.run())
        #expect(row.correction == -6 && row.radiatedPower == -12 && row.confidence == .low)
    }

    @Test func `what the daemon has corrected already is not corrected twice`() async throws {
        let scene = Scene(answers: ["", "s"], looks: Array(repeating: [beacon(-66)], count: 12))
        scene.status.correction = -6
        #expect(try await scene.run()?.correction == -6)
    }

    @Test func `what is left out stays as it was, and with nothing measured there is no row`() async throws {
        let scene = Scene(answers: ["s", "-50"])
        #expect(try await scene.run()?.radiatedPower == -10)
        #expect(try await Scene(answers: ["s", "s"]).run() == nil)
        #expect(try await Scene(answers: [nil, nil]).run() == nil)
    }

    @Test func `an answer that is no signal strength is asked for again`() async throws {
        let scene = Scene(answers: ["s", "loud", "12", "-45"])
        #expect(try await scene.run()?.radiatedPower == -5)
        #expect(scene.shown.count { $0.contains("-100 to 0") } == 2)
    }

    @Test func `old news and a device that is not there measure nothing`() async throws {
        let scene = Scene(answers: ["", "-50"], looks: Array(repeating: [beacon(-60, age: 3)], count: 500))
        await #expect(throws: CommandFailure.self) { try await scene.run() }
    }

    @Test func `strengths far apart are refused with what to do`() async throws {
        let scene = Scene(
            answers: ["", "-50"], looks: (0..<12).map { [beacon($0.isMultiple(of: 2) ? -50 : -75)] })
        let error = await #expect(throws: CommandFailure.self) { try await scene.run() }
        #expect(error?.description.contains("25 dB") == true)
    }

    @Test func `the middle of a sample stands firm against single reflections`() {
        var sample = SignalSample()
        for strength: Int8 in [-60, -61, -95, -60, -59, -30, -60] {
            sample.take([beacon(strength)], within: 2, correction: 0)
        }
        #expect(sample.median == -60 && sample.spread == 2)
        #expect(SignalSample().median == nil && SignalSample().spread == 0)
    }

    @Test func `a row takes the place of its own, and nothing else is touched`() {
        var row = AdapterCalibration()
        row.radiatedPower = -12
        let old = "# mine\n[\"a\"]\nradiated-power = 1\n# of a\n\n  [\"b\"]\ncorrection = 2\n\n"
        let new = AdapterFile.text(old, setting: row, of: "a")
        #expect(
            new
                == "# mine\n  [\"b\"]\ncorrection = 2\n\n[\"a\"]\nradiated-power = -12\ncorrection = 0\nconfidence = \"lowest\"\n"
        )
        #expect(AdapterFile.text("", setting: row, of: "a").hasPrefix("[\"a\"]\n"))
        #expect(AdapterFile.text(new, setting: row, of: "a") == new)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Settings
import Testing

@testable import bluezonectl

private func beacon(_ rssi: Int8, age: UInt32 = 0, from number: UInt64 = 1, samples: UInt32 = 1) -> NearbyBeacon {
    let identifier = EphemeralIdentifier(format: .bluezone, low: number, high: 0)
    return NearbyBeacon(identifier: identifier, rssi: rssi, age: age, samples: samples)
}

/// A look before, and as many more at which each of these is heard once more than at the one before it.
private func looks(_ count: Int, _ strengths: Int8...) -> [[NearbyBeacon]] {
    (0...count).map { look in
        strengths.enumerated().map { beacon($1, from: UInt64($0), samples: UInt32(look + 1)) }
    }
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
        let scene = Scene(answers: ["", "-52 dBm"], looks: looks(12, -90, -60))
        (scene.power, scene.correction) = (-23, 4)
        let row = try #require(try await scene.run())
        #expect(row.correction == -3, "expected -63, heard -60")
        #expect(row.radiatedPower == -8, "-52, 4 for the other's ear, 40 for the metre")
        #expect(row.setPoint == 7 && row.confidence == .medium)
    }

    @Test func `against a phone that nobody knows it is of low confidence`() async throws {
        let scene = Scene(answers: ["", "\u{2212}52"], looks: looks(12, -60))
        let row = try #require(try await scene.run())
        #expect(row.correction == -6 && row.radiatedPower == -12 && row.confidence == .low)
    }

    @Test func `what the daemon has corrected already is not corrected twice`() async throws {
        let scene = Scene(answers: ["", "s"], looks: looks(12, -66))
        scene.status.correction = -6
        #expect(try await scene.run()?.correction == -6)
    }

    @Test func `what is left out stays as it was, and with nothing measured there is no row`() async throws {
        let scene = Scene(answers: ["s", "-50"])
        #expect(try await scene.run()?.radiatedPower == -10)
        #expect(try await Scene(answers: ["s", "s"]).run() == nil)
        #expect(try await Scene(answers: [nil, nil]).run() == nil)
    }

    @Test(arguments: AdapterCalibration.Confidence.allCases)
    func `a power that was not measured keeps its confidence`(known: AdapterCalibration.Confidence) async throws {
        let scene = Scene(answers: ["", "s"], looks: looks(12, -60))
        (scene.power, scene.correction, scene.status.confidence) = (-23, 4, known.word)
        let row = try #require(try await scene.run())
        #expect(row.correction == -3 && row.radiatedPower == -8 && row.setPoint == 7 && row.confidence == known)
    }

    @Test func `a power alone is of medium confidence only beside an ear that is`() async throws {
        for (known, confidence) in [("lowest", .low), ("low", .low), ("medium", .medium), ("high", .medium)]
            as [(String, AdapterCalibration.Confidence)]
        {
            let scene = Scene(answers: ["s", "-50"])
            (scene.correction, scene.status.confidence, scene.status.correction) = (4, known, -5)
            let row = try #require(try await scene.run())
            #expect(row.radiatedPower == -6 && row.correction == -5 && row.confidence == confidence)
        }
    }

    @Test func `an answer that is no signal strength is asked for again`() async throws {
        let scene = Scene(answers: ["s", "loud", "12", "-45"])
        #expect(try await scene.run()?.radiatedPower == -5)
        #expect(scene.shown.count { $0.contains("-100 to 0") } == 2)
    }

    @Test func `old news and a device that is not there measure nothing`() async throws {
        let scene = Scene(answers: ["", "-50"], looks: Array(repeating: [beacon(-60, age: 1)], count: 500))
        await #expect(throws: CommandFailure.self) { try await scene.run() }
        #expect(scene.looks.count == 500 - 1 - CalibrationDialogue.patience)
        await #expect(throws: CommandFailure.self) { try await Scene(answers: ["", "-50"]).run() }
    }

    @Test func `one reading is one sample, however long the list shows it`() async throws {
        // Three looks see each of four readings: that is not enough, though it is twelve looks.
        var sample = SignalSample()
        for look in 0..<13 as Range<UInt32> {
            let samples: UInt32 = 1 + (look + 2) / 3
            sample.take([beacon(-60, age: (look + 2) % 3, samples: samples)], correction: 0)
        }
        #expect(sample.strengths.count == 4 && !sample.isEnough)
    }

    @Test func `who is heard seldom is waited for as long as he is heard`() async throws {
        let slow = (0..<13).flatMap { reading in
            Array(repeating: [beacon(-60, samples: UInt32(reading + 1))], count: CalibrationDialogue.patience)
        }
        let scene = Scene(answers: ["", "s"], looks: slow)
        #expect(try await scene.run()?.correction == -6)
    }

    @Test func `a weaker device does not stand in for the one that is silent for a moment`() {
        var sample = SignalSample()
        sample.take([beacon(-60, from: 1), beacon(-90, from: 2)], correction: 0)
        for second in 1...15 as ClosedRange<UInt32> {
            sample.take([beacon(-60, age: second, from: 1), beacon(-90, from: 2, samples: 1 + second)], correction: 0)
        }
        #expect(sample.strengths.isEmpty)
        // Somebody new, as the same device is after its identifier changed.
        sample.take([beacon(-60, age: 16, from: 1), beacon(-58, from: 3)], correction: 0)
        #expect(sample.strengths == [-58])
    }

    @Test func `strengths far apart are refused with what to do`() async throws {
        let scene = Scene(
            answers: ["", "-50"],
            looks: (0...12).map { look in
                let strength: Int8 = look.isMultiple(of: 2) ? -50 : -75
                return [beacon(strength, samples: UInt32(look + 1))]
            })
        let error = await #expect(throws: CommandFailure.self) { try await scene.run() }
        #expect(error?.description.contains("25 dB") == true)
    }

    @Test func `the middle of a sample stands firm against single reflections`() {
        var sample = SignalSample()
        for (number, strength) in ([0, -60, -61, -95, -60, -59, -30, -60] as [Int8]).enumerated() {
            sample.take([beacon(strength, samples: UInt32(number + 1))], correction: 0)
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

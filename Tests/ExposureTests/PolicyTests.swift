// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Foundation
import Testing

@testable import Exposure

struct PolicyTests {
    private func window(_ attenuations: [Int], seconds: Int = 300, _ change: (inout ExposureWindow) -> Void = { _ in })
        -> ExposureWindow
    {
        var window = ExposureWindow(
            format: .exposureNotification, start: Scene.time(600),
            scans: attenuations.map { ScanInstance(minAttenuation: $0, typicalAttenuation: $0, seconds: seconds) })
        change(&window)
        return window
    }

    @Test(arguments: [(0, 300.0), (54, 300), (55, 150), (62, 150), (63, 0), (120, 0)])
    func `by default below 55 dB counts fully, below 63 dB half, beyond nothing`(attenuation: Int, seconds: Double) {
        #expect(Policy.standard.weightedSeconds(of: window([attenuation])) == seconds)
    }

    @Test func `the minimum or the typical attenuation counts, as the policy says`() throws {
        let scan = ScanInstance(minAttenuation: 50, typicalAttenuation: 60, seconds: 300)
        let window = ExposureWindow(format: .bluezone, start: Scene.time(0), scans: [scan])
        #expect(Policy.standard.weightedSeconds(of: window) == 150)
        #expect(try Policy(entries: [("AttenuationValue", "minimum")]).weightedSeconds(of: window) == 300)
    }

    @Test func `all four bands count with their own weight`() throws {
        let policy = try Policy(entries: [
            ("ImmediateAttenuation", "30"), ("ImmediateWeight", "2.5"), ("NearAttenuation", "50"), ("NearWeight", "2"),
            ("MediumAttenuation", "70"), ("MediumWeight", "0.25"), ("FarWeight", "0.01"),
        ])
        #expect([29, 30, 49, 50, 69, 70].map { policy.weight(attenuation: $0) } == [2.5, 2, 2, 0.25, 0.25, 0.01])
    }

    @Test func `a report type's weight may differ by infectiousness`() throws {
        let policy = try Policy(entries: [
            ("ConfirmedTestWeight", "1.4, 1.6"), ("SelfReportWeight", "0.5"), ("HighInfectiousnessWeight", "2"),
        ])
        func weighted(_ type: ReportType, _ infectiousness: Infectiousness) -> Double {
            policy.weightedSeconds(
                of: window([10], seconds: 100) {
                    $0.reportType = type
                    $0.infectiousness = infectiousness
                })
        }
        #expect(weighted(.confirmedTest, .standard) == 140)
        #expect(weighted(.confirmedTest, .high) == 320)
        #expect(weighted(.confirmedTest, .none) == 0)
        #expect(weighted(.selfReport, .high) == 100)
        #expect(weighted(.revoked, .high) == 0)
    }

    @Test(arguments: [("confirmed-test", 120.0), ("self-report", 30), ("ignore", 0)])
    func `an unknown report type is treated as the policy says`(treatment: String, seconds: Double) throws {
        let policy = try Policy(entries: [
            ("UnknownReportType", treatment), ("SelfReportWeight", "0.25"),
        ])
        let unknown = window([10], seconds: 120) { $0.reportType = .unknown }
        #expect(policy.weightedSeconds(of: unknown) == seconds)
        #expect((policy.level(of: .unknown) == nil) == (seconds == 0))
    }

    @Test func `transmission risk levels weigh, and one out of range counts as level 0`() throws {
        let policy = try Policy(entries: [("TransmissionRiskWeights", "0.5,1,1,1,1,1,1,1,2")])
        let seconds = [0, 1, 8, 9, -1, Int32.max].map { level in
            policy.weightedSeconds(of: window([10], seconds: 100) { $0.transmissionRisk = level })
        }
        #expect(seconds == [50, 100, 200, 50, 50, 50])
    }

    @Test func `days since onset choose the infectiousness`() throws {
        let policy = try Policy(entries: [
            ("NoInfectiousnessDays", "-14..14"), ("StandardInfectiousnessDays", "-4, -3, 4..5"),
            ("HighInfectiousnessDays", "-2..3"), ("UnknownOnsetInfectiousness", "high"),
        ])
        let days: [Int32?] = [-14, -5, -4, -3, -2, 0, 3, 4, 5, 6, 14, 15, -15, .min, nil]
        let expected: [Infectiousness] = [
            .none, .none, .standard, .standard, .high, .high, .high, .standard, .standard, .none, .none, .high, .high,
            .high, .high,
        ]
        #expect(days.map { policy.infectiousness(daysSinceOnset: $0) } == expected)
    }

    @Test func `a window too short below the filter's attenuation is dropped`() throws {
        let policy = try Policy(entries: [("FilterMinutes", "10"), ("FilterAttenuation", "55")])
        #expect(policy.weightedSeconds(of: window([10, 55])) == 0)
        #expect(policy.weightedSeconds(of: window([10, 54, 60])) == 750)
    }

    @Test func `a window with too few weighted seconds is dropped`() throws {
        let policy = try Policy(entries: [("MinimumWindowSeconds", "420")])
        #expect(policy.weightedSeconds(of: window([10, 62, 63])) == 450)
        #expect(policy.weightedSeconds(of: window([10, 63])) == 0)
    }

    @Test func `negative and absurd seconds do not count`() {
        let scans = [-86_160, .min, 300].map {
            ScanInstance(minAttenuation: 25, typicalAttenuation: 25, seconds: $0)
        }
        let window = ExposureWindow(format: .bluezone, start: Scene.time(0), scans: scans)
        #expect(Policy.standard.weightedSeconds(of: window) == 300)
    }

    @Test func `minutes are rounded before they are compared`() throws {
        let fine = try Policy(entries: [("MinuteDecimals", "3")])
        #expect(Policy.standard.minutes(weightedSeconds: 897.1) == 15)
        #expect(fine.minutes(weightedSeconds: 897.1) == 14.952)
        #expect(Policy.standard.risk(minutes: 14.9) == .none)
        let low = try Policy(entries: [("LowMinutes", "5"), ("AlertMinutes", "9")])
        #expect([4.9, 5, 8.9, 9].map { low.risk(minutes: $0) } == [.none, .low, .low, .high])
    }

    @Test func `no entry at all is the default policy, and a later entry wins`() throws {
        #expect(try Policy(entries: []) == .standard)
        #expect(try Policy(entries: [("DaysBack", "3"), ("DaysBack", "14")]) == .standard)
    }

    @Test func `an unknown key is refused by name, with the keys there are`() throws {
        let error = #expect(throws: PolicyError.self) { try Policy(entries: [("NearAtenuation", "55")]) }
        #expect(error?.key == "NearAtenuation")
        let text = try #require(error?.description)
        #expect(text.hasPrefix("NearAtenuation=55: there is no such policy key; there are AttenuationValue, "))
    }

    @Test(arguments: [
        ("AttenuationValue", "mean"), ("NearAttenuation", "-1"), ("NearAttenuation", "201"),
        ("NearAttenuation", "55.5"),
        ("NearAttenuation", ""), ("NearAttenuation", "0x37"), ("NearAttenuation", "+55"), ("NearWeight", "-0.5"),
        ("NearWeight", "nan"), ("NearWeight", "inf"), ("NearWeight", "1e3"), ("NearWeight", "0x1p3"),
        ("NearWeight", "."),
        ("NearWeight", "101"), ("NearWeight", "1,5"), ("NearWeight", "٣"), ("AlertMinutes", "0"),
        ("AlertMinutes", "1441"), ("LowMinutes", "none"), ("MinuteDecimals", "7"), ("DaysBack", "0"),
        ("DaysBack", "99999999999999999999"), ("AssumedTransmitPower", "-128"), ("ConfirmedTestWeight", "1,2,3"),
        ("ConfirmedTestWeight", ""), ("ConfirmedTestWeight", "1,"), ("UnknownReportType", "revoked"),
        ("RecursiveKeys", "yes"), ("HighInfectiousnessDays", "3..-2"), ("HighInfectiousnessDays", "-15"),
        ("HighInfectiousnessDays", "0..15"), ("HighInfectiousnessDays", "1...2"), ("HighInfectiousnessDays", ".."),
        ("TransmissionRiskWeights", "1,1,1,1,1,1,1,1"), ("TransmissionRiskWeights", "1,1,1,1,1,1,1,1,x"),
    ])
    func `a bad value is refused with what would be right`(key: String, value: String) throws {
        let error = #expect(throws: PolicyError.self) { try Policy(entries: [(key, value)]) }
        guard case .badValue(key, value, let expected) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description == "\(key)=\(value): the value must be \(expected)")
    }

    @Test(arguments: [
        [("NearAttenuation", "64")], [("ImmediateAttenuation", "56")], [("LowMinutes", "15.1")],
        [("MinimumTransmitPower", "10"), ("MaximumTransmitPower", "9")],
    ])
    func `values that contradict each other are refused`(entries: [(String, String)]) {
        let error = #expect(throws: PolicyError.self) {
            try Policy(entries: entries.map { (key: $0.0, value: $0.1) })
        }
        guard case .contradiction = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

}

/// `docs/exposure.md` is what an authority writes its policy by.
struct PolicyDocumentationTests {
    private let lines: [String]

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("docs/exposure.md"), encoding: .utf8)
        lines = text.replacing("−", with: "-").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func `the table names every key and its default`() throws {
        var documented: [String] = []
        for line in lines {
            let cells = line.split(separator: "|").map {
                $0.replacing("`", with: "").trimmingCharacters(in: .whitespaces)
            }
            guard let key = cells.first, line.hasPrefix("| `"), Policy.keys.contains(key) else { continue }
            documented.append(key)
            let value = cells[1] == "nine times 1" ? "1,1,1,1,1,1,1,1,1" : cells[1]
            if !value.isEmpty { #expect(try Policy(entries: [(key, value)]) == .standard, "\(key)=\(value)") }
        }
        #expect(documented == Policy.keys)
    }

    @Test func `the examples are policies`() throws {
        let examples = lines.split { !$0.hasPrefix("    ") }.map { example in
            example.map { $0.trimmingCharacters(in: .whitespaces).split(separator: "=", maxSplits: 1).map(String.init) }
        }.filter { $0.allSatisfy { $0.count == 2 && Policy.keys.contains($0[0]) } }
        #expect(examples.count == 2)
        for example in examples {
            #expect(try Policy(entries: example.map { (key: $0[0], value: $0[1]) }) != .standard)
        }
    }
}

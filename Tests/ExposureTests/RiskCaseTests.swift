// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Exposure
import TestSupport
import Testing

/// Corona-Warn-App's published cases: windows in, the days' risk and the number of encounters out.
struct RiskCases: Decodable {
    struct Range: Decodable {
        var min, max: Double
        var maxExclusive: Bool?
        func contains(_ value: Double) -> Bool { min <= value && (maxExclusive == true ? value < max : value <= max) }
    }
    struct Weight: Decodable {
        var attenuationRange: Range
        var weight: Double
    }
    struct Level: Decodable {
        var normalizedTimeRange: Range
        var riskLevel: Int
    }
    struct RiskValue: Decodable {
        var transmissionRiskLevel: Int
        var transmissionRiskValue: Double
    }
    struct Encoding: Decodable {
        var infectiousnessOffsetStandard, infectiousnessOffsetHigh, reportTypeOffsetRecursive: Int
        var reportTypeOffsetSelfReport, reportTypeOffsetConfirmedClinicalDiagnosis, reportTypeOffsetConfirmedTest: Int
    }
    struct Configuration: Decodable {
        var minutesAtAttenuationWeights: [Weight]
        var normalizedTimePerEWToRiskLevelMapping, normalizedTimePerDayToRiskLevelMapping: [Level]
        var trlEncoding: Encoding
        var transmissionRiskValueMapping: [RiskValue]
    }
    struct Scan: Decodable { var minAttenuation, typicalAttenuation, secondsSinceLastScan: Int }
    struct Window: Decodable {
        var ageInDays: Int
        var reportType: Int32
        var infectiousness: Int
        var calibrationConfidence: UInt8
        var scanInstances: [Scan]
    }
    struct Case: Decodable, CustomTestStringConvertible {
        var description: String
        var exposureWindows: [Window]
        var expTotalRiskLevel: Int
        var expAgeOfMostRecentDateWithLowRisk, expAgeOfMostRecentDateWithHighRisk: Int?
        var expNumberOfDaysWithLowRisk, expNumberOfDaysWithHighRisk: Int
        var expTotalMinimumDistinctEncountersWithLowRisk, expTotalMinimumDistinctEncountersWithHighRisk: Int
        var testDescription: String { description }
    }
    var defaultRiskCalculationConfiguration: Configuration
    var testCases: [Case]

    static let published = SharedData.json(
        "exposure-notification/risk/cwa_exposure_windows_risk_cases.json", RiskCases.self)
}

extension RiskCases.Configuration {
    /// The file's settings as entries of a policy.
    var entries: [(key: String, value: String)] {
        let names = ["Immediate", "Near", "Medium"]
        var entries = zip(names, minutesAtAttenuationWeights).flatMap { name, weight in
            [
                (key: name + "Attenuation", value: String(Int(weight.attenuationRange.max))),
                (key: name + "Weight", value: String(weight.weight)),
            ]
        }
        for (name, offset) in [
            ("ConfirmedTestWeight", trlEncoding.reportTypeOffsetConfirmedTest),
            ("ClinicalDiagnosisWeight", trlEncoding.reportTypeOffsetConfirmedClinicalDiagnosis),
            ("SelfReportWeight", trlEncoding.reportTypeOffsetSelfReport),
            ("RecursiveWeight", trlEncoding.reportTypeOffsetRecursive),
        ] {
            let levels = [trlEncoding.infectiousnessOffsetStandard, trlEncoding.infectiousnessOffsetHigh]
            let values = levels.map { level in
                transmissionRiskValueMapping.first { $0.transmissionRiskLevel == offset + level }?.transmissionRiskValue
            }
            entries.append((key: name, value: values.map { String($0 ?? 0) }.joined(separator: ",")))
        }
        let days = normalizedTimePerDayToRiskLevelMapping
        for (name, level) in [("LowMinutes", 1), ("AlertMinutes", 2)] {
            let least = days.first { $0.riskLevel == level }?.normalizedTimeRange.min
            entries.append((key: name, value: String(least ?? 0)))
        }
        entries += [(key: "AttenuationValue", value: "minimum"), (key: "FarWeight", value: "0")]
        entries += [(key: "MinuteDecimals", value: "1")]
        return entries
    }
}

@Suite(.enabled(if: SharedData.isPresent, "the shared data folder is absent"))
struct RiskCaseTests {
    /// Windows that count as one encounter when all of it is equal.
    private struct Encounter: Hashable {
        var reportType: ReportType
        var infectiousness: Infectiousness
        var confidence: UInt8
        var level: Int
    }

    @Test func `all 29 cases are there`() {
        #expect(RiskCases.published?.testCases.count == 29)
    }

    @Test(arguments: RiskCases.published?.testCases ?? [])
    func `a published case of risk is decided as published`(example: RiskCases.Case) throws {
        let configuration = try #require(RiskCases.published).defaultRiskCalculationConfiguration
        let policy = try Policy(entries: configuration.entries)
        let windows = example.exposureWindows.map(window)
        let days = DayExposure.days(of: windows, policy: policy)
        func ages(_ risk: Risk) -> [Int] {
            days.filter { $0.risk == risk }.map { Int(Scene.day.number - $0.day.number) }
        }
        #expect(ages(.low).min() == example.expAgeOfMostRecentDateWithLowRisk)
        #expect(ages(.high).min() == example.expAgeOfMostRecentDateWithHighRisk)
        #expect(ages(.low).count == example.expNumberOfDaysWithLowRisk)
        #expect(ages(.high).count == example.expNumberOfDaysWithHighRisk)
        #expect((ages(.high).isEmpty ? 1 : 2) == example.expTotalRiskLevel)

        // Distinct encounters, over the days that are any risk at all.
        var encounters: [Int] = []
        for day in days where day.risk != .none {
            let ofDay = windows.filter { $0.day == day.day }.compactMap { window -> Encounter? in
                let minutes = policy.weightedSeconds(of: window) / 60
                let level = configuration.normalizedTimePerEWToRiskLevelMapping.first {
                    $0.normalizedTimeRange.contains(minutes)
                }
                return level.map {
                    Encounter(
                        reportType: window.reportType, infectiousness: window.infectiousness,
                        confidence: window.calibrationConfidence, level: $0.riskLevel)
                }
            }
            encounters += Set(ofDay).map(\.level)
        }
        #expect(encounters.count { $0 == 1 } == example.expTotalMinimumDistinctEncountersWithLowRisk)
        #expect(encounters.count { $0 == 2 } == example.expTotalMinimumDistinctEncountersWithHighRisk)
    }

    private func window(_ window: RiskCases.Window) -> ExposureWindow {
        ExposureWindow(
            format: .exposureNotification, start: Scene.day.advanced(by: -window.ageInDays).start,
            reportType: ReportType(rawValue: window.reportType) ?? .unknown,
            infectiousness: [.none, .standard, .high][window.infectiousness],
            calibrationConfidence: window.calibrationConfidence,
            scans: window.scanInstances.map {
                ScanInstance(
                    minAttenuation: $0.minAttenuation, typicalAttenuation: $0.typicalAttenuation,
                    seconds: $0.secondsSinceLastScan)
            })
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Cases
import Testing

@testable import Exposure

struct PolicyRulesTests {
    private func objection(_ entries: [(String, String)]) -> String? {
        PolicyRules.objection(to: entries.map { PolicyDocument.Entry(key: $0.0, value: $0.1) })
    }

    @Test func `thresholds that authorities published are taken`() {
        #expect(objection([]) == nil)
        // Corona-Warn-App and Koronavilkku, as docs/exposure.md has them.
        #expect(
            objection([
                ("AttenuationValue", "minimum"), ("ImmediateAttenuation", "63"), ("ImmediateWeight", "0.8"),
                ("NearAttenuation", "73"), ("MediumAttenuation", "79"), ("MediumWeight", "0.1"),
                ("ConfirmedTestWeight", "1.4, 1.6"), ("RecursiveWeight", "0"), ("LowMinutes", "5"),
                ("AlertMinutes", "9"), ("DaysBack", "10"),
            ]) == nil)
        #expect(
            objection([
                ("ImmediateAttenuation", "52"), ("ImmediateWeight", "1.25"), ("NearAttenuation", "64"),
                ("MediumAttenuation", "71"), ("NoInfectiousnessDays", "-14..14"), ("HighInfectiousnessDays", "-2..7"),
                ("StandardInfectiousnessDays", "8..10"), ("StandardInfectiousnessWeight", "0.625"),
                ("ClinicalDiagnosisWeight", "0"), ("SelfReportWeight", "0"), ("RecursiveKeys", "ignore"),
                ("MinimumWindowSeconds", "1"), ("DaysBack", "10"),
            ]) == nil)
    }

    @Test(arguments: [
        ("AlertMinutes", "1440", "do not alert"), ("NearWeight", "0", "do not alert"),
        ("ConfirmedTestWeight", "0", "do not alert"), ("FilterAttenuation", "0", nil),
        ("NoInfectiousnessDays", "-14..14", "do not alert"), ("MinimumWindowSeconds", "100000", "do not alert"),
        ("TransmissionRiskWeights", "1,1,0,1,1,1,1,1,1", "do not alert"), ("AlertMinutes", "0.5", "one minute"),
        ("NearWeight", "100", "one minute"), ("FarWeight", "1", "across the street"), ("DaysBack", "4", "DaysBack"),
        ("AlertMinutes", "0", "number from 0.1"), ("AlertMinutes", "1e9", "number from"), ("Fine", "1", "no such"),
        ("NearWeight", "-1", "number from"), ("MediumAttenuation", "10", "contradicts"),
    ])
    func `thresholds that nobody can mean are not`(key: String, value: String, word: String?) {
        let found = objection([(key, value)])
        if let word { #expect(found?.contains(word) == true, "\(found ?? "taken")") } else { #expect(found == nil) }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Cases

extension Policy {
    /// The default policy changed by `entries`, the keys and values of an INI section [Policy] in order; a later entry
    /// of the same key wins.
    ///
    /// Throws for a key that does not exist, a value that is out of range or no value at all, and values that
    /// contradict each other.
    package init(entries: [(key: String, value: String)]) throws(PolicyError) {
        self.init()
        for (key, value) in entries {
            guard let field = Policy.fields.first(where: { $0.name == key }) else {
                throw PolicyError.unknownKey(key: key, value: value)
            }
            guard field.read(value, &self) else {
                throw PolicyError.badValue(key: key, value: value, expected: field.expected)
            }
        }
        try refuseContradictions()
    }

    /// The names of all keys, in the order of the documentation.
    package static var keys: [String] { fields.map(\.name) }

    private func refuseContradictions() throws(PolicyError) {
        let bands = [("ImmediateAttenuation", immediate), ("NearAttenuation", near), ("MediumAttenuation", medium)]
        for (nearer, farther) in zip(bands, bands.dropFirst()) where farther.1.below < nearer.1.below {
            throw PolicyError.contradiction(
                key: farther.0, value: String(farther.1.below), otherKey: nearer.0, otherValue: String(nearer.1.below),
                expected: "at least as great")
        }
        if let lowMinutes, lowMinutes > alertMinutes {
            throw PolicyError.contradiction(
                key: "LowMinutes", value: String(lowMinutes), otherKey: "AlertMinutes",
                otherValue: String(alertMinutes),
                expected: "at most as great")
        }
        if minimumTransmitPower > maximumTransmitPower {
            throw PolicyError.contradiction(
                key: "MinimumTransmitPower", value: String(minimumTransmitPower), otherKey: "MaximumTransmitPower",
                otherValue: String(maximumTransmitPower), expected: "at most as great")
        }
    }
}

extension Policy {
    static let fields: [PolicyField] = [
        .choice("AttenuationValue", ["minimum": .minimum, "typical": .typical], \.attenuationValue),
        .whole("ImmediateAttenuation", 0...200, \.immediate.below),
        .weight("ImmediateWeight", \.immediate.weight),
        .whole("NearAttenuation", 0...200, \.near.below),
        .weight("NearWeight", \.near.weight),
        .whole("MediumAttenuation", 0...200, \.medium.below),
        .weight("MediumWeight", \.medium.weight),
        .weight("FarWeight", \.farWeight),
        // No alert at all would be a silent failure of the device's only purpose; nor may nothing at all alert.
        .decimal("AlertMinutes", 0.1...1440, \.alertMinutes),
        .optionalMinutes("LowMinutes", \.lowMinutes),
        .whole("MinuteDecimals", 0...6, \.minuteDecimals),
        .whole("DaysBack", 1...30, \.daysBack),
        .decimal("FilterMinutes", 0...30, \.filterMinutes),
        .whole("FilterAttenuation", 0...200, \.filterAttenuation),
        .decimal("MinimumWindowSeconds", 0...100_000, \.minimumWindowSeconds),
        .whole("AssumedTransmitPower", -127...20, \.assumedTransmitPower),
        .whole("MinimumTransmitPower", -127...127, \.minimumTransmitPower),
        .whole("MaximumTransmitPower", -127...127, \.maximumTransmitPower),
        .reportWeight("ConfirmedTestWeight", \.confirmedTest),
        .reportWeight("ClinicalDiagnosisWeight", \.clinicalDiagnosis),
        .reportWeight("SelfReportWeight", \.selfReport),
        .reportWeight("RecursiveWeight", \.recursive),
        .choice(
            "UnknownReportType",
            [
                "confirmed-test": .confirmedTest, "clinical-diagnosis": .confirmedClinicalDiagnosis,
                "self-report": .selfReport, "recursive": .recursive, "ignore": nil,
            ], \.unknownReportType),
        .choice("RecursiveKeys", ["alert": true, "ignore": false], \.recursiveAlerts),
        .days("HighInfectiousnessDays", .high),
        .days("StandardInfectiousnessDays", .standard),
        .days("NoInfectiousnessDays", .none),
        .choice(
            "UnknownOnsetInfectiousness", ["none": .none, "standard": .standard, "high": .high],
            \.infectiousnessWhenUnknown),
        .weight("NoInfectiousnessWeight", \.noneWeight),
        .weight("StandardInfectiousnessWeight", \.standardWeight),
        .weight("HighInfectiousnessWeight", \.highWeight),
        .riskWeights("TransmissionRiskWeights", \.transmissionRiskWeights),
    ]
}

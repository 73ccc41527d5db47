// SPDX-License-Identifier: GPL-3.0-or-later

package import Cases

/// What the minutes of a day amount to.
package enum Risk: Hashable, Sendable, CaseIterable {
    case none
    case low
    /// Enough for an alert.
    case high
}

extension Policy {
    /// The alert level that a key of `reportType` can raise; nil when the policy does not count it.
    package func level(of reportType: ReportType) -> AlertLevel? {
        switch reportType == .unknown ? unknownReportType : reportType {
        case .confirmedTest, .confirmedClinicalDiagnosis, .selfReport: .f1
        case .recursive: recursiveAlerts ? .f2 : nil
        case .revoked, .unknown, nil: nil
        }
    }

    /// What a second at `attenuation` dB counts.
    package func weight(attenuation: Int) -> Double {
        for band in [immediate, near, medium] where attenuation < band.below { return band.weight }
        return farWeight
    }

    /// The seconds of `window` after all weights; 0 when a filter drops it.
    package func weightedSeconds(of window: ExposureWindow) -> Double {
        var below = 0
        var sum = 0.0
        for scan in window.scans where scan.seconds > 0 {
            let attenuation = attenuationValue == .minimum ? scan.minAttenuation : scan.typicalAttenuation
            if attenuation < filterAttenuation { below += scan.seconds }
            sum += Double(scan.seconds) * weight(attenuation: attenuation)
        }
        guard Double(below) / 60 >= filterMinutes else { return 0 }
        let weighted = sum * weight(of: window)
        return weighted >= minimumWindowSeconds ? weighted : 0
    }

    /// Weighted seconds as minutes, rounded as the policy says.
    package func minutes(weightedSeconds: Double) -> Double {
        var scale = 1.0
        for _ in 0..<min(max(minuteDecimals, 0), 6) { scale *= 10 }
        return (weightedSeconds / 60 * scale).rounded() / scale
    }

    /// What a day with this many weighted minutes amounts to.
    package func risk(minutes: Double) -> Risk {
        if minutes >= alertMinutes { return .high }
        if let lowMinutes, minutes >= lowMinutes { return .low }
        return .none
    }

    private func weight(of window: ExposureWindow) -> Double {
        let reportType = window.reportType == .unknown ? unknownReportType : window.reportType
        let reportWeight: ReportWeight
        switch reportType {
        case .confirmedTest: reportWeight = confirmedTest
        case .confirmedClinicalDiagnosis: reportWeight = clinicalDiagnosis
        case .selfReport: reportWeight = selfReport
        case .recursive: reportWeight = recursive
        case .revoked, .unknown, nil: return 0
        }
        let level = Int(window.transmissionRisk)
        let levels = transmissionRiskWeights
        let risk = levels.indices.contains(level) ? levels[level] : levels.first ?? 1
        switch window.infectiousness {
        case .none: return reportWeight.standard * noneWeight * risk
        case .standard: return reportWeight.standard * standardWeight * risk
        case .high: return reportWeight.high * highWeight * risk
        }
    }
}

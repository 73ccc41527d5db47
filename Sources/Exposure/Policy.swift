// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
package import Cases

/// The health authority's thresholds and weights: what of the time near a case counts, and how much of it alerts.
///
/// A scan's seconds are weighted by its attenuation; a window's sum is weighted by how the case became known and how
/// infectious it was; the windows of a UTC day are added up. The numbers' meaning is in `docs/exposure.md`.
package struct Policy: Hashable, Sendable {
    /// Which attenuation of a scan chooses its weight.
    package enum AttenuationValue: Hashable, Sendable, CaseIterable {
        case minimum
        case typical
    }

    /// The attenuations below `below` dB that no nearer band holds, and what a second in them counts.
    package struct Band: Hashable, Sendable {
        package var below: Int
        package var weight: Double
    }

    /// What a report type counts, by infectiousness.
    package struct ReportWeight: Hashable, Sendable {
        /// For standard infectiousness, and for none.
        package var standard: Double
        package var high: Double
    }

    package var attenuationValue = AttenuationValue.typical
    /// Off by default: nothing lies below 0 dB.
    package var immediate = Band(below: 0, weight: 1)
    package var near = Band(below: 55, weight: 1)
    package var medium = Band(below: 63, weight: 0.5)
    /// What a second beyond the medium band counts.
    package var farWeight = 0.0

    /// Weighted minutes of a UTC day from which on it alerts.
    package var alertMinutes = 15.0
    /// Weighted minutes of a UTC day from which on it is a low risk, below an alert; nil: there is no low risk.
    package var lowMinutes: Double?
    /// Decimal places that a day's minutes are rounded to before they are compared: 0 ... 6.
    package var minuteDecimals = 1
    /// Windows of days longer ago than this do not count.
    package var daysBack = 14

    /// A window with fewer minutes than this below `filterAttenuation` is dropped.
    package var filterMinutes = 0.0
    package var filterAttenuation = 63
    /// A window whose weighted seconds are fewer is dropped.
    package var minimumWindowSeconds = 0.0

    /// The transmit power in dBm that stands in for the one that Bluezone does not send.
    package var assumedTransmitPower = -26
    /// The least and the greatest transmit power in dBm that is believed.
    package var minimumTransmitPower = -50
    package var maximumTransmitPower = 20

    package var confirmedTest = ReportWeight(standard: 1, high: 1)
    package var clinicalDiagnosis = ReportWeight(standard: 1, high: 1)
    package var selfReport = ReportWeight(standard: 1, high: 1)
    package var recursive = ReportWeight(standard: 1, high: 1)
    /// What a key of unknown report type is treated as; nil: it does not count.
    package var unknownReportType: ReportType? = .confirmedTest
    /// Whether keys of contacts of cases raise F2.
    package var recursiveAlerts = true

    /// The infectiousness of days -14 ... 14 since onset, in that order.
    package var infectiousnessByDay = [Infectiousness](repeating: .standard, count: 29)
    /// The infectiousness when the days since onset are unknown or beyond 14.
    package var infectiousnessWhenUnknown = Infectiousness.standard
    package var noneWeight = 0.0
    package var standardWeight = 1.0
    package var highWeight = 1.0
    /// What the published transmission risk levels 0 ... 8 count; any other level counts as 0.
    package var transmissionRiskWeights = [Double](repeating: 1, count: 9)

    /// The default policy: below 55 dB counts fully, below 63 dB half; 15 minutes in a UTC day is an alert.
    package static let standard = Policy()

    package init() {}

    var transmitPowers: ClosedRange<Int> {
        min(minimumTransmitPower, maximumTransmitPower)...maximumTransmitPower
    }

    /// The infectiousness of a case `daysSinceOnset` days after the onset of symptoms.
    package func infectiousness(daysSinceOnset: Int32?) -> Infectiousness {
        guard let daysSinceOnset, (-14...14).contains(daysSinceOnset) else { return infectiousnessWhenUnknown }
        let place = Int(daysSinceOnset) + 14
        return infectiousnessByDay.indices.contains(place) ? infectiousnessByDay[place] : infectiousnessWhenUnknown
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import Cases

/// What becomes of a published key about which more is said. A contact's key can become a case's, a doctor's diagnosis a test's
/// result; what is less certain changes nothing, so that a device may send again all that it sent before.
package enum KeyRevision: Hashable, Sendable {
    /// What is known stays.
    case same
    /// The later state is published among the revised keys.
    case revised(CaseKey)
    case refused(RevisionFault)

    /// What becomes of `known` when `offered` is sent by who has a revision token for it or not.
    package init(of known: CaseKey, offered: CaseKey, hasToken: Bool) {
        guard known.key == offered.key, known.rollingStart == offered.rollingStart,
            known.rollingPeriod == offered.rollingPeriod
        else {
            self = .refused(.otherKey)
            return
        }
        guard offered.reportType.certainty > known.reportType.certainty else {
            self = .same
            return
        }
        guard hasToken else {
            self = .refused(.missingToken)
            return
        }
        var later = known
        later.reportType = offered.reportType
        later.daysSinceOnset = offered.daysSinceOnset
        later.transmissionRisk = offered.transmissionRisk
        self = .revised(later)
    }
}

/// Why what is known of a key does not change.
package enum RevisionFault: Error, Hashable, Sendable {
    /// The bytes of a key that was published with another start or period.
    case otherKey
    case missingToken
}

extension ReportType {
    fileprivate var certainty: Int {
        switch self {
        case .unknown, .selfReport: 0
        case .recursive: 1
        case .confirmedClinicalDiagnosis: 2
        case .confirmedTest: 3
        // Nobody takes a revocation back.
        case .revoked: 4
        }
    }
}

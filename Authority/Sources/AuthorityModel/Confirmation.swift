// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Cases

/// How somebody is known to the health authority; the words of the verification API.
package enum TestType: String, Hashable, Sendable, CaseIterable, Codable {
    /// A case (F0) by a laboratory's test.
    case confirmed
    /// A case (F0) by a doctor's diagnosis.
    case likely
    /// A contact of a case (F1), whose own contacts are to be warned as F2. No stock client asks for it.
    case recursive
    /// Nobody any more: whoever published as one of the others did it by mistake. Takes keys back, and publishes none.
    case negative

    /// `F0` or `F1`.
    package var caseClass: CaseClass { self == .recursive ? .f1 : .f0 }

    /// What the case export says of the keys.
    package var reportType: ReportType {
        switch self {
        case .confirmed: .confirmedTest
        case .likely: .confirmedClinicalDiagnosis
        case .recursive: .recursive
        case .negative: .revoked
        }
    }

    /// The transmission risk of a key that came without one, as Google's server fills it in: confirmed 2, likely 4. It has no
    /// value for contacts; 0 says nothing.
    package var usualRisk: Int32 {
        switch self {
        case .confirmed: 2
        case .likely: 4
        case .recursive, .negative: 0
        }
    }
}

/// F0, a case, or F1, a contact of one.
package enum CaseClass: String, Hashable, Sendable, Codable {
    case f0 = "F0"
    case f1 = "F1"

    /// The class written `F0`, `f0`, `F1` or `f1`.
    package init?(text: String) { self.init(rawValue: text.uppercased()) }
}

/// What an official confirmed about somebody; nothing in it says who.
package struct Confirmation: Hashable, Sendable {
    package var testType: TestType
    /// The UTC day of the first symptoms.
    package var symptomDay: UTCDay?
    package var testDay: UTCDay?
    /// Where the keys are published: `VN`, or a province's ISO 3166-2 code such as `VN-04`. Every province is part of `VN`.
    package var region: String

    package init(testType: TestType, symptomDay: UTCDay?, testDay: UTCDay?, region: String) {
        self.testType = testType
        self.symptomDay = symptomDay
        self.testDay = testDay
        self.region = region
    }

    /// Days that a date may lie back when a code is issued.
    package static let oldestDate = 28

    /// Why no code can be issued for this, in words for an official; nil when one can.
    package func objection(today: UTCDay, regions: [String]) -> String? {
        for (name, day) in [("symptom", symptomDay), ("test", testDay)] {
            guard let day else { continue }
            // In Vietnam a day begins seven hours before the same day of UTC.
            if day.number > today.number &+ 1 { return "the \(name) date \(day) lies in the future" }
            if day.number < today.number &- Int32(Confirmation.oldestDate) {
                return "the \(name) date \(day) lies more than \(Confirmation.oldestDate) days back"
            }
        }
        return regions.contains(region) ? nil : "the region is none of \(regions.joined(separator: ", "))"
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel

/// A page of the console that stands in its menu.
package enum PageName: String, Hashable, Sendable, CaseIterable {
    case issue, publishing, batches, adoption, report, audit, account

    package static let root = "/console"

    package var path: String { PageName.root + "/" + rawValue }

    /// The least role that sees it.
    package var role: Official.Role { self == .issue ? .issuer : .reader }

    /// What the menu says.
    package var title: Phrase {
        switch self {
        case .issue: .issue
        case .publishing: Phrase("Gửi khóa", "Publishing")
        case .batches: Phrase("Công bố", "Batches")
        case .adoption: .adoption
        case .report: .report
        case .audit: .audit
        case .account: .account
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel
internal import AuthorityStore
package import Beacon
internal import FoundationEssentials

/// Issues codes.
package struct IssueDesk: Sendable {
    private let authority: Authority

    package init(_ authority: Authority) { self.authority = authority }

    /// A code for somebody: to be told to that person and to nobody else.
    package struct Issued: Hashable, Sendable {
        /// Names the issue; says nothing of the code.
        package let uuid: String
        package let short: AccessCode
        package let long: AccessCode
        /// Unix seconds.
        package let shortExpires: Int64
        package let longExpires: Int64
    }

    /// Issues a code in the name of `issuer`, who came by `way`, and writes that down: without the entry nobody gets the code. Throws a
    /// `Refusal` when nothing can be issued for `confirmation`.
    package func issue(
        _ confirmation: Confirmation, issuer: String, way: String, now: Timestamp
    ) async throws -> Issued {
        if let objection = confirmation.objection(today: now.day, regions: authority.settings.regions) {
            throw Refusal(400, "invalid_date_or_region", objection)
        }
        // Two good codes of eight digits are the same about once in a million issues.
        for _ in 0..<5 {
            let issued = Issued(
                uuid: UUID().uuidString.lowercased(), short: .random(.short), long: .random(.long),
                shortExpires: now.seconds &+ AccessCode.Form.short.lifetime,
                longExpires: now.seconds &+ AccessCode.Form.long.lifetime)
            do throws(StoreError) {
                try await authority.store.add(record(issued, confirmation, issuer))
                try await authority.console.record(
                    AuditEntry(
                        time: now.seconds, who: issuer, way: way,
                        action: IssueDesk.action(confirmation.testType),
                        detail: confirmation.region + " " + issued.uuid))
                authority.metrics.count(.codesIssued, [.init(name: "type", value: confirmation.testType.rawValue)])
                return issued
            } catch .taken {
                continue
            }
        }
        throw Refusal.failed
    }

    /// What the log calls it.
    private static func action(_ type: TestType) -> AuditEntry.Action {
        switch type {
        case .confirmed, .likely: .issuedF0
        case .recursive: .issuedF1
        case .negative: .issuedNone
        }
    }

    private func record(_ issued: Issued, _ confirmation: Confirmation, _ issuer: String) -> IssuedCode {
        IssuedCode(
            uuid: issued.uuid, shortHash: authority.secret.hash(issued.short.text, for: .code),
            longHash: authority.secret.hash(issued.long.text, for: .code), confirmation: confirmation,
            shortExpires: issued.shortExpires, longExpires: issued.longExpires, issuer: issuer)
    }
}

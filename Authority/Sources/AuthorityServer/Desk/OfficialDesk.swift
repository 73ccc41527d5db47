// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel
internal import AuthorityStore
package import Beacon

/// Adds officials, keeps them out, lets them in again and gives them passwords, in the name of `who`, who comes by `way`. It is written
/// down first: without the entry nothing is done.
package struct OfficialDesk: Sendable {
    private let authority: Authority
    private let who: String
    private let way: String

    package init(_ authority: Authority, who: String, way: String) {
        self.authority = authority
        self.who = who
        self.way = way
    }

    /// Adds an official with a password's hash; answers false, and adds nobody, when there is one of this name.
    package func add(_ official: Official, password: String, now: Timestamp) async throws -> Bool {
        guard try await authority.console.official(named: official.name) == nil else { return false }
        try await record(.officialAdded, "\(official.name) \(official.role.rawValue) \(official.region)", now)
        try await authority.console.add(official, password: password)
        return true
    }

    /// Keeps an official out, with all sessions, or lets him in again; answers whether there is such an official.
    package func set(isDisabled: Bool, _ name: String, now: Timestamp) async throws -> Bool {
        guard try await authority.console.official(named: name) != nil else { return false }
        try await record(isDisabled ? .officialDisabled : .officialEnabled, name, now)
        return try await authority.console.setDisabled(isDisabled, name)
    }

    /// Sets a password's hash and ends all sessions of that name; answers whether there is such an official.
    package func set(password hash: String, of name: String, now: Timestamp) async throws -> Bool {
        guard try await authority.console.official(named: name) != nil else { return false }
        try await record(.passwordChanged, name, now)
        return try await authority.console.setPassword(hash, of: name, keepsSessions: false)
    }

    private func record(_ action: AuditEntry.Action, _ detail: String, _ now: Timestamp) async throws {
        try await authority.console.record(
            AuditEntry(time: now.seconds, who: who, way: way, action: action, detail: detail))
    }
}

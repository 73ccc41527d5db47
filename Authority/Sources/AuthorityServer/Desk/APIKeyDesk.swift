// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
package import Beacon

/// Gives programs API keys and takes them away, in the name of `who`, who comes by `way`. It is written down first: without the entry no
/// key is made, and none removed.
package struct APIKeyDesk: Sendable {
    private let authority: Authority
    private let who: String
    private let way: String

    package init(_ authority: Authority, who: String, way: String) {
        self.authority = authority
        self.who = who
        self.way = way
    }

    /// Makes a key for `name`, which `APIKeyFile.isName` has; nil, and none is made, when the name has a key.
    package func add(_ name: String, now: Timestamp) async throws -> String? {
        guard try !authority.apiKeys.names().contains(name) else { return nil }
        try await record(.apiKeyAdded, name, now)
        return try authority.apiKeys.add(name)
    }

    /// Removes the key of `name`; answers whether there was one.
    package func remove(_ name: String, now: Timestamp) async throws -> Bool {
        guard try authority.apiKeys.names().contains(name) else { return false }
        try await record(.apiKeyRemoved, name, now)
        return try authority.apiKeys.remove(name)
    }

    private func record(_ action: AuditEntry.Action, _ name: String, _ now: Timestamp) async throws {
        try await authority.console.record(
            AuditEntry(time: now.seconds, who: who, way: way, action: action, detail: name))
    }
}

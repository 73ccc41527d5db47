// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
package import Beacon

/// What who has the machine does by command with all of an authority, and writes down.
package enum CommandDesk {
    /// Makes a new authority in `folder`, with its store and the empty lists that devices may ask for. Without the first entry of its log
    /// nobody gets its API key.
    package static func make(
        _ folder: AuthorityFolder, settings: AuthoritySettings, keyID: String, keyVersion: String, admin: String,
        now: Timestamp
    ) async throws -> NewAuthority {
        let made = try folder.make(settings: settings, keyID: keyID, keyVersion: keyVersion, admin: admin)
        let authority = try Authority(folder)
        try await record(.authorityMade, "\(settings.region) \(admin)", authority, now)
        _ = try await ExportDesk(authority).export(now: now)
        return made
    }

    /// Makes the exports that are due; nil when another process is at it. How many files there are is known, and written down, when they
    /// are made: an entry that cannot be written takes none of them back.
    package static func export(_ authority: Authority, now: Timestamp) async throws -> ExportDesk.Outcome? {
        guard let outcome = try await ExportDesk(authority).export(now: now) else { return nil }
        if outcome.files > 0 { try await record(.exportMade, "\(outcome.files)", authority, now) }
        return outcome
    }

    private static func record(
        _ action: AuditEntry.Action, _ detail: String, _ authority: Authority, _ now: Timestamp
    ) async throws {
        try await authority.console.record(
            AuditEntry(time: now.seconds, who: "root", way: "command", action: action, detail: detail))
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel

/// Officials, sessions and the log.
extension EmbeddedStore {
    package func add(_ official: Official, password: String) async throws(StoreError) {
        try await write { database in try OfficialTable(database).add(official, password) }
    }

    package func official(named name: String) async throws(StoreError) -> StoredOfficial? {
        try await read { database in try OfficialTable(database).find(name) }
    }

    package func officials() async throws(StoreError) -> [StoredOfficial] {
        try await read { database in try OfficialTable(database).all() }
    }

    package func setPassword(
        _ hash: String, of name: String, keepsSessions: Bool
    ) async throws(StoreError) -> Bool {
        try await write { database in
            try OfficialTable(database).setPassword(hash, name, keepsSessions: keepsSessions)
        }
    }

    package func setDisabled(_ isDisabled: Bool, _ name: String) async throws(StoreError) -> Bool {
        try await write { database in try OfficialTable(database).setDisabled(isDisabled, name) }
    }

    package func open(_ session: ConsoleSession) async throws(StoreError) {
        try await write { database in try OfficialTable(database).open(session) }
    }

    package func use(
        session hash: [UInt8], now: Int64, idleSince: Int64
    ) async throws(StoreError) -> SessionInUse? {
        try await write { database in try OfficialTable(database).use(hash, now: now, idleSince: idleSince) }
    }

    package func end(session hash: [UInt8]) async throws(StoreError) {
        try await write { database in try OfficialTable(database).end(hash) }
    }

    package func endSessions(of name: String) async throws(StoreError) {
        try await write { database in try OfficialTable(database).endSessions(name) }
    }

    package func sessions(
        of name: String, now: Int64, idleSince: Int64
    ) async throws(StoreError) -> [ConsoleSession] {
        try await read { database in try OfficialTable(database).sessions(name, now: now, idleSince: idleSince) }
    }

    package func record(_ entry: AuditEntry) async throws(StoreError) {
        try await write { database in try AuditTable(database).record(entry) }
    }

    package func audit(of name: String?, before: Int64, limit: Int) async throws(StoreError) -> [AuditEntry] {
        try await read { database in try AuditTable(database).entries(of: name, before: before, limit: limit) }
    }

    package func auditCounts(
        from start: Int64, before end: Int64
    ) async throws(StoreError) -> [AuditEntry.Action: Int64] {
        try await read { database in try AuditTable(database).counts(from: start, before: end) }
    }

    package func retire(now: Int64, auditBefore: Int64) async throws(StoreError) {
        try await write { database in
            try OfficialTable(database).retire(now)
            try AuditTable(database).retire(before: auditBefore)
        }
    }
}

/// Figures for officials.
extension EmbeddedStore {
    package func publications(
        from first: Int32, through last: Int32
    ) async throws(StoreError) -> [PublicationCount] {
        try await read { database in try FigureTable(database).publications(from: first, through: last) }
    }

    package func batches(limit: Int) async throws(StoreError) -> [BatchSummary] {
        try await read { database in try FigureTable(database).batches(limit: limit) }
    }

    package func batches(from start: Int64, before end: Int64) async throws(StoreError) -> [BatchSummary] {
        try await read { database in try FigureTable(database).batches(from: start, before: end) }
    }

    package func enter(_ counts: [ReportedCount]) async throws(StoreError) {
        try await write { database in try FigureTable(database).enter(counts) }
    }

    package func reportedCounts(until day: Int32) async throws(StoreError) -> [ReportedCount] {
        try await read { database in try FigureTable(database).reported(until: day) }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel
package import AuthorityStore

extension PostgresStore {
    package func add(_ official: Official, password: String) async throws(StoreError) {
        let isAdded = try await step { session throws(Fault) in try OfficialQueries(session).add(official, password) }
        if !isAdded { throw .taken }
    }

    package func official(named name: String) async throws(StoreError) -> StoredOfficial? {
        try await step { session throws(Fault) in try OfficialQueries(session).find(name) }
    }

    package func officials() async throws(StoreError) -> [StoredOfficial] {
        try await step { session throws(Fault) in try OfficialQueries(session).all() }
    }

    package func setPassword(
        _ hash: String, of name: String, keepsSessions: Bool
    ) async throws(StoreError) -> Bool {
        try await step { session throws(Fault) in
            try OfficialQueries(session).setPassword(hash, name, keepsSessions: keepsSessions)
        }
    }

    package func setDisabled(_ isDisabled: Bool, _ name: String) async throws(StoreError) -> Bool {
        try await step { session throws(Fault) in try OfficialQueries(session).setDisabled(isDisabled, name) }
    }

    package func open(_ session: ConsoleSession) async throws(StoreError) {
        let opened = session
        try await step { session throws(Fault) in try OfficialQueries(session).open(opened) }
    }

    package func use(
        session hash: [UInt8], now: Int64, idleSince: Int64
    ) async throws(StoreError) -> SessionInUse? {
        try await step { session throws(Fault) in
            try OfficialQueries(session).use(hash, now: now, idleSince: idleSince)
        }
    }

    package func end(session hash: [UInt8]) async throws(StoreError) {
        try await step { session throws(Fault) in try OfficialQueries(session).end(hash) }
    }

    package func endSessions(of name: String) async throws(StoreError) {
        try await step { session throws(Fault) in try OfficialQueries(session).endSessions(name) }
    }

    package func sessions(
        of name: String, now: Int64, idleSince: Int64
    ) async throws(StoreError) -> [ConsoleSession] {
        try await step { session throws(Fault) in
            try OfficialQueries(session).sessions(name, now: now, idleSince: idleSince)
        }
    }

    package func record(_ entry: AuditEntry) async throws(StoreError) {
        try await step { session throws(Fault) in try AuditQueries(session).record(entry) }
    }

    package func audit(of name: String?, before: Int64, limit: Int) async throws(StoreError) -> [AuditEntry] {
        try await step { session throws(Fault) in
            try AuditQueries(session).entries(of: name, before: before, limit: limit)
        }
    }

    package func auditCounts(
        from start: Int64, before end: Int64
    ) async throws(StoreError) -> [AuditEntry.Action: Int64] {
        try await step { session throws(Fault) in try AuditQueries(session).counts(from: start, before: end) }
    }

    package func retire(now: Int64, auditBefore: Int64) async throws(StoreError) {
        try await step { session throws(Fault) in
            try OfficialQueries(session).retire(now)
            try AuditQueries(session).retire(before: auditBefore)
        }
    }
}

extension PostgresStore {
    package func publications(
        from first: Int32, through last: Int32
    ) async throws(StoreError) -> [PublicationCount] {
        try await step { session throws(Fault) in try FigureQueries(session).publications(from: first, through: last) }
    }

    package func batches(limit: Int) async throws(StoreError) -> [BatchSummary] {
        try await step { session throws(Fault) in try FigureQueries(session).batches(limit: limit) }
    }

    package func batches(from start: Int64, before end: Int64) async throws(StoreError) -> [BatchSummary] {
        try await step { session throws(Fault) in try FigureQueries(session).batches(from: start, before: end) }
    }

    package func enter(_ counts: [ReportedCount]) async throws(StoreError) {
        try await step { session throws(Fault) in try FigureQueries(session).enter(counts) }
    }

    package func reportedCounts(until day: Int32) async throws(StoreError) -> [ReportedCount] {
        try await step { session throws(Fault) in try FigureQueries(session).reported(until: day) }
    }
}

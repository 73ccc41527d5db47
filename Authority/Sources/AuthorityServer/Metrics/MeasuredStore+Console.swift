// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore

/// What officials ask for, which is not timed: it comes seldom and waits for nobody.
extension MeasuredStore {
    func add(_ official: Official, password: String) async throws(StoreError) {
        try await store.add(official, password: password)
    }

    func official(named name: String) async throws(StoreError) -> StoredOfficial? {
        try await store.official(named: name)
    }

    func officials() async throws(StoreError) -> [StoredOfficial] { try await store.officials() }

    func setPassword(_ hash: String, of name: String, keepsSessions: Bool) async throws(StoreError) -> Bool {
        try await store.setPassword(hash, of: name, keepsSessions: keepsSessions)
    }

    func setDisabled(_ isDisabled: Bool, _ name: String) async throws(StoreError) -> Bool {
        try await store.setDisabled(isDisabled, name)
    }

    func open(_ session: ConsoleSession) async throws(StoreError) { try await store.open(session) }

    func use(session hash: [UInt8], now: Int64, idleSince: Int64) async throws(StoreError) -> SessionInUse? {
        try await store.use(session: hash, now: now, idleSince: idleSince)
    }

    func end(session hash: [UInt8]) async throws(StoreError) { try await store.end(session: hash) }

    func endSessions(of name: String) async throws(StoreError) { try await store.endSessions(of: name) }

    func sessions(of name: String, now: Int64, idleSince: Int64) async throws(StoreError) -> [ConsoleSession] {
        try await store.sessions(of: name, now: now, idleSince: idleSince)
    }

    func record(_ entry: AuditEntry) async throws(StoreError) { try await store.record(entry) }

    func audit(of name: String?, before: Int64, limit: Int) async throws(StoreError) -> [AuditEntry] {
        try await store.audit(of: name, before: before, limit: limit)
    }

    func auditCounts(from start: Int64, before end: Int64) async throws(StoreError) -> [AuditEntry.Action: Int64] {
        try await store.auditCounts(from: start, before: end)
    }

    func retire(now: Int64, auditBefore: Int64) async throws(StoreError) {
        try await store.retire(now: now, auditBefore: auditBefore)
    }

    func publications(from first: Int32, through last: Int32) async throws(StoreError) -> [PublicationCount] {
        try await store.publications(from: first, through: last)
    }

    func batches(limit: Int) async throws(StoreError) -> [BatchSummary] { try await store.batches(limit: limit) }

    func batches(from start: Int64, before end: Int64) async throws(StoreError) -> [BatchSummary] {
        try await store.batches(from: start, before: end)
    }

    func enter(_ counts: [ReportedCount]) async throws(StoreError) { try await store.enter(counts) }

    func reportedCounts(until day: Int32) async throws(StoreError) -> [ReportedCount] {
        try await store.reportedCounts(until: day)
    }
}

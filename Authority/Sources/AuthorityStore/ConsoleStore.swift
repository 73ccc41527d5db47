// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel

/// Where the console keeps its officials, who of them is signed in, and what they did.
///
/// As in `Store`, each method is one step and all times are Unix seconds.
package protocol ConsoleStore: Sendable {
    /// Adds an official. Throws `taken` when there is one of this name.
    func add(_ official: Official, password: String) async throws(StoreError)

    /// The official of this name; nil when there is none.
    func official(named name: String) async throws(StoreError) -> StoredOfficial?

    /// All officials, in the order of their names.
    func officials() async throws(StoreError) -> [StoredOfficial]

    /// Sets a password's hash; answers whether there is such an official. All sessions of that name end, unless `keepsSessions`.
    func setPassword(
        _ hash: String, of name: String, keepsSessions: Bool
    ) async throws(StoreError) -> Bool

    /// Lets an official in or keeps him out, with all sessions; answers whether there is such an official.
    func setDisabled(_ isDisabled: Bool, _ name: String) async throws(StoreError) -> Bool

    /// Opens a session and notes when its official signed in. Sessions that are over at its start go.
    func open(_ session: ConsoleSession) async throws(StoreError)

    /// The session with this hash, if it is good at `now` and its official is, with its official; it was used at `now` then. One that
    /// was not used since `idleSince` is over.
    func use(session hash: [UInt8], now: Int64, idleSince: Int64) async throws(StoreError) -> SessionInUse?

    /// Ends the session with this hash.
    func end(session hash: [UInt8]) async throws(StoreError)

    /// Ends all sessions of an official.
    func endSessions(of name: String) async throws(StoreError)

    /// The good sessions of an official, the last one used first.
    func sessions(of name: String, now: Int64, idleSince: Int64) async throws(StoreError) -> [ConsoleSession]

    /// Writes down what was done. Nothing takes it away before its time.
    func record(_ entry: AuditEntry) async throws(StoreError)

    /// What was done, newest first: of all or of one, at most `limit` entries whose numbers are below `before`.
    func audit(of name: String?, before: Int64, limit: Int) async throws(StoreError) -> [AuditEntry]

    /// How many entries of each action there are from `start` on and before `end`.
    func auditCounts(from start: Int64, before end: Int64) async throws(StoreError) -> [AuditEntry.Action: Int64]

    /// Forgets sessions that are over at `now` and entries from before `auditBefore`.
    func retire(now: Int64, auditBefore: Int64) async throws(StoreError)
}

/// Figures for officials: counts, from which nobody can tell which keys came together.
package protocol FigureStore: Sendable {
    /// Publications from one UTC day to another, a number for each day and class.
    func publications(from first: Int32, through last: Int32) async throws(StoreError) -> [PublicationCount]

    /// The last batches, newest first.
    func batches(limit: Int) async throws(StoreError) -> [BatchSummary]

    /// Batches that were finished from `start` on and before `end`.
    func batches(from start: Int64, before end: Int64) async throws(StoreError) -> [BatchSummary]

    /// Enters counts that were reported; one for the same province and day takes the place of the one before.
    func enter(_ counts: [ReportedCount]) async throws(StoreError)

    /// The last count of each province that was reported for `day` or earlier.
    func reportedCounts(until day: Int32) async throws(StoreError) -> [ReportedCount]
}

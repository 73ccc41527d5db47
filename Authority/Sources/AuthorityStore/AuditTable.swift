// SPDX-License-Identifier: GPL-3.0-or-later

internal import GRDB

/// What was done, by whom and when.
struct AuditTable {
    private let database: Database

    init(_ database: Database) { self.database = database }

    func record(_ entry: AuditEntry) throws {
        try database.execute(
            sql: "INSERT INTO audit (time, who, way, action, detail) VALUES (?, ?, ?, ?, ?)",
            arguments: [entry.time, entry.who, entry.way, entry.action.rawValue, entry.detail])
    }

    func entries(of name: String?, before: Int64, limit: Int) throws -> [AuditEntry] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM audit WHERE number < ?1 AND (?2 IS NULL OR who = ?2) ORDER BY number DESC LIMIT ?3
                """,
            arguments: [before, name, limit]
        ).compactMap { AuditEntry($0) }
    }

    func counts(from start: Int64, before end: Int64) throws -> [AuditEntry.Action: Int64] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT action, COUNT(*) AS count FROM audit WHERE time >= ? AND time < ? GROUP BY action",
            arguments: [start, end])
        var counts: [AuditEntry.Action: Int64] = [:]
        for row in rows {
            let name: String = row["action"]
            if let action = AuditEntry.Action(rawValue: name) { counts[action] = row["count"] }
        }
        return counts
    }

    func retire(before time: Int64) throws {
        try database.execute(sql: "DELETE FROM audit WHERE time < ?", arguments: [time])
    }
}

extension AuditEntry {
    /// The entry in a row; nil for an action of a newer version.
    fileprivate init?(_ row: Row) {
        let name: String = row["action"]
        guard let action = Action(rawValue: name) else { return nil }
        self.init(
            number: row["number"], time: row["time"], who: row["who"], way: row["way"], action: action,
            detail: row["detail"])
    }
}

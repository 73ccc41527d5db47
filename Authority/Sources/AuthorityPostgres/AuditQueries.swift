// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore

/// What was done, by whom and when.
struct AuditQueries {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func record(_ entry: AuditEntry) throws(Fault) {
        try session.ask(
            "INSERT INTO audit (time, who, way, action, detail) VALUES ($1, $2, $3, $4, $5)",
            [
                .integer(entry.time), .text(entry.who), .text(entry.way), .text(entry.action.rawValue),
                .text(entry.detail),
            ])
    }

    func entries(of name: String?, before: Int64, limit: Int) throws(Fault) -> [AuditEntry] {
        var entries: [AuditEntry] = []
        try session.ask(
            """
            SELECT number, time, who, way, action, detail FROM audit
            WHERE number < $1 AND ($2::text IS NULL OR who = $2) ORDER BY number DESC LIMIT $3
            """, [.integer(before), name.map { .text($0) } ?? .null, .integer(Int64(limit))]
        ) { row in if let entry = AuditEntry(row) { entries.append(entry) } }
        return entries
    }

    func counts(from start: Int64, before end: Int64) throws(Fault) -> [AuditEntry.Action: Int64] {
        var counts: [AuditEntry.Action: Int64] = [:]
        try session.ask(
            "SELECT action, count(*) FROM audit WHERE time >= $1 AND time < $2 GROUP BY action",
            [.integer(start), .integer(end)]
        ) { row in
            if let action = row.text(0).flatMap({ AuditEntry.Action(rawValue: $0) }) { counts[action] = row.integer(1) }
        }
        return counts
    }

    func retire(before time: Int64) throws(Fault) {
        try session.ask("DELETE FROM audit WHERE time < $1", [.integer(time)])
    }
}

extension AuditEntry {
    /// The entry in a row; nil for an action of a newer version.
    fileprivate init?(_ row: Row) {
        guard let number = row.integer(0), let time = row.integer(1), let who = row.text(2), let way = row.text(3),
            let action = row.text(4).flatMap({ Action(rawValue: $0) }), let detail = row.text(5)
        else { return nil }
        self.init(number: number, time: time, who: who, way: way, action: action, detail: detail)
    }
}

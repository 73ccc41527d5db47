// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore

/// Officials and their sessions.
struct OfficialQueries {
    private static let official = "name, role, region, password, disabled, last_sign_in, sign_in_before"
    private static let session = "hash, place, name, begun, last_used, expires"

    private let session: Session

    init(_ session: Session) { self.session = session }

    /// Whether the official was added; false when there is one of this name.
    func add(_ official: Official, _ password: String) throws(Fault) -> Bool {
        try session.ask(
            """
            INSERT INTO officials (name, role, region, password, disabled) VALUES ($1, $2, $3, $4, 0)
            ON CONFLICT DO NOTHING
            """, [.text(official.name), .text(official.role.rawValue), .text(official.region), .text(password)]) == 1
    }

    func find(_ name: String) throws(Fault) -> StoredOfficial? {
        try session.one("SELECT \(OfficialQueries.official) FROM officials WHERE name = $1", [.text(name)])
            .flatMap { StoredOfficial($0) }
    }

    func all() throws(Fault) -> [StoredOfficial] {
        var all: [StoredOfficial] = []
        try session.ask("SELECT \(OfficialQueries.official) FROM officials ORDER BY name COLLATE \"C\"") { row in
            if let official = StoredOfficial(row) { all.append(official) }
        }
        return all
    }

    func setPassword(_ hash: String, _ name: String, keepsSessions: Bool) throws(Fault) -> Bool {
        let count = try session.ask("UPDATE officials SET password = $1 WHERE name = $2", [.text(hash), .text(name)])
        if !keepsSessions { try endSessions(name) }
        return count == 1
    }

    func setDisabled(_ isDisabled: Bool, _ name: String) throws(Fault) -> Bool {
        let count = try session.ask(
            "UPDATE officials SET disabled = $1 WHERE name = $2", [.integer(isDisabled ? 1 : 0), .text(name)])
        if isDisabled { try endSessions(name) }
        return count == 1
    }

    func open(_ opened: ConsoleSession) throws(Fault) {
        try retire(opened.begun)
        try session.ask(
            "INSERT INTO sessions (\(OfficialQueries.session)) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                .bytes(opened.hash), .bytes(opened.place), .text(opened.name), .integer(opened.begun),
                .integer(opened.lastUsed), .integer(opened.expires),
            ])
        try session.ask(
            "UPDATE officials SET sign_in_before = last_sign_in, last_sign_in = $1 WHERE name = $2",
            [.integer(opened.begun), .text(opened.name)])
    }

    func use(_ hash: [UInt8], now: Int64, idleSince: Int64) throws(Fault) -> SessionInUse? {
        let row = try session.one(
            "SELECT \(OfficialQueries.session) FROM sessions WHERE hash = $1 AND expires > $2 AND last_used > $3",
            [.bytes(hash), .integer(now), .integer(idleSince)])
        guard let row, var found = ConsoleSession(row), let official = try find(found.name), !official.isDisabled else {
            return nil
        }
        // A clock that went back does not make a session look older than it is.
        if now > found.lastUsed {
            found.lastUsed = now
            try session.ask(
                "UPDATE sessions SET last_used = $1 WHERE hash = $2 AND last_used < $1", [.integer(now), .bytes(hash)])
        }
        return SessionInUse(session: found, official: official)
    }

    func end(_ hash: [UInt8]) throws(Fault) {
        try session.ask("DELETE FROM sessions WHERE hash = $1", [.bytes(hash)])
    }

    func endSessions(_ name: String) throws(Fault) {
        try session.ask("DELETE FROM sessions WHERE name = $1", [.text(name)])
    }

    func retire(_ now: Int64) throws(Fault) {
        try session.ask("DELETE FROM sessions WHERE expires <= $1", [.integer(now)])
    }

    func sessions(_ name: String, now: Int64, idleSince: Int64) throws(Fault) -> [ConsoleSession] {
        var sessions: [ConsoleSession] = []
        try session.ask(
            """
            SELECT \(OfficialQueries.session) FROM sessions WHERE name = $1 AND expires > $2 AND last_used > $3
            ORDER BY last_used DESC
            """, [.text(name), .integer(now), .integer(idleSince)]
        ) { row in if let session = ConsoleSession(row) { sessions.append(session) } }
        return sessions
    }
}

extension StoredOfficial {
    /// The official in a row; nil for a role of a newer version.
    fileprivate init?(_ row: Row) {
        guard let name = row.text(0), let role = row.text(1).flatMap({ Official.Role(rawValue: $0) }),
            let region = row.text(2), let password = row.text(3),
            let official = Official(name: name, role: role, region: region)
        else { return nil }
        self.init(
            official: official, password: password, isDisabled: row.integer(4) != 0, lastSignIn: row.integer(5),
            signInBefore: row.integer(6))
    }
}

extension ConsoleSession {
    fileprivate init?(_ row: Row) {
        guard let hash = row.bytes(0), let place = row.bytes(1), let name = row.text(2), let begun = row.integer(3),
            let lastUsed = row.integer(4), let expires = row.integer(5)
        else { return nil }
        self.init(hash: hash, place: place, name: name, begun: begun, lastUsed: lastUsed, expires: expires)
    }
}

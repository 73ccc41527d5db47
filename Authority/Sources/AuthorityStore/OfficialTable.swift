// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import Foundation
internal import GRDB

/// Officials and their sessions.
struct OfficialTable {
    private let database: Database

    init(_ database: Database) { self.database = database }

    func add(_ official: Official, _ password: String) throws {
        do {
            try database.execute(
                sql: "INSERT INTO officials (name, role, region, password) VALUES (?, ?, ?, ?)",
                arguments: [official.name, official.role.rawValue, official.region, password])
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw StoreError.taken
        }
    }

    func find(_ name: String) throws -> StoredOfficial? {
        try Row.fetchOne(database, sql: "SELECT * FROM officials WHERE name = ?", arguments: [name])
            .flatMap { StoredOfficial($0) }
    }

    func all() throws -> [StoredOfficial] {
        try Row.fetchAll(database, sql: "SELECT * FROM officials ORDER BY name").compactMap { StoredOfficial($0) }
    }

    func setPassword(_ hash: String, _ name: String, keepsSessions: Bool) throws -> Bool {
        try database.execute(sql: "UPDATE officials SET password = ? WHERE name = ?", arguments: [hash, name])
        let isFound = database.changesCount == 1
        if !keepsSessions { try endSessions(name) }
        return isFound
    }

    func setDisabled(_ isDisabled: Bool, _ name: String) throws -> Bool {
        try database.execute(sql: "UPDATE officials SET disabled = ? WHERE name = ?", arguments: [isDisabled, name])
        let isFound = database.changesCount == 1
        if isDisabled { try endSessions(name) }
        return isFound
    }

    func open(_ session: ConsoleSession) throws {
        try retire(session.begun)
        try database.execute(
            sql: "INSERT INTO sessions (hash, place, name, begun, last_used, expires) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                Data(session.hash), Data(session.place), session.name, session.begun, session.lastUsed, session.expires,
            ])
        try database.execute(
            sql: "UPDATE officials SET sign_in_before = last_sign_in, last_sign_in = ? WHERE name = ?",
            arguments: [session.begun, session.name])
    }

    func use(_ hash: [UInt8], now: Int64, idleSince: Int64) throws -> SessionInUse? {
        let row = try Row.fetchOne(
            database, sql: "SELECT * FROM sessions WHERE hash = ? AND expires > ? AND last_used > ?",
            arguments: [Data(hash), now, idleSince])
        guard let row else { return nil }
        var session = ConsoleSession(row)
        guard let official = try find(session.name), !official.isDisabled else { return nil }
        // A clock that went back does not make a session look older than it is.
        if now > session.lastUsed {
            session.lastUsed = now
            try database.execute(
                sql: "UPDATE sessions SET last_used = ? WHERE hash = ?", arguments: [now, Data(hash)])
        }
        return SessionInUse(session: session, official: official)
    }

    func end(_ hash: [UInt8]) throws {
        try database.execute(sql: "DELETE FROM sessions WHERE hash = ?", arguments: [Data(hash)])
    }

    func endSessions(_ name: String) throws {
        try database.execute(sql: "DELETE FROM sessions WHERE name = ?", arguments: [name])
    }

    func retire(_ now: Int64) throws {
        try database.execute(sql: "DELETE FROM sessions WHERE expires <= ?", arguments: [now])
    }

    func sessions(_ name: String, now: Int64, idleSince: Int64) throws -> [ConsoleSession] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM sessions WHERE name = ? AND expires > ? AND last_used > ? ORDER BY last_used DESC
                """, arguments: [name, now, idleSince]
        ).map { ConsoleSession($0) }
    }
}

extension StoredOfficial {
    /// The official in a row; nil for a role of a newer version.
    fileprivate init?(_ row: Row) {
        let role: String = row["role"]
        guard let known = Official.Role(rawValue: role),
            let official = Official(name: row["name"], role: known, region: row["region"])
        else { return nil }
        self.init(
            official: official, password: row["password"], isDisabled: row["disabled"], lastSignIn: row["last_sign_in"],
            signInBefore: row["sign_in_before"])
    }
}

extension ConsoleSession {
    fileprivate init(_ row: Row) {
        let hash: Data = row["hash"]
        let place: Data = row["place"]
        self.init(
            hash: Array(hash), place: Array(place), name: row["name"], begun: row["begun"], lastUsed: row["last_used"],
            expires: row["expires"])
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import Beacon
internal import Foundation
internal import GRDB

/// Codes and the tokens that they are exchanged for.
struct CodeTable {
    private let database: Database

    init(_ database: Database) { self.database = database }

    func add(_ code: IssuedCode) throws {
        do {
            try database.execute(
                sql: """
                    INSERT INTO codes (uuid, short, long, type, symptom, test, region, short_expires, long_expires, issuer)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    code.uuid, Data(code.shortHash), Data(code.longHash), code.confirmation.testType.rawValue,
                    code.confirmation.symptomDay?.number, code.confirmation.testDay?.number, code.confirmation.region,
                    code.shortExpires, code.longExpires, code.issuer,
                ])
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw StoreError.taken
        }
    }

    func claim(_ hash: [UInt8], accepting accepted: Set<TestType>, token: NewToken, now: Int64) throws -> ClaimOutcome {
        let found = try Row.fetchOne(
            database,
            sql: "SELECT *, short = ?1 AS is_short FROM codes WHERE short = ?1 OR long = ?1",
            arguments: [Data(hash)])
        guard let row = found, let confirmation = Confirmation(row) else { return .unknown }
        let before: Data? = row["token"]
        if try isUsed(before) { return .unknown }
        let isShort: Bool = row["is_short"]
        let form: AccessCode.Form = isShort ? .short : .long
        let expires: Int64 = row[isShort ? "short_expires" : "long_expires"]
        guard form.isGood(until: expires, now: now) else { return .expired }
        guard accepted.contains(confirmation.testType) else { return .otherType(confirmation.testType) }
        try database.execute(sql: "DELETE FROM tokens WHERE hash = ?", arguments: [before])
        let uuid: String = row["uuid"]
        try database.execute(sql: "UPDATE codes SET token = ? WHERE uuid = ?", arguments: [Data(token.hash), uuid])
        try database.execute(
            sql: """
                INSERT INTO tokens (hash, type, symptom, test, region, expires, certificate) VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                Data(token.hash), confirmation.testType.rawValue, confirmation.symptomDay?.number,
                confirmation.testDay?.number, confirmation.region, token.expires, Data(token.certificate),
            ])
        return .claimed(confirmation)
    }

    /// Whether the token that a code was exchanged for is bound, or gone because its time was over.
    private func isUsed(_ token: Data?) throws -> Bool {
        guard let token else { return false }
        return try Row.fetchOne(
            database, sql: "SELECT 1 FROM tokens WHERE hash = ? AND mac IS NULL", arguments: [token]) == nil
    }

    func bind(_ hash: [UInt8], to mac: [UInt8], now: Int64) throws -> BindOutcome {
        let found = try Row.fetchOne(
            database, sql: "SELECT * FROM tokens WHERE hash = ?", arguments: [Data(hash)])
        guard let row = found, let confirmation = Confirmation(row) else { return .unknown }
        let expires: Int64 = row["expires"]
        guard now < expires else { return .expired }
        let bound: Data? = row["mac"]
        guard bound == nil || bound == Data(mac) else { return .used }
        try database.execute(sql: "UPDATE tokens SET mac = ? WHERE hash = ?", arguments: [Data(mac), Data(hash)])
        let certificate: Data = row["certificate"]
        return .bound(confirmation, certificate: Array(certificate))
    }

    /// A day longer than it is good an expired code is still told from an unknown one.
    func retire(_ now: Int64) throws {
        let past = now &- 86_400
        try database.execute(sql: "DELETE FROM codes WHERE long_expires < ?", arguments: [past])
        try database.execute(sql: "DELETE FROM tokens WHERE expires < ?", arguments: [past])
    }
}

extension Confirmation {
    /// What a row of codes or tokens stands for; nil for a type of a newer version.
    fileprivate init?(_ row: Row) {
        let type: String = row["type"]
        let symptom: Int32? = row["symptom"]
        let test: Int32? = row["test"]
        let region: String = row["region"]
        guard let testType = TestType(rawValue: type) else { return nil }
        self.init(
            testType: testType, symptomDay: symptom.map { UTCDay(number: $0) },
            testDay: test.map { UTCDay(number: $0) },
            region: region)
    }
}

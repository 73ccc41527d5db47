// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Beacon

/// Codes and the tokens that they are exchanged for. The row of a code is locked before that of its token.
struct CodeQueries {
    private let session: Session

    init(_ session: Session) { self.session = session }

    /// Whether the code was kept; false when there is one like it.
    func add(_ code: IssuedCode) throws(Fault) -> Bool {
        try session.ask(
            """
            INSERT INTO codes (uuid, short, long, type, symptom, test, region, short_expires, long_expires, issuer)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING
            """,
            [
                .text(code.uuid), .bytes(code.shortHash), .bytes(code.longHash),
                .text(code.confirmation.testType.rawValue), SQLValue(code.confirmation.symptomDay?.number),
                SQLValue(code.confirmation.testDay?.number), .text(code.confirmation.region),
                .integer(code.shortExpires), .integer(code.longExpires), .text(code.issuer),
            ]) == 1
    }

    func claim(_ hash: [UInt8], accepting accepted: Set<TestType>, token: NewToken, now: Int64) throws(Fault)
        -> ClaimOutcome
    {
        let found = try session.one(
            """
            SELECT type, symptom, test, region, short = $1, short_expires, long_expires, token, uuid
            FROM codes WHERE short = $1 OR long = $1 FOR UPDATE
            """, [.bytes(hash)])
        guard let row = found, let confirmation = Confirmation(row), let isShort = row.integer(4),
            let expires = row.integer(isShort == 1 ? 5 : 6), let uuid = row.text(8)
        else { return .unknown }
        let before = row.bytes(7)
        if try isUsed(before) { return .unknown }
        let form: AccessCode.Form = isShort == 1 ? .short : .long
        guard form.isGood(until: expires, now: now) else { return .expired }
        guard accepted.contains(confirmation.testType) else { return .otherType(confirmation.testType) }
        if let before { try session.ask("DELETE FROM tokens WHERE hash = $1", [.bytes(before)]) }
        try session.ask("UPDATE codes SET token = $1 WHERE uuid = $2", [.bytes(token.hash), .text(uuid)])
        try session.ask(
            """
            INSERT INTO tokens (hash, type, symptom, test, region, expires, certificate)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .bytes(token.hash), .text(confirmation.testType.rawValue), SQLValue(confirmation.symptomDay?.number),
                SQLValue(confirmation.testDay?.number), .text(confirmation.region), .integer(token.expires),
                .bytes(token.certificate),
            ])
        return .claimed(confirmation)
    }

    /// Whether the token that a code was exchanged for is bound, or gone because its time was over. It stays as it is until the
    /// transaction ends.
    private func isUsed(_ token: [UInt8]?) throws(Fault) -> Bool {
        guard let token else { return false }
        return try session.one("SELECT expires FROM tokens WHERE hash = $1 AND mac IS NULL FOR UPDATE", [.bytes(token)])
            == nil
    }

    func bind(_ hash: [UInt8], to mac: [UInt8], now: Int64) throws(Fault) -> BindOutcome {
        let found = try session.one(
            "SELECT type, symptom, test, region, expires, mac, certificate FROM tokens WHERE hash = $1 FOR UPDATE",
            [.bytes(hash)])
        guard let row = found, let confirmation = Confirmation(row), let expires = row.integer(4),
            let certificate = row.bytes(6)
        else { return .unknown }
        guard now < expires else { return .expired }
        let bound = row.bytes(5)
        guard bound == nil || bound == mac else { return .used }
        try session.ask("UPDATE tokens SET mac = $1 WHERE hash = $2", [.bytes(mac), .bytes(hash)])
        return .bound(confirmation, certificate: certificate)
    }

    /// A day longer than it is good an expired code is still told from an unknown one.
    func retire(_ now: Int64) throws(Fault) {
        let past = SQLValue.integer(now &- 86_400)
        try session.ask("DELETE FROM codes WHERE long_expires < $1", [past])
        try session.ask("DELETE FROM tokens WHERE expires < $1", [past])
    }
}

extension Session {
    /// The first row of an answer; nil when it has none.
    func one(_ sql: String, _ parameters: [SQLValue]) throws(Fault) -> Row? {
        var first: Row?
        try ask(sql, parameters) { row in first = first ?? row }
        return first
    }
}

extension Confirmation {
    /// What a row that begins with type, symptom, test and region stands for; nil for a type of a newer version.
    fileprivate init?(_ row: Row) {
        guard let testType = row.text(0).flatMap({ TestType(rawValue: $0) }), let region = row.text(3) else {
            return nil
        }
        self.init(
            testType: testType, symptomDay: row.integer(1).map { UTCDay(number: Int32(clamping: $0)) },
            testDay: row.integer(2).map { UTCDay(number: Int32(clamping: $0)) }, region: region)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import Beacon
internal import Cases
internal import Foundation
internal import GRDB

/// Published keys.
struct KeyTable {
    private let database: Database

    init(_ database: Database) { self.database = database }

    /// Throws a `RevisionFault` when a key is refused; the caller takes back what was written.
    func publish(_ publish: NewPublish, now: Int64) throws -> PublishOutcome {
        let certificate = Data(publish.certificate)
        try database.execute(
            sql: "INSERT INTO certificates (certificate, expires) VALUES (?, ?) ON CONFLICT DO NOTHING",
            arguments: [certificate, publish.certificateExpires])
        guard database.changesCount == 1 else {
            let owned = try Int64.fetchOne(
                database, sql: "SELECT owned FROM certificates WHERE certificate = ?", arguments: [certificate])
            return .repeated(owned: OwnedKeys(rawValue: owned ?? 0))
        }
        var owned: OwnedKeys = []
        var inserted = 0
        var revised = 0
        for (key, place) in zip(publish.keys, publish.places) {
            guard let known = try find(key.key.bytes) else {
                // What nobody knows need not be taken back.
                if key.reportType == .revoked { continue }
                try insert(key, publish.region)
                inserted += 1
                owned.insert(OwnedKeys(place: place))
                continue
            }
            let hasToken = publish.known.contains(key.key.bytes)
            if hasToken { owned.insert(OwnedKeys(place: place)) }
            switch KeyRevision(of: known, offered: key, hasToken: hasToken) {
            case .same: break
            case .refused(let fault): throw fault
            case .revised(let later):
                try revise(later)
                revised += 1
            }
        }
        try database.execute(
            sql: "UPDATE certificates SET owned = ? WHERE certificate = ?", arguments: [owned.rawValue, certificate])
        // A number of the day and nothing else: which keys came with this one is not told from it.
        if let first = publish.keys.first {
            try FigureTable(database).count(first.reportType == .recursive ? .f1 : .f0, now: now)
        }
        return .stored(inserted: inserted, revised: revised, owned: owned)
    }

    /// Takes `keys` back; those that are not there, or were taken back before, stay as they are. Answers how many it took back.
    func revoke(_ keys: [[UInt8]]) throws -> Int {
        let statement = try database.cachedStatement(
            sql: "UPDATE keys SET report = ?1, revision = revision + 1 WHERE key = ?2 AND report <> ?1")
        var count = 0
        for key in keys {
            try statement.execute(arguments: [ReportType.revoked.rawValue, Data(key)])
            count += database.changesCount
        }
        return count
    }

    private func find(_ key: [UInt8]) throws -> CaseKey? {
        let statement = try database.cachedStatement(sql: "SELECT \(CaseKey.columns) FROM keys WHERE key = ?")
        let row = try Row.fetchOne(statement, arguments: [Data(key)])
        return row.flatMap { CaseKey($0) }
    }

    private func insert(_ key: CaseKey, _ region: String) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO keys (key, start, period, report, onset, risk, region, release) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(
            arguments: [
                Data(key.key.bytes), Int64(key.rollingStart), Int64(key.rollingPeriod), key.reportType.rawValue,
                key.daysSinceOnset, key.transmissionRisk, region, key.release,
            ])
    }

    private func revise(_ key: CaseKey) throws {
        try database.execute(
            sql: "UPDATE keys SET report = ?, onset = ?, risk = ?, revision = revision + 1 WHERE key = ?",
            arguments: [key.reportType.rawValue, key.daysSinceOnset, key.transmissionRisk, Data(key.key.bytes)])
    }

    func retire(now: Int64, keysBefore: Int64) throws {
        try database.execute(sql: "DELETE FROM certificates WHERE expires < ?", arguments: [now &- 3600])
        // Without its keys a batch that was begun would become other files than those that may be there already.
        try database.execute(
            sql: """
                DELETE FROM keys WHERE release < ? AND key NOT IN (
                    SELECT p.key FROM batches JOIN placements AS p ON p.batch = batches.number
                    WHERE batches.finished IS NULL AND batches."end" >= ?)
                """, arguments: [keysBefore &+ CaseKey.embargo, keysBefore])
        try database.execute(
            sql: "DELETE FROM placements WHERE NOT EXISTS (SELECT 1 FROM keys WHERE keys.key = placements.key)")
    }
}

extension CaseKey {
    /// What a row that a key is made of begins with.
    static let columns = "keys.key, keys.start, keys.period, keys.report, keys.onset, keys.risk"
    /// How many columns these are.
    static let columnCount = 6

    /// The key in a row that begins with `columns`, which a million rows are not searched for by name; nil for bytes of no format.
    init?(_ row: Row) {
        let bytes: Data = row[0]
        let start: Int64 = row[1]
        let period: Int64 = row[2]
        let report: Int32 = row[3]
        let onset: Int32? = row[4]
        let risk: Int32 = row[5]
        let format: BeaconFormat = bytes.count == BeaconFormat.bluezone.keyLength ? .bluezone : .exposureNotification
        guard let key = DailyKey(format: format, bytes: Array(bytes)) else { return nil }
        self.init(
            key: key, rollingStart: UInt32(clamping: start), rollingPeriod: UInt32(clamping: period),
            reportType: ReportType(rawValue: report) ?? .unknown, daysSinceOnset: onset, transmissionRisk: risk)
    }
}

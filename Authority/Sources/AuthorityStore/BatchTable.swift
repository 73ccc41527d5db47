// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import Beacon
internal import Cases
internal import Foundation
internal import GRDB

/// Batches of keys that are exported together, and the files that they became.
struct BatchTable {
    /// A batch that an older program began has no sizes.
    static let sizesSchema = """
        ALTER TABLE batches ADD COLUMN minimum INTEGER;
        ALTER TABLE batches ADD COLUMN jitter INTEGER;
        ALTER TABLE batches ADD COLUMN maximum INTEGER;
        """

    private let database: Database

    init(_ database: Database) { self.database = database }

    /// Begins a batch of at most `most` keys, unless one is open; `unfinished` has either. Answers how many keys it placed: 0 where one
    /// is open, and where nothing is due. Whoever publishes waits for this, so it reads no key back.
    func begin(
        _ region: ExportRegion, _ format: BeaconFormat, _ sizes: ExportSizes, most: Int, now: Int64
    ) throws -> Int {
        if try isOpen(region, format) { return 0 }
        if region.name == region.country {
            try adopt(region, format)
            if try isOpen(region, format) { return 0 }
        }
        let (start, end) = try window(region, format, now)
        try database.execute(
            sql: """
                INSERT INTO batches (region, format, start, "end", seed, minimum, jitter, maximum)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                region.name, format.rawValue, start, end, Data(randomBytes(32)), sizes.minimum, sizes.jitter,
                sizes.maximum,
            ])
        let number = database.lastInsertedRowID
        try database.execute(
            sql: """
                INSERT INTO placements (region, key, revision, batch)
                SELECT ?1, key, revision, ?2 FROM keys
                WHERE length(key) = ?3 AND release <= ?4 AND (revision > 0 OR region = ?1 OR region LIKE ?1 || '-%')
                -- One look for each key: the revision that was placed last, or whether a key that was not may be placed.
                AND revision > coalesce(
                    (SELECT MAX(p.revision) FROM placements AS p WHERE p.region = ?1 AND p.key = keys.key),
                    -- What was taken back before anybody could fetch it is never published.
                    CASE WHEN report <> ?6 AND (region = ?1 OR region LIKE ?1 || '-%')
                        AND instr(?7, ' ' || region || ' ') = 0
                        AND (?1 = ?8 OR NOT EXISTS (
                            SELECT 1 FROM placements AS p WHERE p.region = ?8 AND p.key = keys.key))
                    THEN -1 ELSE revision END)
                LIMIT ?5
                """,
            arguments: [
                region.name, number, format.keyLength, now, most, ReportType.revoked.rawValue, list(region.apart),
                region.country,
            ])
        let count = database.changesCount
        guard count > 0 else {
            try database.execute(sql: "DELETE FROM batches WHERE number = ?", arguments: [number])
            return 0
        }
        if region.name != region.country {
            try database.execute(
                sql: """
                    INSERT OR IGNORE INTO placements (region, key, revision, batch)
                    SELECT ?, key, revision, batch FROM placements WHERE batch = ?
                    """, arguments: [region.country, number])
        }
        return count
    }

    private func isOpen(_ region: ExportRegion, _ format: BeaconFormat) throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: "SELECT EXISTS (SELECT 1 FROM batches WHERE region = ? AND format = ? AND finished IS NULL)",
            arguments: [region.name, format.rawValue]) ?? false
    }

    /// Makes one batch that a region began which has no exports of its own any more the country's. Its keys are in place there, and its
    /// files there come out the same: with others around them in a file of another name, keys would be known as real.
    private func adopt(_ region: ExportRegion, _ format: BeaconFormat) throws {
        try database.execute(
            sql: """
                UPDATE batches SET region = ?1 WHERE number = (
                    SELECT MIN(number) FROM batches
                    WHERE finished IS NULL AND format = ?2 AND instr(?3, ' ' || region || ' ') = 0)
                """, arguments: [region.name, format.rawValue, list(region.lists + region.apart)])
    }

    /// Names with a blank before and behind each, to be looked for.
    private func list(_ names: [String]) -> String { " " + names.joined(separator: " ") + " " }

    /// The window from the end of the region's batch before to now, and with an end that no file in the country's list has:
    /// receivers take two files of one window for the same.
    private func window(_ region: ExportRegion, _ format: BeaconFormat, _ now: Int64) throws -> (Int64, Int64) {
        let start = try Int64.fetchOne(
            database,
            sql: """
                SELECT MAX(files."end") FROM files JOIN batches ON batches.number = files.batch
                WHERE files.region = ?1 AND batches.region = ?1 AND files.format = ?2
                """, arguments: [region.name, format.rawValue])
        let last = try Int64.fetchOne(
            database,
            sql: """
                SELECT MAX("end") FROM (
                    SELECT "end" FROM files WHERE region IN (?1, ?2) AND format = ?3
                    -- The files of one that was begun may have been made already, each a second later than the one before.
                    UNION ALL SELECT "end" + 3600 FROM batches WHERE format = ?3 AND finished IS NULL)
                """, arguments: [region.name, region.country, format.rawValue])
        let end = max(now, last.map { $0 &+ 1 } ?? now)
        return (start ?? end &- 3600, end)
    }

    /// The open batch; nil when there is none. Which keys are in it was settled when it was begun, what is said of them is as of now.
    func unfinished(_ region: ExportRegion, _ format: BeaconFormat, _ usual: ExportSizes) throws -> ExportBatch? {
        let row = try Row.fetchOne(
            database, sql: "SELECT * FROM batches WHERE region = ? AND format = ? AND finished IS NULL",
            arguments: [region.name, format.rawValue])
        guard let row else { return nil }
        let number: Int64 = row["number"]
        let seed: Data = row["seed"]
        let sizes = ExportSizes(
            minimum: row["minimum"] ?? usual.minimum, jitter: row["jitter"] ?? usual.jitter,
            maximum: row["maximum"] ?? usual.maximum)
        var batch = ExportBatch(
            number: number, region: region, format: format, start: row["start"], end: row["end"], seed: Array(seed),
            sizes: sizes, keys: [], revisedKeys: [])
        // In the order of the batch's index, so that SQLite sorts nothing.
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(CaseKey.columns), CASE WHEN p.revision > 0 THEN EXISTS (
                    SELECT 1 FROM placements AS before
                    WHERE before.region = p.region AND before.key = p.key AND before.revision < p.revision)
                ELSE 0 END
                FROM placements AS p JOIN keys ON keys.key = p.key WHERE p.batch = ? AND p.region = ? ORDER BY p.key
                """,
            arguments: [number, region.name])
        while let row = try rows.next() {
            guard let key = CaseKey(row) else { continue }
            let isKnown: Bool = row[CaseKey.columnCount]
            if isKnown { batch.revisedKeys.append(key) } else { batch.keys.append(key) }
        }
        return batch
    }

    func finish(_ batch: ExportBatch, _ files: [ExportFile], now: Int64) throws {
        let isOpen = try Bool.fetchOne(
            database, sql: "SELECT finished IS NULL FROM batches WHERE number = ?", arguments: [batch.number])
        guard isOpen == true else { return }
        for region in batch.region.lists {
            for (place, file) in files.enumerated() {
                try database.execute(
                    sql: """
                        INSERT INTO files (region, path, format, "end", batch, place, finished)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        -- An older program's country has a file of this name already, with these keys.
                        ON CONFLICT DO NOTHING
                        """,
                    arguments: [region, file.path, file.format.rawValue, file.end, batch.number, place, now])
            }
        }
        // Without the seed nobody, the authority included, tells from a file alone which of its keys are padding.
        try database.execute(
            sql: "UPDATE batches SET finished = ?, seed = x'' WHERE number = ?", arguments: [now, batch.number])
    }

    func files(_ region: String) throws -> [ExportFile] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM files WHERE region = ? ORDER BY batch, place", arguments: [region])
        return rows.compactMap { row in
            let number: UInt8 = row["format"]
            guard let format = BeaconFormat(rawValue: number) else { return nil }
            return ExportFile(path: row["path"], format: format, end: row["end"])
        }
    }

    /// The last file of a region and format stays in the table, so that windows go on from its end.
    func retire(before time: Int64) throws -> [String] {
        let condition = """
            finished < ?1 AND "end" < (
                SELECT MAX(later."end") FROM files AS later
                WHERE later.region = files.region AND later.format = files.format)
            """
        let paths = try String.fetchAll(
            database, sql: "SELECT region || '/' || path FROM files WHERE \(condition)", arguments: [time])
        try database.execute(sql: "DELETE FROM files WHERE \(condition)", arguments: [time])
        try database.execute(
            sql: "DELETE FROM batches WHERE finished < ?", arguments: [time])
        return paths
    }
}

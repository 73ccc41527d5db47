// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Beacon
internal import Cases

/// Batches of keys that are exported together, and the files that they became.
struct BatchQueries {
    private let session: Session

    init(_ session: Session) { self.session = session }

    /// The open batch, else a new one of at most `most` keys.
    func begin(
        _ region: ExportRegion, _ format: BeaconFormat, _ sizes: ExportSizes, most: Int, now: Int64
    ) throws(Fault) -> Verdict<ExportBatch?> {
        if let open = try unfinished(region, format, sizes) { return .keep(open) }
        if region.name == region.country {
            try adopt(region, format)
            if let open = try unfinished(region, format, sizes) { return .keep(open) }
        }
        let (start, end) = try window(region, format, now)
        let made = try session.one(
            """
            INSERT INTO batches (region, format, start, "end", seed, minimum, jitter, maximum)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING number
            """,
            [
                .text(region.name), format.value, .integer(start), .integer(end), .bytes(randomBytes(32)),
                .integer(Int64(sizes.minimum)), .integer(Int64(sizes.jitter)), .integer(Int64(sizes.maximum)),
            ])
        guard let number = made?.integer(0) else { return .takeBack(nil) }
        let count = try session.ask(
            """
            INSERT INTO placements (region, key, revision, batch)
            SELECT $1, key, revision, $2 FROM keys
            WHERE length(key) = $3 AND release <= $4 AND (revision > 0 OR region = $1 OR starts_with(region, $1 || '-'))
            AND NOT EXISTS (
                SELECT 1 FROM placements AS p
                WHERE p.region = $1 AND p.key = keys.key AND p.revision = keys.revision)
            AND (EXISTS (SELECT 1 FROM placements AS p WHERE p.region = $1 AND p.key = keys.key)
                -- What was taken back before anybody could fetch it is never published.
                OR report <> $6 AND (region = $1 OR starts_with(region, $1 || '-'))
                AND strpos($7, ' ' || region || ' ') = 0
                AND NOT EXISTS (SELECT 1 FROM placements AS p WHERE p.region = $8 AND p.key = keys.key))
            LIMIT $5
            """,
            [
                .text(region.name), .integer(number), .integer(Int64(format.keyLength)), .integer(now),
                .integer(Int64(most)), .integer(Int64(ReportType.revoked.rawValue)), list(region.apart),
                .text(region.country),
            ])
        guard count > 0 else { return .takeBack(nil) }
        if region.name != region.country {
            try session.ask(
                """
                INSERT INTO placements (region, key, revision, batch)
                SELECT $1, key, revision, batch FROM placements WHERE batch = $2 ON CONFLICT DO NOTHING
                """, [.text(region.country), .integer(number)])
        }
        try mix(number)
        var batch = try unfinished(region, format, sizes)
        batch?.isLast = count < most
        return .keep(batch)
    }

    /// Makes one batch that a region began which has no exports of its own any more the country's. Its keys are in place there, and its
    /// files there come out the same: with others around them in a file of another name, keys would be known as real.
    private func adopt(_ region: ExportRegion, _ format: BeaconFormat) throws(Fault) {
        try session.ask(
            """
            UPDATE batches SET region = $1 WHERE number = (
                SELECT min(number) FROM batches
                WHERE finished IS NULL AND format = $2 AND strpos($3, ' ' || region || ' ') = 0)
            """, [.text(region.name), format.value, list(region.lists + region.apart)])
    }

    /// Names with a blank before and behind each, to be looked for.
    private func list(_ names: [String]) -> SQLValue { .text(" " + names.joined(separator: " ") + " ") }

    /// Writes the batch's keys that were in none before anew, in the order of their bytes and by one transaction: from then on
    /// nothing in the database tells which of them came together.
    private func mix(_ number: Int64) throws(Fault) {
        try session.ask(
            """
            WITH taken AS (
                DELETE FROM keys USING placements AS p
                WHERE p.batch = $1 AND keys.key = p.key
                AND NOT EXISTS (SELECT 1 FROM placements AS o WHERE o.key = p.key AND o.batch <> $1)
                RETURNING keys.*)
            INSERT INTO keys_in_order SELECT * FROM taken
            """, [.integer(number)])
        try session.ask("INSERT INTO keys SELECT * FROM keys_in_order ORDER BY key")
        try session.ask("DELETE FROM keys_in_order")
    }

    /// The window from the end of the region's batch before to now, and with an end that no file in the country's list has:
    /// receivers take two files of one window for the same.
    private func window(_ region: ExportRegion, _ format: BeaconFormat, _ now: Int64) throws(Fault) -> (Int64, Int64) {
        let start = try session.one(
            """
            SELECT max(files."end") FROM files JOIN batches ON batches.number = files.batch
            WHERE files.region = $1 AND batches.region = $1 AND files.format = $2
            """, [.text(region.name), format.value])?.integer(0)
        let last = try session.one(
            """
            SELECT max("end") FROM (
                SELECT "end" FROM files WHERE region IN ($1, $2) AND format = $3
                -- The files of one that was begun may have been made already, each a second later than the one before.
                UNION ALL SELECT "end" + 3600 FROM batches WHERE format = $3 AND finished IS NULL) AS ends
            """, [.text(region.name), .text(region.country), format.value])?.integer(0)
        let end = max(now, last.map { $0 &+ 1 } ?? now)
        return (start ?? end &- 3600, end)
    }

    private func unfinished(
        _ region: ExportRegion, _ format: BeaconFormat, _ usual: ExportSizes
    ) throws(Fault) -> ExportBatch? {
        let row = try session.one(
            """
            SELECT number, start, "end", seed, minimum, jitter, maximum FROM batches
            WHERE region = $1 AND format = $2 AND finished IS NULL
            """, [.text(region.name), format.value])
        guard let row, let number = row.integer(0), let start = row.integer(1), let end = row.integer(2),
            let seed = row.bytes(3)
        else { return nil }
        var batch = ExportBatch(
            number: number, region: region, format: format, start: start, end: end, seed: seed,
            sizes: ExportSizes(
                minimum: row.integer(4).map { Int(clamping: $0) } ?? usual.minimum,
                jitter: row.integer(5).map { Int(clamping: $0) } ?? usual.jitter,
                maximum: row.integer(6).map { Int(clamping: $0) } ?? usual.maximum), keys: [], revisedKeys: [])
        try session.ask(
            """
            SELECT \(CaseKey.columns), EXISTS (
                SELECT 1 FROM placements AS before
                WHERE before.region = p.region AND before.key = p.key AND before.revision < p.revision)
            FROM placements AS p JOIN keys ON keys.key = p.key WHERE p.batch = $1 AND p.region = $2 ORDER BY keys.key
            """, [.integer(number), .text(region.name)]
        ) { row in
            guard let key = CaseKey(row) else { return }
            if row.integer(6) == 1 { batch.revisedKeys.append(key) } else { batch.keys.append(key) }
        }
        return batch
    }

    func finish(_ batch: ExportBatch, _ files: [ExportFile], now: Int64) throws(Fault) {
        // Without the seed nobody, the authority included, tells from a file alone which of its keys are padding.
        let count = try session.ask(
            "UPDATE batches SET finished = $1, seed = '' WHERE number = $2 AND finished IS NULL",
            [.integer(now), .integer(batch.number)])
        guard count > 0 else { return }
        for region in batch.region.lists {
            for (place, file) in files.enumerated() {
                try session.ask(
                    """
                    INSERT INTO files (region, path, format, "end", batch, place, finished)
                    VALUES ($1, $2, $3, $4, $5, $6, $7)
                    -- An older program's country has a file of this name already, with these keys.
                    ON CONFLICT DO NOTHING
                    """,
                    [
                        .text(region), .text(file.path), file.format.value, .integer(file.end), .integer(batch.number),
                        .integer(Int64(place)), .integer(now),
                    ])
            }
        }
    }

    func files(_ region: String) throws(Fault) -> [ExportFile] {
        var files: [ExportFile] = []
        try session.ask(
            "SELECT path, format, \"end\" FROM files WHERE region = $1 ORDER BY batch, place", [.text(region)]
        ) { row in
            guard let path = row.text(0), let number = row.integer(1), let end = row.integer(2),
                let format = BeaconFormat(rawValue: UInt8(clamping: number))
            else { return }
            files.append(ExportFile(path: path, format: format, end: end))
        }
        return files
    }

    /// The last file of a region and format stays in the table, so that windows go on from its end.
    func retire(before time: Int64) throws(Fault) -> [String] {
        var paths: [String] = []
        try session.ask(
            """
            DELETE FROM files WHERE finished < $1 AND "end" < (
                SELECT max(later."end") FROM files AS later
                WHERE later.region = files.region AND later.format = files.format)
            RETURNING region || '/' || path
            """, [.integer(time)]
        ) { row in if let path = row.text(0) { paths.append(path) } }
        try session.ask("DELETE FROM batches WHERE finished < $1", [.integer(time)])
        return paths
    }
}

extension BeaconFormat {
    fileprivate var value: SQLValue { .integer(Int64(rawValue)) }
}

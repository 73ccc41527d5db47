// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import Beacon
internal import GRDB

/// Counts for officials.
struct FigureTable {
    private let database: Database

    init(_ database: Database) { self.database = database }

    /// One more publication on the day of `now`.
    func count(_ caseClass: CaseClass, now: Int64) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO publications (day, class, count) VALUES (?, ?, 1)
                ON CONFLICT DO UPDATE SET count = count + 1
                """)
        try statement.execute(arguments: [Int64(Timestamp(seconds: now).day.number), caseClass.rawValue])
    }

    func publications(from first: Int32, through last: Int32) throws -> [PublicationCount] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM publications WHERE day BETWEEN ? AND ? ORDER BY day, class",
            arguments: [first, last]
        ).compactMap { row in
            let name: String = row["class"]
            guard let caseClass = CaseClass(rawValue: name) else { return nil }
            return PublicationCount(day: row["day"], caseClass: caseClass, count: row["count"])
        }
    }

    func batches(limit: Int) throws -> [BatchSummary] {
        try summaries("SELECT * FROM batches ORDER BY number DESC LIMIT ?", [limit])
    }

    func batches(from start: Int64, before end: Int64) throws -> [BatchSummary] {
        try summaries("SELECT * FROM batches WHERE finished >= ? AND finished < ? ORDER BY number", [start, end])
    }

    private func summaries(_ query: String, _ arguments: StatementArguments) throws -> [BatchSummary] {
        try Row.fetchAll(database, sql: query, arguments: arguments).map { row in
            let number: Int64 = row["number"]
            let region: String = row["region"]
            let format: UInt8 = row["format"]
            return BatchSummary(
                number: number, region: region,
                format: format == BeaconFormat.bluezone.rawValue ? "bluezone" : "exposure-notification",
                start: row["start"], end: row["end"],
                keys: try Int64.fetchOne(
                    database, sql: "SELECT COUNT(*) FROM placements WHERE batch = ? AND region = ?",
                    arguments: [number, region]) ?? 0,
                files: try String.fetchAll(
                    database, sql: "SELECT path FROM files WHERE batch = ? AND region = ? ORDER BY place",
                    arguments: [number, region]),
                finished: row["finished"])
        }
    }

    func enter(_ counts: [ReportedCount]) throws {
        for count in counts {
            try database.execute(
                sql: """
                    INSERT INTO reported (province, day, devices) VALUES (?, ?, ?)
                    ON CONFLICT DO UPDATE SET devices = excluded.devices
                    """,
                arguments: [count.province, count.day, count.devices])
        }
    }

    func reported(until day: Int32) throws -> [ReportedCount] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT province, MAX(day) AS day, devices FROM reported WHERE day <= ? GROUP BY province ORDER BY province
                """,
            arguments: [day]
        ).map { ReportedCount(province: $0["province"], day: $0["day"], devices: $0["devices"]) }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import GRDB

/// Weekly counts: no time of arrival, no address, no order of arrival.
struct AdoptionTable {
    static let schema = """
        CREATE TABLE adoption (
            monday INTEGER NOT NULL, province TEXT NOT NULL, devices INTEGER NOT NULL, PRIMARY KEY (monday, province)
        ) STRICT, WITHOUT ROWID;
        """

    private let database: Database

    init(_ database: Database) { self.database = database }

    func add(_ week: ISOWeek, _ province: String) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO adoption (monday, province, devices) VALUES (?, ?, 1)
                ON CONFLICT DO UPDATE SET devices = devices + 1
                """)
        try statement.execute(arguments: [Int64(week.firstDay.number), province])
    }

    func counts(_ weeks: ClosedRange<ISOWeek>) throws -> [AdoptionCount] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM adoption WHERE monday BETWEEN ? AND ? ORDER BY monday, province",
            arguments: [Int64(weeks.lowerBound.firstDay.number), Int64(weeks.upperBound.firstDay.number)])
        return rows.map { row in
            let monday: Int32 = row["monday"]
            return AdoptionCount(
                week: ISOWeek(UTCDay(number: monday)), province: row["province"], devices: row["devices"])
        }
    }
}

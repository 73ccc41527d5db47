// SPDX-License-Identifier: GPL-3.0-or-later

internal import GRDB

/// The tables of the embedded store.
///
/// No table says which keys came together: keys have neither a number nor a time of arrival and lie in the order of their bytes.
enum EmbeddedSchema {
    /// What leads from each version of the tables to the next: a store of any earlier version is brought up to date.
    private static let steps = [tables, AdoptionTable.schema, ConsoleSchema.schema, BatchTable.sizesSchema]

    static func prepare(_ pool: DatabasePool) throws {
        try pool.write { database in
            let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard found <= steps.count else { throw StoreError.newer }
            for step in steps.dropFirst(found) { try database.execute(sql: step) }
            if found < steps.count { try database.execute(sql: "PRAGMA user_version = \(steps.count)") }
        }
    }

    private static let tables = """
        CREATE TABLE codes (
            uuid TEXT NOT NULL PRIMARY KEY, short BLOB NOT NULL UNIQUE, long BLOB NOT NULL UNIQUE, type TEXT NOT NULL,
            symptom INTEGER, test INTEGER, region TEXT NOT NULL, short_expires INTEGER NOT NULL,
            long_expires INTEGER NOT NULL, issuer TEXT NOT NULL, token BLOB
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE tokens (
            hash BLOB NOT NULL PRIMARY KEY, type TEXT NOT NULL, symptom INTEGER, test INTEGER, region TEXT NOT NULL,
            expires INTEGER NOT NULL, certificate BLOB NOT NULL, mac BLOB
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE certificates (
            certificate BLOB NOT NULL PRIMARY KEY, expires INTEGER NOT NULL, owned INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE keys (
            key BLOB NOT NULL PRIMARY KEY, start INTEGER NOT NULL, period INTEGER NOT NULL, report INTEGER NOT NULL,
            onset INTEGER, risk INTEGER NOT NULL, region TEXT NOT NULL, release INTEGER NOT NULL,
            revision INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE batches (
            number INTEGER PRIMARY KEY, region TEXT NOT NULL, format INTEGER NOT NULL, start INTEGER NOT NULL,
            "end" INTEGER NOT NULL, seed BLOB NOT NULL, finished INTEGER
        ) STRICT;
        CREATE TABLE placements (
            region TEXT NOT NULL, key BLOB NOT NULL, revision INTEGER NOT NULL, batch INTEGER NOT NULL,
            PRIMARY KEY (region, key, revision)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX placements_by_batch ON placements (batch);
        CREATE TABLE files (
            region TEXT NOT NULL, path TEXT NOT NULL, format INTEGER NOT NULL, "end" INTEGER NOT NULL,
            batch INTEGER NOT NULL, place INTEGER NOT NULL, finished INTEGER NOT NULL, PRIMARY KEY (region, path)
        ) STRICT, WITHOUT ROWID;
        """
}

// SPDX-License-Identifier: GPL-3.0-or-later

/// The console's tables. `publications` has numbers of a day and nothing that leads to a key.
enum ConsoleSchema {
    static let schema = """
        CREATE TABLE officials (
            name TEXT NOT NULL PRIMARY KEY, role TEXT NOT NULL, region TEXT NOT NULL, password TEXT NOT NULL,
            disabled INTEGER NOT NULL DEFAULT 0, last_sign_in INTEGER, sign_in_before INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE sessions (
            hash BLOB NOT NULL PRIMARY KEY, place BLOB NOT NULL, name TEXT NOT NULL, begun INTEGER NOT NULL,
            last_used INTEGER NOT NULL, expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE audit (
            number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, who TEXT NOT NULL, way TEXT NOT NULL,
            action TEXT NOT NULL, detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX audit_by_time ON audit (time);
        CREATE INDEX audit_by_who ON audit (who, number);
        CREATE TABLE publications (
            day INTEGER NOT NULL, class TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (day, class)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE reported (
            province TEXT NOT NULL, day INTEGER NOT NULL, devices INTEGER NOT NULL, PRIMARY KEY (province, day)
        ) STRICT, WITHOUT ROWID;
        """
}

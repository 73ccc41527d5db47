// SPDX-License-Identifier: GPL-3.0-or-later

/// The tables in the database.
///
/// No column says which keys came together. What the database itself notes of a row, its place and the transaction that wrote
/// it, does: therefore a batch writes its keys anew, in the order of their bytes.
enum PostgresSchema {
    /// Each step leads from the version that is its place in the list to the next one.
    private static let steps = [first, second, third, fourth]
    /// Who makes tables holds this lock, so that two servers that start at once do not meet.
    private static let lock: Int64 = 0x424C_5A4E_5343_484D

    static func prepare(_ session: Session) throws(Fault) {
        if try version(session) == steps.count { return }
        try session.step { session throws(Fault) in
            try session.ask("SELECT pg_advisory_xact_lock($1)", [.integer(lock)])
            try session.ask("CREATE TABLE IF NOT EXISTS bluezone_version (version bigint NOT NULL)")
            let found = try version(session)
            guard found <= steps.count else { throw .newer }
            for step in steps[found...] {
                for statement in step.split(separator: ";") { try session.ask(String(statement)) }
            }
            try session.ask("DELETE FROM bluezone_version")
            try session.ask("INSERT INTO bluezone_version VALUES ($1)", [.integer(Int64(steps.count))])
        }
    }

    private static func version(_ session: Session) throws(Fault) -> Int {
        var isThere = false
        try session.ask("SELECT to_regclass('bluezone_version') IS NOT NULL") { isThere = $0.integer(0) == 1 }
        guard isThere else { return 0 }
        var found: Int64 = 0
        try session.ask("SELECT max(version) FROM bluezone_version") { found = $0.integer(0) ?? 0 }
        return Int(clamping: max(0, found))
    }

    private static let first = """
        CREATE TABLE codes (
            uuid text PRIMARY KEY, short bytea NOT NULL UNIQUE, long bytea NOT NULL UNIQUE, type text NOT NULL,
            symptom bigint, test bigint, region text NOT NULL, short_expires bigint NOT NULL,
            long_expires bigint NOT NULL, issuer text NOT NULL, token bytea);
        CREATE TABLE tokens (
            hash bytea PRIMARY KEY, type text NOT NULL, symptom bigint, test bigint, region text NOT NULL,
            expires bigint NOT NULL, certificate bytea NOT NULL, mac bytea);
        CREATE TABLE certificates (
            certificate bytea PRIMARY KEY, expires bigint NOT NULL, owned bigint NOT NULL DEFAULT 0);
        CREATE TABLE keys (
            key bytea PRIMARY KEY, start bigint NOT NULL, period bigint NOT NULL, report bigint NOT NULL,
            onset bigint, risk bigint NOT NULL, region text NOT NULL, release bigint NOT NULL,
            revision bigint NOT NULL DEFAULT 0);
        CREATE TABLE keys_in_order (LIKE keys);
        CREATE TABLE batches (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, region text NOT NULL, format bigint NOT NULL,
            start bigint NOT NULL, "end" bigint NOT NULL, seed bytea NOT NULL, finished bigint);
        CREATE UNIQUE INDEX batches_under_way ON batches (region, format) WHERE finished IS NULL;
        CREATE TABLE placements (
            region text NOT NULL, key bytea NOT NULL, revision bigint NOT NULL, batch bigint NOT NULL,
            PRIMARY KEY (region, key, revision));
        CREATE INDEX placements_by_batch ON placements (batch);
        CREATE INDEX placements_by_key ON placements (key);
        CREATE TABLE files (
            region text NOT NULL, path text NOT NULL, format bigint NOT NULL, "end" bigint NOT NULL,
            batch bigint NOT NULL, place bigint NOT NULL, finished bigint NOT NULL, PRIMARY KEY (region, path))
        """

    private static let second = """
        CREATE TABLE adoption (
            monday bigint NOT NULL, province text NOT NULL, devices bigint NOT NULL, PRIMARY KEY (monday, province))
        """

    private static let third = """
        CREATE TABLE officials (
            name text PRIMARY KEY, role text NOT NULL, region text NOT NULL, password text NOT NULL,
            disabled bigint NOT NULL, last_sign_in bigint, sign_in_before bigint);
        CREATE TABLE sessions (
            hash bytea PRIMARY KEY, place bytea NOT NULL, name text NOT NULL, begun bigint NOT NULL,
            last_used bigint NOT NULL, expires bigint NOT NULL);
        CREATE INDEX sessions_by_name ON sessions (name);
        CREATE TABLE audit (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, time bigint NOT NULL, who text NOT NULL,
            way text NOT NULL, action text NOT NULL, detail text NOT NULL);
        CREATE INDEX audit_by_time ON audit (time);
        CREATE INDEX audit_by_who ON audit (who, number);
        CREATE TABLE publications (
            day bigint NOT NULL, class text NOT NULL, part bigint NOT NULL, count bigint NOT NULL,
            PRIMARY KEY (day, class, part));
        CREATE TABLE reported (
            province text NOT NULL, day bigint NOT NULL, devices bigint NOT NULL, PRIMARY KEY (province, day))
        """

    /// A batch that an older program began has no sizes.
    private static let fourth = """
        ALTER TABLE batches ADD COLUMN minimum bigint, ADD COLUMN jitter bigint, ADD COLUMN maximum bigint
        """
}

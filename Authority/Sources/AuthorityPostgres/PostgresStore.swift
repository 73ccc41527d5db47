// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel
package import AuthorityStore
package import Beacon

/// The store in a PostgreSQL database, for several servers at once.
///
/// Nothing connects before it is asked for something, and after the database was away it connects again: a server outlives its
/// database. What lost its connection before it was settled is done again; what was being settled fails, and who asked asks
/// again, which every method of a store allows.
package struct PostgresStore: Store {
    /// The connection that holds the lock, within `exclusively`. Batches go over it: should it end, somebody else may have the
    /// lock, and what this one still wants to write fails.
    @TaskLocal private static var export: Export?

    private struct Export {
        let pool: ConnectionPool
        let connection: Connection
    }

    /// Who holds this lock makes the exports.
    private static let exportLock = SQLValue.integer(0x424C_5A4E_4558_5054)

    private let pool: ConnectionPool
    private let batchKeys: Int

    /// The store at `address`, over at most as many `connections` and one for an export. A batch has at most `batchKeys` keys.
    package init(_ address: PostgresAddress, connections: Int, batchKeys: Int = ExportBatch.maximumKeys) {
        pool = ConnectionPool(address, connections: max(1, connections))
        self.batchKeys = batchKeys
    }

    package func add(_ code: IssuedCode) async throws(StoreError) {
        let isKept = try await pool.run { session throws(Fault) in try CodeQueries(session).add(code) }
        if !isKept { throw .taken }
    }

    package func claim(
        code hash: [UInt8], accepting accepted: Set<TestType>, token: NewToken, now: Int64
    ) async throws(StoreError) -> ClaimOutcome {
        try await step { session throws(Fault) in
            try CodeQueries(session).claim(hash, accepting: accepted, token: token, now: now)
        }
    }

    package func bind(token hash: [UInt8], to mac: [UInt8], now: Int64) async throws(StoreError) -> BindOutcome {
        try await step { session throws(Fault) in try CodeQueries(session).bind(hash, to: mac, now: now) }
    }

    package func publish(_ publish: NewPublish, now: Int64) async throws(StoreError) -> PublishOutcome {
        try await pool.run { session throws(Fault) in
            try session.transaction { session throws(Fault) in try KeyQueries(session).publish(publish, now: now) }
        }
    }

    package func revoke(_ keys: [[UInt8]]) async throws(StoreError) -> Int {
        try await step { session throws(Fault) in try KeyQueries(session).revoke(keys) }
    }

    package func add(week: ISOWeek, province: String) async throws(StoreError) {
        // As a transaction: what fails while it is settled is not counted again.
        try await step { session throws(Fault) in try AdoptionQueries(session).add(week, province) }
    }

    package func counts(weeks: ClosedRange<ISOWeek>) async throws(StoreError) -> [AdoptionCount] {
        try await pool.run { session throws(Fault) in try AdoptionQueries(session).counts(weeks) }
    }

    package func exclusively<Answer: Sendable>(
        _ body: @Sendable () async throws -> Answer
    ) async throws -> Answer? {
        let connection = try await pool.connection()
        let isHeld = try await pool.run(on: connection) { session throws(Fault) in
            try session.one("SELECT pg_try_advisory_lock($1)", [PostgresStore.exportLock])?.integer(0) == 1
        }
        guard isHeld else { return nil }
        do {
            let answer = try await PostgresStore.$export.withValue(Export(pool: pool, connection: connection)) {
                try await body()
            }
            await release(connection)
            return answer
        } catch {
            await release(connection)
            throw error
        }
    }

    /// Lets the lock go now; the database does it by itself when the connection is gone.
    private func release(_ connection: Connection) async {
        _ = try? await pool.run(on: connection) { session throws(Fault) in
            try session.ask("SELECT pg_advisory_unlock($1)", [PostgresStore.exportLock])
        }
    }

    package func beginBatch(
        region: ExportRegion, format: BeaconFormat, sizes: ExportSizes, now: Int64
    ) async throws(StoreError) -> ExportBatch? {
        try await exporting { session throws(Fault) in
            try session.transaction { session throws(Fault) in
                try BatchQueries(session).begin(region, format, sizes, most: batchKeys, now: now)
            }
        }
    }

    package func finishBatch(_ batch: ExportBatch, files: [ExportFile], now: Int64) async throws(StoreError) {
        try await exporting { session throws(Fault) in
            try session.step { session throws(Fault) in try BatchQueries(session).finish(batch, files, now: now) }
        }
    }

    package func files(region: String) async throws(StoreError) -> [ExportFile] {
        try await exporting { session throws(Fault) in try BatchQueries(session).files(region) }
    }

    package func retire(now: Int64, keysBefore: Int64) async throws(StoreError) -> [String] {
        try await exporting { session throws(Fault) in
            try session.step { session throws(Fault) in
                try CodeQueries(session).retire(now)
                try KeyQueries(session).retire(now: now, keysBefore: keysBefore)
                return try BatchQueries(session).retire(before: keysBefore)
            }
        }
    }

    /// One step on any connection.
    func step<Answer: Sendable>(
        _ body: @escaping @Sendable (Session) throws(Fault) -> Answer
    ) async throws(StoreError) -> Answer {
        try await pool.run { session throws(Fault) in
            try session.step { session throws(Fault) in try body(session) }
        }
    }

    /// Within `exclusively` on the connection that holds the lock.
    private func exporting<Answer: Sendable>(
        _ body: @escaping @Sendable (Session) throws(Fault) -> Answer
    ) async throws(StoreError) -> Answer {
        if let export = PostgresStore.export, export.pool === pool {
            return try await pool.run(on: export.connection, body)
        }
        return try await pool.run(body)
    }
}

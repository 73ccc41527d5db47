// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel
package import Beacon
internal import Foundation
internal import GRDB

/// The store in one folder on this machine: SQLite with a write-ahead log. What was answered survives a power cut.
package struct EmbeddedStore: Store {
    private let pool: DatabasePool
    private let commits: CommitQueue
    private let lockPath: String
    private let batchKeys: Int

    /// Opens the store in `folder`, or makes it. A batch has at most `batchKeys` keys.
    package init(folder: String, batchKeys: Int = ExportBatch.maximumKeys) throws(StoreError) {
        self.batchKeys = batchKeys
        var configuration = Configuration()
        // Several processes share the file: the server, and commands that an official runs.
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        lockPath = folder + "/export.lock"
        do {
            // SQLite gives the files beside it the same permissions.
            try DurableFile.touch(folder + "/authority.sqlite", permissions: 0o600)
            pool = try DatabasePool(path: folder + "/authority.sqlite", configuration: configuration)
            try EmbeddedSchema.prepare(pool)
            commits = CommitQueue(pool)
        } catch let error as StoreError {
            throw error
        } catch {
            throw .failed("\(error)")
        }
    }

    package func add(_ code: IssuedCode) async throws(StoreError) {
        try await run { () in try await commits.write { database in try CodeTable(database).add(code) } }
    }

    package func claim(
        code hash: [UInt8], accepting accepted: Set<TestType>, token: NewToken, now: Int64
    ) async throws(StoreError) -> ClaimOutcome {
        try await run { () in
            try await commits.write { database in
                try CodeTable(database).claim(hash, accepting: accepted, token: token, now: now)
            }
        }
    }

    package func bind(token hash: [UInt8], to mac: [UInt8], now: Int64) async throws(StoreError) -> BindOutcome {
        try await run { () in
            try await commits.write { database in try CodeTable(database).bind(hash, to: mac, now: now) }
        }
    }

    package func publish(_ publish: NewPublish, now: Int64) async throws(StoreError) -> PublishOutcome {
        try await run { () in
            do {
                return try await commits.write { database in try KeyTable(database).publish(publish, now: now) }
            } catch let fault as RevisionFault {
                // Thrown, so that what was written before it is taken back.
                return .refused(fault)
            }
        }
    }

    package func revoke(_ keys: [[UInt8]]) async throws(StoreError) -> Int {
        try await write { database in try KeyTable(database).revoke(keys) }
    }

    package func exclusively<Answer: Sendable>(
        _ body: @Sendable () async throws -> Answer
    ) async throws -> Answer? {
        guard let lock = try FileLock(lockPath) else { return nil }
        let answer = try await body()
        lock.release()
        return answer
    }

    package func beginBatch(
        region: ExportRegion, format: BeaconFormat, sizes: ExportSizes, now: Int64
    ) async throws(StoreError) -> ExportBatch? {
        let count = try await write { database in
            try BatchTable(database).begin(region, format, sizes, most: batchKeys, now: now)
        }
        // A million keys are read back for seconds, in which others write. A key that is revised just before is told as it is by
        // then, as in a batch that comes again after a crash, and is due once more.
        var batch = try await read { database in try BatchTable(database).unfinished(region, format, sizes) }
        batch?.isLast = count > 0 && count < batchKeys
        return batch
    }

    package func finishBatch(_ batch: ExportBatch, files: [ExportFile], now: Int64) async throws(StoreError) {
        try await write { database in try BatchTable(database).finish(batch, files, now: now) }
    }

    package func files(region: String) async throws(StoreError) -> [ExportFile] {
        try await run { () in try await pool.read { database in try BatchTable(database).files(region) } }
    }

    package func retire(now: Int64, keysBefore: Int64) async throws(StoreError) -> [String] {
        try await write { database in
            try CodeTable(database).retire(now)
            try KeyTable(database).retire(now: now, keysBefore: keysBefore)
            return try BatchTable(database).retire(before: keysBefore)
        }
    }

    package func add(week: ISOWeek, province: String) async throws(StoreError) {
        try await write { database in try AdoptionTable(database).add(week, province) }
    }

    package func counts(weeks: ClosedRange<ISOWeek>) async throws(StoreError) -> [AdoptionCount] {
        try await run { () in try await pool.read { database in try AdoptionTable(database).counts(weeks) } }
    }

    func read<Answer: Sendable>(
        _ body: @Sendable (Database) throws -> Answer
    ) async throws(StoreError) -> Answer {
        try await run { () in try await pool.read { database in try body(database) } }
    }

    func write<Answer: Sendable>(
        _ body: @Sendable (Database) throws -> Answer
    ) async throws(StoreError) -> Answer {
        try await run { () in try await pool.write { database in try body(database) } }
    }

    private func run<Answer>(_ body: () async throws -> Answer) async throws(StoreError) -> Answer {
        do {
            return try await body()
        } catch let error as StoreError {
            throw error
        } catch {
            throw .failed("\(error)")
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Beacon

/// A store whose answers are timed.
struct MeasuredStore: Store {
    let store: any Store
    private let metrics: Metrics

    init(_ store: any Store, _ metrics: Metrics) {
        self.store = store
        self.metrics = metrics
    }

    private func timed<Answer, Fault>(
        _ operation: String, _ body: () async throws(Fault) -> Answer
    ) async throws(Fault) -> Answer {
        let begin = ContinuousClock.now
        defer { metrics.measure(operation, (ContinuousClock.now - begin) / .seconds(1)) }
        return try await body()
    }

    func add(_ code: IssuedCode) async throws(StoreError) {
        try await timed("issue") { () async throws(StoreError) in try await store.add(code) }
    }

    func claim(
        code hash: [UInt8], accepting accepted: Set<TestType>, token: NewToken, now: Int64
    ) async throws(StoreError) -> ClaimOutcome {
        try await timed("claim") { () async throws(StoreError) in
            try await store.claim(code: hash, accepting: accepted, token: token, now: now)
        }
    }

    func bind(token hash: [UInt8], to mac: [UInt8], now: Int64) async throws(StoreError) -> BindOutcome {
        try await timed("bind") { () async throws(StoreError) in
            try await store.bind(token: hash, to: mac, now: now)
        }
    }

    func publish(_ publish: NewPublish, now: Int64) async throws(StoreError) -> PublishOutcome {
        try await timed("publish") { () async throws(StoreError) in try await store.publish(publish, now: now) }
    }

    func revoke(_ keys: [[UInt8]]) async throws(StoreError) -> Int {
        try await timed("revoke") { () async throws(StoreError) in try await store.revoke(keys) }
    }

    /// Not timed: it holds a whole export.
    func exclusively<Answer: Sendable>(_ body: @Sendable () async throws -> Answer) async throws -> Answer? {
        try await store.exclusively(body)
    }

    func beginBatch(
        region: ExportRegion, format: BeaconFormat, sizes: ExportSizes, now: Int64
    ) async throws(StoreError) -> ExportBatch? {
        try await timed("begin_batch") { () async throws(StoreError) in
            try await store.beginBatch(region: region, format: format, sizes: sizes, now: now)
        }
    }

    func finishBatch(_ batch: ExportBatch, files: [ExportFile], now: Int64) async throws(StoreError) {
        try await timed("finish_batch") { () async throws(StoreError) in
            try await store.finishBatch(batch, files: files, now: now)
        }
    }

    func files(region: String) async throws(StoreError) -> [ExportFile] {
        try await timed("files") { () async throws(StoreError) in try await store.files(region: region) }
    }

    func retire(now: Int64, keysBefore: Int64) async throws(StoreError) -> [String] {
        try await timed("retire") { () async throws(StoreError) in
            try await store.retire(now: now, keysBefore: keysBefore)
        }
    }

    func add(week: ISOWeek, province: String) async throws(StoreError) {
        try await timed("count") { () async throws(StoreError) in try await store.add(week: week, province: province) }
    }

    func counts(weeks: ClosedRange<ISOWeek>) async throws(StoreError) -> [AdoptionCount] {
        try await timed("counts") { () async throws(StoreError) in try await store.counts(weeks: weeks) }
    }
}

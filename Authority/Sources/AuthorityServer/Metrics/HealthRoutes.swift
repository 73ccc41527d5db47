// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
internal import Beacon
internal import Cases
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import Synchronization

/// How the server is: `/readyz`, whether everything is as it should be, and, on a listener of its own, `/metrics`.
struct HealthRoutes: Sendable {
    /// Bytes below which there is no room for another export.
    static let leastFree: Int64 = 64 << 20

    private let authority: Authority
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let freeBytes: @Sendable (String) -> Int64?
    private let start: Int64
    /// What is wrong with policies, by region. Whoever collects the numbers asks often.
    private let policyTroubles = ToldTroubles()

    init(
        _ authority: Authority, logger: Logger, now: @escaping @Sendable () -> Timestamp,
        freeBytes: @escaping @Sendable (String) -> Int64? = { DurableFile.freeBytes(at: $0) }
    ) {
        self.authority = authority
        self.logger = logger
        self.now = now
        self.freeBytes = freeBytes
        start = now().seconds
    }

    /// `health` is what `/healthz` answers.
    func add(to router: Router<AuthorityContext>, health: @escaping @Sendable () async throws -> Response) {
        router.get("readyz") { _, _ in
            let health = try await health()
            let troubles = troubles()
            return health.status == .ok && !troubles.isEmpty ? refusal(troubles) : health
        }
    }

    /// For the listener that only this machine reaches.
    func addMetrics(to router: Router<AuthorityContext>) {
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: authority.metrics.exposition(gauges()))))
        }
    }

    private func refusal(_ troubles: [String]) -> Response {
        Response(
            status: .serviceUnavailable,
            body: .init(byteBuffer: ByteBuffer(string: troubles.map { $0 + "\n" }.joined())))
    }

    /// What keeps devices from being warned although requests are answered.
    private func troubles() -> [String] {
        var troubles: [String] = []
        let limit = Int64(authority.settings.exportMinutes) * 60 * 3
        if exportAge > limit { troubles.append("no export for \(exportAge / 60) minutes") }
        if let free = freeBytes(authority.publicPath), free < HealthRoutes.leastFree {
            troubles.append("the disk is full")
        }
        return troubles
    }

    private var exportAge: Int64 { max(0, now().seconds &- (authority.metrics.lastExport ?? start)) }

    private func gauges() -> [(gauge: Metrics.Gauge, labels: Metrics.Labels, value: Double)] {
        var gauges: [(gauge: Metrics.Gauge, labels: Metrics.Labels, value: Double)] = []
        if let last = authority.metrics.lastExport { gauges.append((.lastExport, [], Double(last))) }
        gauges.append((.exportAge, [], Double(exportAge)))
        if let free = freeBytes(authority.publicPath) { gauges.append((.freeBytes, [], Double(free))) }
        for region in authority.settings.regions {
            gauges.append((.policyUntil, [.init(name: "region", value: region)], Double(policyEnd(region))))
        }
        return gauges
    }

    /// Until when a region's policy is good, in Unix seconds: 0, which no alarm overlooks, where there is none, or none that can be read.
    private func policyEnd(_ region: String) -> Int64 {
        do {
            let policy = try PolicyDesk(authority).policy(of: region)
            policyTroubles.end(of: region)
            return policy?.document.validUntil.seconds ?? 0
        } catch {
            if policyTroubles.isNews("\(error)", of: region) {
                logger.error("the policy of \(region) cannot be read: \(error)")
            }
            return 0
        }
    }
}

/// Troubles that were told, each of them once until it is over or another.
private final class ToldTroubles: Sendable {
    private let told = Mutex<[String: String]>([:])

    /// Remembers a trouble of `subject`; answers whether it was not told yet.
    func isNews(_ trouble: String, of subject: String) -> Bool {
        told.withLock { $0.updateValue(trouble, forKey: subject) != trouble }
    }

    /// Forgets what was wrong with `subject`.
    func end(of subject: String) { told.withLock { $0[subject] = nil } }
}

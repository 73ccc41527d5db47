// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
internal import Beacon
internal import Cases
internal import Hummingbird
internal import NIOCore

/// How the server is: `/readyz`, whether everything is as it should be, and, on a listener of its own, `/metrics`.
struct HealthRoutes: Sendable {
    /// Bytes below which there is no room for another export.
    static let leastFree: Int64 = 64 << 20

    private let authority: Authority
    private let now: @Sendable () -> Timestamp
    private let freeBytes: @Sendable (String) -> Int64?
    private let start: Int64

    init(
        _ authority: Authority, now: @escaping @Sendable () -> Timestamp,
        freeBytes: @escaping @Sendable (String) -> Int64? = { DurableFile.freeBytes(at: $0) }
    ) {
        self.authority = authority
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
            guard let policy = try? PolicyDesk(authority).policy(of: region) else { continue }
            gauges.append(
                (.policyUntil, [.init(name: "region", value: region)], Double(policy.document.validUntil.seconds)))
        }
        return gauges
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore

/// Writes down that officials and API keys were refused something. Of what somebody is refused again and again a few are written down
/// at once and then one a minute, so that nobody fills the log by asking.
actor RefusalLog {
    private static let rate = Rate(burst: 10, seconds: 60)
    private static let start = ContinuousClock.now

    private let store: any ConsoleStore
    private var rates = RateLimiter(RefusalLog.rate)

    init(_ store: any ConsoleStore) { self.store = store }

    /// Writes down that `who`, who came by `way`, was refused what `detail` says: a word of the program's, never what was typed.
    func record(
        _ action: AuditEntry.Action, who: String, way: String, detail: String, now: Int64
    ) async throws(StoreError) {
        let steady = (ContinuousClock.now - RefusalLog.start) / .seconds(1)
        guard rates.take("\(way) \(action.rawValue) \(who)", now: steady) == nil else { return }
        try await store.record(AuditEntry(time: now, who: who, way: way, action: action, detail: detail))
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Beacon
internal import Cases

/// Published keys. Rows of keys are written and locked in the order of the keys' bytes, so that two publishes never wait for each
/// other.
struct KeyQueries {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func publish(_ publish: NewPublish, now: Int64) throws(Fault) -> Verdict<PublishOutcome> {
        // Another server that takes the same certificate at this moment is waited for here.
        let isNew = try session.ask(
            "INSERT INTO certificates (certificate, expires) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            [.bytes(publish.certificate), .integer(publish.certificateExpires)])
        guard isNew == 1 else {
            let row = try session.one(
                "SELECT owned FROM certificates WHERE certificate = $1", [.bytes(publish.certificate)])
            return .keep(.repeated(owned: OwnedKeys(rawValue: row?.integer(0) ?? 0)))
        }
        // What nobody knows need not be taken back.
        var fresh = try insert(publish.keys.filter { $0.reportType != .revoked }, publish.region)
        let inserted = fresh.count
        let known = try lock(publish.keys.map(\.key.bytes).filter { !fresh.contains($0) })
        var owned: OwnedKeys = []
        var revised = 0
        for (key, place) in zip(publish.keys, publish.places) {
            if fresh.remove(key.key.bytes) != nil {
                owned.insert(OwnedKeys(place: place))
                continue
            }
            guard let before = known[key.key.bytes] else { continue }
            let hasToken = publish.known.contains(key.key.bytes)
            if hasToken { owned.insert(OwnedKeys(place: place)) }
            switch KeyRevision(of: before, offered: key, hasToken: hasToken) {
            case .same: break
            case .refused(let fault): return .takeBack(.refused(fault))
            case .revised(let later):
                try revise(later)
                revised += 1
            }
        }
        try session.ask(
            "UPDATE certificates SET owned = $1 WHERE certificate = $2",
            [.integer(owned.rawValue), .bytes(publish.certificate)])
        // A number of the day and nothing else: which keys came with this one is not told from it.
        if let first = publish.keys.first {
            try FigureQueries(session).count(first.reportType == .recursive ? .f1 : .f0, now: now)
        }
        return .keep(.stored(inserted: inserted, revised: revised, owned: owned))
    }

    /// Inserts those keys that nobody published before; answers them.
    private func insert(_ keys: [CaseKey], _ region: String) throws(Fault) -> Set<[UInt8]> {
        var inserted: Set<[UInt8]> = []
        try session.ask(
            """
            INSERT INTO keys (key, start, period, report, onset, risk, release, region)
            SELECT offered.*, $8 FROM unnest($1, $2, $3, $4, $5, $6, $7)
                AS offered (key, start, period, report, onset, risk, release)
            ORDER BY key ON CONFLICT DO NOTHING RETURNING key
            """,
            [
                .rows(keys.map(\.key.bytes)), .integers(keys.map { Int64($0.rollingStart) }),
                .integers(keys.map { Int64($0.rollingPeriod) }), .integers(keys.map { Int64($0.reportType.rawValue) }),
                .integers(keys.map { $0.daysSinceOnset.map { Int64($0) } }),
                .integers(keys.map { Int64($0.transmissionRisk) }), .integers(keys.map(\.release)), .text(region),
            ]
        ) { row in if let key = row.bytes(0) { inserted.insert(key) } }
        return inserted
    }

    /// What is known of `keys`, kept from changing until the transaction ends.
    private func lock(_ keys: [[UInt8]]) throws(Fault) -> [[UInt8]: CaseKey] {
        guard !keys.isEmpty else { return [:] }
        var known: [[UInt8]: CaseKey] = [:]
        try session.ask(
            "SELECT \(CaseKey.columns) FROM keys WHERE key = ANY ($1) ORDER BY key FOR UPDATE", [.rows(keys)]
        ) { row in if let key = CaseKey(row) { known[key.key.bytes] = key } }
        try complain(of: keys.filter { known[$0] == nil })
        return known
    }

    /// Throws when one of these keys, which could not be locked, is there: a batch wrote it anew at that moment.
    private func complain(of missing: [[UInt8]]) throws(Fault) {
        guard !missing.isEmpty else { return }
        let row = try session.one("SELECT count(*) FROM keys WHERE key = ANY ($1)", [.rows(missing)])
        guard row?.integer(0) == 0 else { throw .again("a key is being moved") }
    }

    /// Takes `keys` back; those that are not there, or were taken back before, stay as they are. Answers how many it took back.
    func revoke(_ keys: [[UInt8]]) throws(Fault) -> Int {
        _ = try lock(keys)
        return try session.ask(
            "UPDATE keys SET report = $1, revision = revision + 1 WHERE key = ANY ($2) AND report <> $1",
            [.integer(Int64(ReportType.revoked.rawValue)), .rows(keys)])
    }

    private func revise(_ key: CaseKey) throws(Fault) {
        try session.ask(
            "UPDATE keys SET report = $1, onset = $2, risk = $3, revision = revision + 1 WHERE key = $4",
            [
                .integer(Int64(key.reportType.rawValue)), SQLValue(key.daysSinceOnset),
                .integer(Int64(key.transmissionRisk)), .bytes(key.key.bytes),
            ])
    }

    func retire(now: Int64, keysBefore: Int64) throws(Fault) {
        try session.ask("DELETE FROM certificates WHERE expires < $1", [.integer(now &- 3600)])
        // Without its keys a batch that was begun would become other files than those that may be there already.
        try session.ask(
            """
            DELETE FROM keys WHERE release < $1 AND NOT EXISTS (
                SELECT 1 FROM placements AS p JOIN batches ON batches.number = p.batch
                WHERE p.key = keys.key AND batches.finished IS NULL AND batches."end" >= $2)
            """, [.integer(keysBefore &+ CaseKey.embargo), .integer(keysBefore)])
        try session.ask(
            "DELETE FROM placements WHERE NOT EXISTS (SELECT 1 FROM keys WHERE keys.key = placements.key)")
    }
}

extension CaseKey {
    /// The columns of keys that make a key.
    static let columns = "keys.key, keys.start, keys.period, keys.report, keys.onset, keys.risk"

    /// The key in a row of `columns`; nil for bytes of no format.
    init?(_ row: Row) {
        guard let bytes = row.bytes(0), let start = row.integer(1), let period = row.integer(2),
            let report = row.integer(3), let risk = row.integer(5)
        else { return nil }
        let format: BeaconFormat = bytes.count == BeaconFormat.bluezone.keyLength ? .bluezone : .exposureNotification
        guard let key = DailyKey(format: format, bytes: bytes) else { return nil }
        self.init(
            key: key, rollingStart: UInt32(clamping: start), rollingPeriod: UInt32(clamping: period),
            reportType: ReportType(rawValue: Int32(clamping: report)) ?? .unknown,
            daysSinceOnset: row.integer(4).map { Int32(clamping: $0) }, transmissionRisk: Int32(clamping: risk))
    }
}

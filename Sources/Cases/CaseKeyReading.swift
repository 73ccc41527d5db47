// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

extension CaseKeyStore {
    /// The imports that count and have a key in use on `day` or later, older ones first.
    package func imports(since day: UTCDay) -> [ImportRecord] {
        ledger.counting.sorted(by: ImportRecord.isOlder).filter { ($0.lastDay ?? day) >= day }
    }

    /// The last revision of every key that was revised, and the imports that are damaged and were left out, by name.
    /// Revisions among the same imports are the same: `CaseRevisions.origin` tells them from others.
    package func revisions() throws(CaseError) -> (CaseRevisions, damaged: [CaseError]) {
        var revisions = CaseRevisions()
        var damaged: [CaseError] = []
        for record in ledger.counting.sorted(by: ImportRecord.isOlder) where record.revisedKeyCount > 0 {
            var next = revisions
            do throws(CaseError) {
                _ = try StoredImport.read(record.name, in: folder) { key, list in
                    if list == .revisedKeys { next.add(key, record.digest) }
                }
            } catch {
                guard case .damagedImport = error else { throw error }
                damaged.append(error)
                continue
            }
            revisions = next
            revisions.origin.append(record.digest)
        }
        return (revisions, damaged)
    }

    /// Hands over, as a stream, the keys of one import that were in use on `day` or later.
    ///
    /// **They count only when this returns**: the file is read once, and whether its bytes are those that were imported shows
    /// behind the last one. So whoever uses them keeps what came of them aside, and drops it when an error is thrown:
    /// `damagedImport`, or what `each` throws.
    ///
    /// A key that a later import revises has the revision's fields and comes with the import that revised it; a revoked
    /// key does not come at all. A key that two exports publish alike comes twice.
    package func readKeys(
        of record: ImportRecord, since day: UTCDay, _ revisions: CaseRevisions,
        each: (CaseKey) throws(CaseError) -> Void
    ) throws(CaseError) {
        let first = max(0, Int64(day.number) * 144)
        _ = try StoredImport.read(record.name, in: folder) { (key, list) throws(CaseError) in
            guard Int64(key.rollingStart) + Int64(key.rollingPeriod) > first else { return }
            if revisions.isEmpty || revisions.lets(key, list, of: record.digest) { try each(key) }
        }
    }
}

/// The later states of keys that were published before.
package struct CaseRevisions: Sendable {
    /// SHA-256 of the exports that brought them, older ones first.
    package fileprivate(set) var origin: [[UInt8]] = []
    private var last: [Identity: Revision] = [:]

    package init() {}

    var isEmpty: Bool { last.isEmpty }

    /// The keys that were taken back.
    package var revoked: [CaseKey] { last.values.map(\.key).filter { $0.reportType == .revoked } }

    /// What makes a key the same key in two exports.
    private struct Identity: Hashable {
        let key: DailyKey
        let rollingStart: UInt32

        init(_ key: CaseKey) {
            self.key = key.key
            self.rollingStart = key.rollingStart
        }
    }

    /// A key's later state, and the import that brought it.
    private struct Revision {
        let key: CaseKey
        let digest: [UInt8]
    }

    /// Enters a revision; a key once revoked stays so.
    fileprivate mutating func add(_ key: CaseKey, _ digest: [UInt8]) {
        let identity = Identity(key)
        guard last[identity]?.key.reportType != .revoked else { return }
        last[identity] = Revision(key: key, digest: digest)
    }

    /// Whether a key as it stands in a list of the import `digest` is that key's last state, and counts.
    fileprivate func lets(_ key: CaseKey, _ list: CaseKeyList, of digest: [UInt8]) -> Bool {
        guard let revision = last[Identity(key)] else { return true }
        return list == .revisedKeys && revision.digest == digest && revision.key == key && key.reportType != .revoked
    }
}

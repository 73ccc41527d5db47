// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

extension CaseKeyStore {
    /// Hands over every case key that counts and was in use on `since` or later, as a stream, and answers what was
    /// damaged and left out, by name: one damaged import does not take others down.
    ///
    /// `among` narrows it to some imports, as those that have just come. A key that a later import revises has the
    /// revision's fields and comes once, with the import that revised it; a revoked key does not come at all. A key
    /// that two exports publish alike comes twice.
    package func readKeys(
        since: UTCDay, among wanted: [ImportRecord]? = nil, each: (CaseKey) throws(CaseError) -> Void
    ) throws(CaseError) -> [CaseError] {
        let counting = ledger.counting.sorted(by: ImportRecord.isOlder)
        let digests = wanted.map { Set($0.map(\.digest)) }
        var damaged: [CaseError] = []
        let revisions = try self.revisions(of: counting, &damaged)
        for record in counting where digests?.contains(record.digest) ?? true {
            if let lastDay = record.lastDay, lastDay < since { continue }
            try read(record, &damaged) { (key, list) throws(CaseError) in
                guard key.lastDay >= since else { return }
                guard let revision = revisions[KeyIdentity(key)] else { return try each(key) }
                let isRevision = list == .revisedKeys && revision.digest == record.digest && revision.key == key
                if isRevision && key.reportType != .revoked { try each(key) }
            }
        }
        return damaged
    }

    /// The last revision of every key that was revised. A key once revoked stays so.
    private func revisions(
        of records: [ImportRecord], _ damaged: inout [CaseError]
    ) throws(CaseError) -> [KeyIdentity: Revision] {
        var revisions: [KeyIdentity: Revision] = [:]
        for record in records where record.revisedKeyCount > 0 {
            try read(record, &damaged) { (key, list) throws(CaseError) in
                let identity = KeyIdentity(key)
                guard list == .revisedKeys, revisions[identity]?.key.reportType != .revoked else { return }
                revisions[identity] = Revision(key: key, digest: record.digest)
            }
        }
        return revisions
    }

    private func read(
        _ record: ImportRecord, _ damaged: inout [CaseError],
        _ each: (CaseKey, CaseKeyList) throws(CaseError) -> Void
    ) throws(CaseError) {
        do throws(CaseError) {
            _ = try StoredImport.read(record.name, in: folder, each: each)
        } catch {
            guard case .damagedImport = error else { throw error }
            if !damaged.contains(error) { damaged.append(error) }
        }
    }
}

/// What makes a key the same key in two exports.
private struct KeyIdentity: Hashable {
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

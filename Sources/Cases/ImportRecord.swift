// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// What files belong to one batch: they say the same of themselves but for their number.
package struct BatchIdentity: Hashable, Sendable {
    package var start: Timestamp
    package var end: Timestamp
    package var region: String
    /// Files in the batch.
    package var size: Int32
    /// The format of the keys; nil for a file without keys, which is then a batch apart.
    package var format: BeaconFormat?
}

/// One case export that was imported.
package struct ImportRecord: Hashable, Sendable {
    /// SHA-256 of its export.bin, 32 bytes: the same export is never imported twice.
    package var digest: [UInt8]
    package var batch: BatchIdentity
    /// Its number in the batch, from 1.
    package var number: Int32
    package var keyCount: Int
    package var revisedKeyCount: Int
    /// The last UTC day in which one of its keys was in use; nil for a file without keys.
    package var lastDay: UTCDay?
    package var importedOn: UTCDay
    /// Its keys were retired and are no longer stored; the record only keeps it from being imported again.
    package var isSpent = false

    package init(_ receipt: CaseExportReceipt, importedOn: UTCDay) {
        digest = receipt.digest
        batch = BatchIdentity(
            start: receipt.header.start, end: receipt.header.end, region: receipt.header.region,
            size: receipt.header.batchSize, format: receipt.format)
        number = receipt.header.batchNumber
        keyCount = receipt.keyCount
        revisedKeyCount = receipt.revisedKeyCount
        lastDay = receipt.lastDay
        self.importedOn = importedOn
    }

    /// The digest as hexadecimal digits, which names the import in messages and on disk.
    package var name: String { digest.hex }

    /// Older exports before newer ones, so that a later revision of a key is read last.
    static func isOlder(_ a: ImportRecord, _ b: ImportRecord) -> Bool {
        if a.batch.end != b.batch.end { return a.batch.end < b.batch.end }
        if a.batch.start != b.batch.start { return a.batch.start < b.batch.start }
        return a.number != b.number ? a.number < b.number : a.name < b.name
    }
}

/// Which case exports were imported, and which of them count: a file is imported once, and a batch counts only when
/// all its files are there.
package struct ImportLedger: Hashable, Sendable {
    /// All imports in the order in which they were made.
    package private(set) var records: [ImportRecord] = []

    package init() {}

    /// Whether an export with this SHA-256 was imported before.
    package func contains(_ digest: [UInt8]) -> Bool { records.contains { $0.digest == digest } }

    /// Enters an import; one that is there already stays as it was.
    package mutating func add(_ record: ImportRecord) {
        if !contains(record.digest) { records.append(record) }
    }

    /// Takes imports out, so that they could be made again.
    package mutating func remove(where isUnwanted: (ImportRecord) -> Bool) { records.removeAll(where: isUnwanted) }

    /// How many files a batch still lacks; 0 when it counts.
    package func missing(of batch: BatchIdentity) -> Int {
        let numbers = Set(records.lazy.filter { $0.batch == batch }.map(\.number))
        return max(0, Int(batch.size) - numbers.count)
    }

    /// The imports whose keys count: those of whole batches whose keys are still stored.
    package var counting: [ImportRecord] {
        let numbers = Dictionary(grouping: records, by: \.batch).mapValues { Set($0.map(\.number)).count }
        return records.filter { !$0.isSpent && numbers[$0.batch] == Int($0.batch.size) }
    }

    /// Retires imports none of whose keys was in use on `day` or later, and answers those whose keys may go. A record
    /// outlives its keys until `day` has passed its import, so that a server's old files are not taken up again.
    package mutating func retire(before day: UTCDay) -> [ImportRecord] {
        var spent: [ImportRecord] = []
        for index in records.indices where !records[index].isSpent && (records[index].lastDay ?? .distantPast) < day {
            spent.append(records[index])
            records[index].isSpent = true
        }
        records.removeAll { $0.isSpent && $0.importedOn < day }
        return spent
    }
}

extension UTCDay {
    /// Before every day that a key can name.
    fileprivate static let distantPast = UTCDay(number: .min)
}

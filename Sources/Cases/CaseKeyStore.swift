// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
internal import Platform

/// What became of an export that was offered for import.
package enum ImportOutcome: Hashable, Sendable {
    /// It was imported and its batch is whole: the keys of these imports count from now on.
    case counts([ImportRecord])
    /// It was imported, and counts when so many more files of its batch have come.
    case waits(ImportRecord, missing: Int)
    /// It was imported before; nothing changed.
    case known
    /// None of its keys can be compared any more; nothing changed.
    case spent
}

/// Which exports are taken in, besides that their signature must be good.
package struct ImportRules: Hashable, Sendable {
    /// Days after its window's end from which on an export is a replay: no server lists it, and no spool has held it, for so long.
    static let longestLife = 60

    /// The regions whose exports count; nil for any. An export that names no region is for all.
    package var regions: Set<String>?
    package var now: Timestamp
    /// The oldest day of keys that are compared.
    package var oldest: UTCDay

    package init(regions: Set<String>?, now: Timestamp, oldest: UTCDay) {
        self.regions = regions
        self.now = now
        self.oldest = oldest
    }

    /// Throws for an export that must not be there; false for one that is of no use any more.
    fileprivate func admit(_ receipt: CaseExportReceipt) throws(CaseError) -> Bool {
        let header = receipt.header
        if let regions, !header.region.isEmpty, !regions.contains(header.region) {
            throw .otherRegion(header.region, expected: regions.sorted())
        }
        // A file that is silent about its window is judged by its keys alone.
        if header.end.seconds > 0 {
            if header.end > now.advanced(by: .seconds(86_400)) { throw .premature(header.end.day) }
            if header.end.day < now.day.advanced(by: -ImportRules.longestLife) { throw .replayed(header.end.day) }
        }
        return (receipt.lastDay ?? header.end.day) >= oldest
    }
}

/// The case keys that the daemon has imported: a folder with each verified export.bin under the name of its SHA-256,
/// and the ledger of them.
///
/// A crash at any moment leaves the import made or not made: the export's file appears by rename after it is on the
/// medium, and a file that the ledger does not know yet is entered when the store is next opened. All files have
/// permissions 0600. The store has one owner at a time.
package struct CaseKeyStore: Sendable {
    /// The folder, made with permissions 0700 when missing.
    package let folder: String
    /// Which exports were imported, and which count.
    package private(set) var ledger = ImportLedger()
    /// What opening found damaged; it was left where it is and out of the ledger, and can be imported again.
    package private(set) var faults: [CaseError] = []
    /// Imports that a crash kept out of the ledger and opening entered: nobody was told yet that they are there.
    package private(set) var recovered: [ImportRecord] = []

    private var ledgerPath: String { folder + "/ledger" }
    private var incomingPath: String { folder + "/incoming.new" }

    /// Opens the store in `folder`. Throws when the folder cannot be used or the ledger is of a newer version.
    package init(folder: String) throws(CaseError) {
        self.folder = folder
        try system { () throws(SystemError) in try Folder.make(folder) }
        let names = try system { () throws(SystemError) in try Folder.names(in: folder) }
        if names.contains("incoming.new") { try remove(incomingPath) }
        if names.contains("ledger") { try readLedger() }
        let before = ledger
        reconcile(Set(names.compactMap(StoredImport.name(of:))))
        if ledger != before { try save() }
    }

    /// Case keys that count, revised ones among them.
    package var keyCount: Int { ledger.counting.reduce(0) { $0 + $1.keyCount + $1.revisedKeyCount } }

    /// Imports an export that one of `keys` signed, as one step: after an error or a crash nothing of it is there.
    /// `isStopped` is asked often, and ends it with `stopped`.
    package mutating func importExport(
        _ source: CaseSource, signedBy keys: AuthorityKeys, today: UTCDay, rules: ImportRules? = nil,
        isStopped: () -> Bool = { false }
    ) throws(CaseError) -> ImportOutcome {
        let receipt: CaseExportReceipt
        let isOfUse: Bool
        do throws(CaseError) {
            receipt = try receive(source, keys, isStopped)
            isOfUse = try rules?.admit(receipt) ?? true
        } catch {
            try? Folder.remove(incomingPath)
            throw error
        }
        let record = ImportRecord(receipt, importedOn: today)
        if !isOfUse {
            try remove(incomingPath)
            return ledger.contains(record.digest) ? .known : .spent
        }
        if ledger.contains(record.digest) {
            try remove(incomingPath)
            return .known
        }
        let target = folder + "/" + StoredImport.fileName(record.name)
        let incoming = incomingPath
        try system { () throws(SystemError) in try Folder.rename(incoming, to: target) }
        ledger.add(record)
        do throws(CaseError) {
            try save()
        } catch {
            // Refused as a whole: offered again, it must not be known.
            ledger.remove { $0.digest == record.digest }
            try? Folder.remove(target)
            throw error
        }
        let missing = ledger.missing(of: record.batch)
        if missing > 0 { return .waits(record, missing: missing) }
        return .counts(ledger.counting.filter { $0.batch == record.batch })
    }

    /// Drops imports none of whose keys was in use on `day` or later.
    package mutating func retire(before day: UTCDay) throws(CaseError) {
        let before = ledger
        let spent = ledger.retire(before: day)
        if ledger == before { return }
        // First the files: one that outlived its record would be taken up again.
        for record in spent { try remove(folder + "/" + StoredImport.fileName(record.name)) }
        try save()
    }

    /// Removes every import and the ledger.
    package mutating func forget() throws(CaseError) {
        let folder = folder
        let names = try system { () throws(SystemError) in try Folder.names(in: folder) }
        for name in names { try remove(folder + "/" + name) }
        ledger = ImportLedger()
        faults = []
        recovered = []
    }

    private func receive(
        _ source: CaseSource, _ keys: AuthorityKeys, _ isStopped: () -> Bool
    ) throws(CaseError) -> CaseExportReceipt {
        let incoming = incomingPath
        let file = try system { () throws(SystemError) in try File(incoming, .create) }
        var size = 0
        let receipt = try CaseExportReader.read(
            source, trust: .signed(by: keys),
            copy: { (buffer, range) throws(CaseError) in
                if isStopped() { throw .stopped }
                try system { () throws(SystemError) in try file.write(Array(buffer[range]), at: size) }
                size += range.count
            }, each: { _, _ in })
        try system { () throws(SystemError) in try file.synchronize() }
        return receipt
    }

    private mutating func readLedger() throws(CaseError) {
        let path = ledgerPath
        let text = try system { () throws(SystemError) in try Folder.text(of: path) }
        do throws(CaseError) {
            ledger = try ImportLedger(text: text)
        } catch {
            if case .newerLedger = error { throw error }
            // The exports say everything again that the ledger said.
            faults.append(error)
        }
    }

    /// Makes the ledger agree with the files that are there.
    private mutating func reconcile(_ stored: Set<String>) {
        ledger.remove { !$0.isSpent && !stored.contains($0.name) }
        let known = Set(ledger.records.lazy.filter { !$0.isSpent }.map(\.name))
        for name in stored.subtracting(known).sorted() {
            do throws(CaseError) {
                let receipt = try StoredImport.read(name, in: folder) { _, _ in }
                ledger.remove { $0.name == name }
                let record = ImportRecord(receipt, importedOn: receipt.header.end.day)
                ledger.add(record)
                recovered.append(record)
            } catch {
                faults.append(error)
            }
        }
    }

    private func save() throws(CaseError) {
        let (path, bytes) = (ledgerPath, Array(ledger.text.utf8))
        try system { () throws(SystemError) in try Folder.replace(path, with: bytes) }
    }
}

/// Removes a file; one that is gone already is as it should be.
private func remove(_ path: String) throws(CaseError) {
    do {
        try Folder.remove(path)
    } catch {
        if !error.isNotFound { throw .system(error) }
    }
}

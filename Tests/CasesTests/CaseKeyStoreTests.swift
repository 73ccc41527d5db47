// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Foundation
import Platform
import Testing

@testable import Cases

struct CaseKeyStoreTests {
    let today = UTCDay(number: 18_810)
    let signer: CaseSigner
    let authority: AuthorityKeys

    init() throws {
        signer = try sampleSigner()
        authority = AuthorityKeys(named: [try signer.key.publicKey(name: "452-v1")])
    }

    @Test func `an import survives closing and opening`() throws {
        try withFolder { folder in
            var store = try CaseKeyStore(folder: folder + "/cases")
            let keys = sampleKeys(.exposureNotification, count: 20)
            let outcome = try add(keys, to: &store)
            #expect(outcome == .counts(store.ledger.records))
            #expect(try Set(self.keys(of: store)) == Set(keys))
            let again = try CaseKeyStore(folder: folder + "/cases")
            #expect(again.ledger == store.ledger && again.faults.isEmpty)
            #expect(again.keyCount == 20)
            #expect(try Set(self.keys(of: again)) == Set(keys))
        }
    }

    @Test func `files are for their owner only`() throws {
        try withFolder { folder in
            var store = try CaseKeyStore(folder: folder + "/cases")
            _ = try add(sampleKeys(.bluezone, count: 1), to: &store)
            for name in try Folder.names(in: folder + "/cases") {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/cases/" + name)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
        }
    }

    @Test func `a file is imported once`() throws {
        try withFolder { folder in
            var store = try CaseKeyStore(folder: folder)
            let keys = sampleKeys(.bluezone, count: 4)
            _ = try add(keys, to: &store)
            let before = store.ledger
            #expect(try add(keys, to: &store) == .known)
            #expect(store.ledger == before)
            #expect(try self.keys(of: store).count == 4)
        }
    }

    @Test func `a file that is refused leaves nothing behind`() throws {
        try withFolder { folder in
            var store = try CaseKeyStore(folder: folder)
            let stranger = try sampleSigner()
            let writer = try CaseExportWriter(header: sampleHeader, keys: sampleKeys(.bluezone, count: 3000))
            let forged = try writer.archive(signedBy: [stranger])
            #expect(throws: CaseError.badSignature("452-v1")) {
                try store.importExport(.archive(forged), signedBy: authority, today: today)
            }
            #expect(try Folder.names(in: folder) == [])
            #expect(store.keyCount == 0)
        }
    }

    @Test func `the keys of a batch count when its last file has come`() throws {
        try withFolder { folder in
            var store = try CaseKeyStore(folder: folder)
            var header = sampleHeader
            header.batchSize = 2
            header.batchNumber = 2
            let first = try add(sampleKeys(.bluezone, count: 3), header, to: &store)
            #expect(first == .waits(store.ledger.records[0], missing: 1))
            #expect(try keys(of: store).isEmpty && store.keyCount == 0)
            store = try CaseKeyStore(folder: folder)
            header.batchNumber = 1
            let second = try add(sampleKeys(.bluezone, count: 3, from: 10), header, to: &store)
            #expect(second == .counts(store.ledger.records))
            #expect(try keys(of: store).count == 6)
        }
    }

    @Test func `a revised key has its later state, a revoked one is gone for good`() throws {
        try withFolder { folder in
            var store = try CaseKeyStore(folder: folder)
            let keys = sampleKeys(.bluezone, count: 5)
            var header = sampleHeader
            var revised = Array(keys.prefix(3))
            revised[0].reportType = .confirmedTest
            revised[1].reportType = .revoked
            revised[2].reportType = .revoked
            // The later export comes first: what counts is when it was made.
            header.end = Timestamp(seconds: sampleHeader.end.seconds + 86_400)
            _ = try add([], revised: revised, header, to: &store)
            #expect(try self.keys(of: store) == [revised[0]])
            _ = try add(keys, to: &store)
            #expect(try Set(self.keys(of: store)) == [revised[0], keys[3], keys[4]])
            revised[2].reportType = .confirmedTest
            header.end = Timestamp(seconds: sampleHeader.end.seconds + 2 * 86_400)
            _ = try add([], revised: [revised[2]], header, to: &store)
            #expect(try Set(self.keys(of: store)) == [revised[0], keys[3], keys[4]])
        }
    }

    @Test func `old imports go with their files`() throws {
        try withFolder { folder in
            var store = try CaseKeyStore(folder: folder)
            _ = try add(sampleKeys(.bluezone, count: 14), to: &store)
            let lastDay = try #require(store.ledger.records[0].lastDay)
            try store.retire(before: lastDay)
            #expect(store.keyCount == 14)
            try store.retire(before: lastDay.advanced(by: 1))
            #expect(store.keyCount == 0)
            #expect(try Folder.names(in: folder) == ["ledger"])
            #expect(try add(sampleKeys(.bluezone, count: 14), to: &store) == .known)
        }
    }

    @Test func `a damaged import is left out by name, the others are read`() throws {
        try withFolder { folder in
            var store = try CaseKeyStore(folder: folder)
            _ = try add(sampleKeys(.bluezone, count: 3), to: &store)
            _ = try add(sampleKeys(.bluezone, count: 4, from: 50), to: &store)
            let path = folder + "/" + StoredImport.fileName(store.ledger.records[0].name)
            var bytes = try Folder.contents(of: path)
            bytes[100] ^= 4
            try Folder.replace(path, with: bytes)
            #expect(throws: CaseError.damagedImport(path)) {
                try store.readKeys(of: store.ledger.records[0], since: UTCDay(number: 0), CaseRevisions()) { _ in }
            }
            #expect(try keys(of: store, among: [store.ledger.records[1]]).count == 4)
            #expect(try store.revisions().damaged == [])
            // Once the ledger is gone, too, the damaged file is not entered again.
            try Folder.remove(folder + "/ledger")
            let again = try CaseKeyStore(folder: folder)
            #expect(again.faults == [.damagedImport(path)] && again.keyCount == 4)
        }
    }

    @Test(arguments: ["", "bluezone-imports 1\nrubbish\n", "rubbish"])
    func `a damaged ledger is made anew from the files`(text: String) throws {
        try withFolder { folder in
            var store = try CaseKeyStore(folder: folder)
            _ = try add(sampleKeys(.bluezone, count: 3), to: &store)
            try Folder.replace(folder + "/ledger", with: Array(text.utf8))
            let again = try CaseKeyStore(folder: folder)
            #expect(again.faults.count == 1)
            #expect(again.ledger.records.map(\.digest) == store.ledger.records.map(\.digest))
            #expect(try CaseKeyStore(folder: folder).faults.isEmpty)
        }
    }

    @Test func `a newer ledger stops the opening and stays as it is`() throws {
        try withFolder { folder in
            try Folder.replace(folder + "/ledger", with: Array("bluezone-imports 2\n".utf8))
            #expect(throws: CaseError.newerLedger("bluezone-imports 2")) { try CaseKeyStore(folder: folder) }
            #expect(try Folder.text(of: folder + "/ledger") == "bluezone-imports 2\n")
        }
    }

    @Test func `a crash between any two steps leaves the import made or not made`() throws {
        try withFolder { folder in
            var store = try CaseKeyStore(folder: folder)
            _ = try add(sampleKeys(.bluezone, count: 3), to: &store)
            let name = StoredImport.fileName(store.ledger.records[0].name)
            // Before the rename: half a file under its working name.
            try Folder.replace(folder + "/incoming.new", with: [1, 2, 3])
            #expect(try CaseKeyStore(folder: folder).ledger == store.ledger)
            #expect(try Folder.names(in: folder) == [name, "ledger"].sorted())
            // Between the rename and the ledger.
            try Folder.remove(folder + "/ledger")
            let recovered = try CaseKeyStore(folder: folder)
            #expect(recovered.keyCount == 3 && recovered.recovered == recovered.ledger.records)
            #expect(try CaseKeyStore(folder: folder).recovered.isEmpty)
            // Between removing an old file and the ledger.
            try Folder.remove(folder + "/" + name)
            #expect(try CaseKeyStore(folder: folder).ledger.records.isEmpty)
        }
    }

    @Test func `an import that the ledger could not take is not known when it is offered again`() throws {
        try withFolder { folder in
            var store = try CaseKeyStore(folder: folder)
            // A folder in the way of the ledger's new text.
            try Folder.make(folder + "/ledger.new")
            #expect(throws: CaseError.self) { try add(sampleKeys(.bluezone, count: 3), to: &store) }
            #expect(store.ledger.records.isEmpty)
            #expect(try Folder.names(in: folder) == ["ledger.new"])
            #expect(rmdir(folder + "/ledger.new") == 0)
            #expect(try add(sampleKeys(.bluezone, count: 3), to: &store) == .counts(store.ledger.records))
        }
    }

    @Test func `forgetting removes everything`() throws {
        try withFolder { folder in
            var store = try CaseKeyStore(folder: folder)
            _ = try add(sampleKeys(.bluezone, count: 3), to: &store)
            try store.forget()
            #expect(try Folder.names(in: folder) == [] && store.keyCount == 0)
        }
    }

    func add(
        _ keys: [CaseKey], revised: [CaseKey] = [], _ header: CaseExportHeader = sampleHeader,
        to store: inout CaseKeyStore
    ) throws -> ImportOutcome {
        // Two signatures over the same bytes differ, the bytes do not: it is the same export.
        let archive = try CaseExportWriter(header: header, keys: keys, revisedKeys: revised)
            .archive(signedBy: [signer])
        return try store.importExport(.archive(archive), signedBy: authority, today: today)
    }

    func keys(
        of store: CaseKeyStore, since day: UTCDay = UTCDay(number: 0), among records: [ImportRecord]? = nil
    ) throws -> [CaseKey] {
        var keys: [CaseKey] = []
        let (revisions, damaged) = try store.revisions()
        #expect(damaged.isEmpty)
        for record in records ?? store.imports(since: day) {
            try store.readKeys(of: record, since: day, revisions) { (key) throws(CaseError) in keys.append(key) }
        }
        return keys
    }
}

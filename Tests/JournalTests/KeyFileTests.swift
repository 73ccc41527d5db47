// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Platform
import Testing

@testable import Journal

@Suite struct KeyFileTests {
    let day = TestJournal.day

    /// A folder with three days, under a credential or none.
    private func threeDays(_ credential: JournalCredential?) throws -> Medium {
        let storage = ModelStorage()
        let writer = try storage.writer(credential)
        for back in 0..<3 { try writer.record(0..<2, day: day.advanced(by: -back)) }
        return storage.durable
    }

    @Test(arguments: [nil, credential()])
    func `any one byte of the file of keys may break and every key is still read`(_ credential: JournalCredential?)
        throws
    {
        let bytes = try #require(try threeDays(credential)["keys"])
        let whole = try KeyTable(bytes, file: "keys", credential: credential)
        #expect(whole.keys.count == 3 && !whole.isDamaged && whole.isSealed == (credential != nil))
        for index in bytes.indices where index % 4096 < 400 {
            var broken = bytes
            broken[index] ^= 0x40
            let table = try KeyTable(broken, file: "keys", credential: credential)
            #expect(table.keys == whole.keys)
            #expect(table.isDamaged == (index % 4096 < 64 + 3 * 88))
        }
    }

    @Test(arguments: [nil, credential()])
    func `a file of keys cut at any length gives the keys that it still has`(_ credential: JournalCredential?) throws {
        let bytes = try #require(try threeDays(credential)["keys"])
        for length in Array(0..<400) + Array(stride(from: 400, to: bytes.count, by: 97)) {
            guard let table = try? KeyTable(Array(bytes.prefix(length)), file: "keys", credential: credential) else {
                // Sealed, and no entry is whole.
                #expect(credential != nil && length < 64 + 88)
                continue
            }
            #expect(table.keys.count == min(3, max(0, length - 64) / 88))
            #expect(table.isDamaged == (length < 4096 + 64 + 3 * 88))
        }
    }

    @Test func `an entry that is broken in both copies costs its own day`() throws {
        var medium = try threeDays(nil)
        medium.edit("keys") { bytes in
            for copy in 0..<2 { bytes[copy * 4096 + 64 + 88 + 20] ^= 1 }
        }
        let table = try KeyTable(medium["keys"] ?? [], file: "keys", credential: nil)
        #expect(table.keys.count == 2 && table.lostEntries == 1)
        #expect(try medium.sightings(day).count == 2 && medium.sightings(day.advanced(by: -2)).count == 2)
        #expect(try medium.sightings(day.advanced(by: -1)).isEmpty)
    }

    @Test func `a damaged copy is made good at the next opening`() throws {
        var medium = try threeDays(nil)
        medium.edit("keys") { $0[70] ^= 1 }
        let storage = ModelStorage(medium)
        try storage.writer().record(2..<3, day: day.advanced(by: 1))
        #expect(try !KeyTable(storage.durable["keys"] ?? [], file: "keys", credential: nil).isDamaged)
        #expect(try storage.durable.keys().count == 4)
    }

    @Test func `a file of keys of which nothing is left is set aside, and recording goes on`() throws {
        var medium = try threeDays(nil)
        medium.edit("keys") { $0 = [UInt8](repeating: 0, count: $0.count) }
        let storage = ModelStorage(medium)
        try storage.writer(seed: 3).record(5..<6)
        let found = storage.durable
        #expect(found["\(day).keys.unreadable"] == medium["keys"])
        #expect(found["\(day).sightings.unreadable"] == medium["\(day).sightings"])
        #expect(try found.sightings(day) == TestJournal.sightings(5..<6))
    }

    @Test func `a file of keys of a later version is refused by name and left alone`() throws {
        var medium = try threeDays(nil)
        medium.edit("keys") { bytes in
            for copy in [0, 4096] {
                bytes[copy + 8] = 2
                bytes.put(CRC32C.checksum(bytes.span.extracting(copy..<copy + 60)), at: copy + 60, bytes: 4)
            }
        }
        let storage = ModelStorage(medium)
        let writer = try storage.writer()
        #expect(throws: JournalError.newerVersion(file: "memory/keys", version: 2)) { try writer.record(5..<6) }
        #expect(storage.seen == medium.locked(as: storage))
    }

    @Test func `a credential seals the keys, and without it nothing is lost and nothing is written`() throws {
        let medium = try threeDays(credential())
        let keys = try medium.keys(credential())
        for key in keys.values { #expect(!medium.holds(Array(key.bytes[0..<16]))) }
        let storage = ModelStorage(medium)
        #expect(throws: JournalError.sealed(file: "memory/keys")) { try storage.writer().record(5..<6) }
        #expect(throws: JournalError.otherCredential(file: "memory/keys")) {
            try storage.writer(credential(8)).record(5..<6)
        }
        let short = JournalCredential(secret: [1, 2, 3], source: "short")
        #expect(throws: JournalError.self) { try storage.writer(short).record(5..<6) }
        #expect(storage.seen == medium.locked(as: storage))
        try storage.writer(credential()).record(2..<4)
        #expect(try storage.durable.sightings(day, credential: credential()) == TestJournal.sightings(0..<4))
    }

    @Test func `without its credential a sealed journal still drops old days, and says that their keys stay`() throws {
        let storage = ModelStorage(try threeDays(credential()))
        #expect(throws: JournalError.sealed(file: "memory/keys")) {
            try storage.writer().retire(before: day.advanced(by: -1))
        }
        #expect(storage.durable["\(day.advanced(by: -2)).sightings"] == nil)
        try storage.writer(credential()).retire(before: day.advanced(by: -1))
        #expect(try storage.durable.keys(credential()).count == 2)
    }

    @Test func `without its credential a sealed journal can be forgotten`() throws {
        let storage = ModelStorage(try threeDays(credential()))
        let writer = try storage.writer()
        try writer.removeAll()
        try writer.record(0..<1)
        #expect(try storage.durable.sightings(day) == TestJournal.sightings(0..<1))
    }

    @Test func `keys in the clear are sealed and overwritten at the first opening with a credential`() throws {
        let medium = try threeDays(nil)
        let storage = ModelStorage(medium)
        try storage.writer(credential(), seed: 2).record(2..<3)
        let keys = try medium.keys()
        #expect(try storage.durable.keys(credential()) == keys)
        for key in keys.values { #expect(!storage.durable.holds(Array(key.bytes[0..<16]))) }
    }

    @Test func `a file of keys that a crash left half written is wiped at the next opening`() throws {
        var medium = try threeDays(nil)
        medium.names["keys.new"] = 99
        medium.files[99] = medium["keys"]?.dropLast(5000).map { $0 }
        let storage = ModelStorage(medium)
        try storage.writer().record(2..<3)
        #expect(storage.durable["keys.new"] == nil)
        #expect(storage.durable.files[99]?.allSatisfy { $0 == 0 } == true)
    }
}

extension Medium {
    /// The same medium, with the file that a writer of `storage` holds for its lock.
    func locked(as storage: ModelStorage) -> Medium {
        var medium = self
        if medium.names["lock"] == nil, let file = storage.seen.names["lock"] {
            medium.names["lock"] = file
            medium.files[file] = []
        }
        return medium
    }
}

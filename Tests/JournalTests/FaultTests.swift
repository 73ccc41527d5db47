// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Glibc
import Platform
import Testing

@testable import Journal

/// A call that fails, with every error, at every time that the script makes it.
private struct Fault: CustomTestStringConvertible {
    static let calls = [
        "open", "fstat", "pread", "pwrite", "fdatasync", "rename", "renameat2", "unlink", "fsync", "readdir",
    ]
    static let errors = [("ENOSPC", ENOSPC), ("EIO", EIO), ("EROFS", EROFS)]
    static let all = calls.flatMap { call in errors.map { Fault(call: call, name: $0.0, code: $0.1) } }

    let call: String
    let name: String
    let code: Int32
    var testDescription: String { "\(call): \(name)" }
}

@Suite struct FaultTests {
    let day = TestJournal.day
    private var next: UTCDay { day.advanced(by: 1) }

    /// A journal of two days under a credential that has just appeared, so that opening it has most to do.
    private func start() throws -> Medium {
        let storage = ModelStorage()
        let writer = try storage.writer()
        try writer.record(0..<3, day: day.advanced(by: -1))
        try writer.record(0..<3)
        return storage.durable
    }

    /// What a day in the life of the journal calls: append, commit, midnight, drop.
    private func script(_ writer: JournalWriter) -> [() throws -> Void] {
        [
            { try writer.append(TestJournal.sightings(3..<6, day: day)) },
            { try writer.commit() },
            { try writer.append(TestJournal.sightings(0..<3, day: next)) },
            { try writer.commit() },
            { try writer.retire(before: day) },
            { try writer.close(before: next) },
        ]
    }

    @Test(arguments: Fault.all)
    private func `a call that fails, whenever it does, loses nothing synced, and the writer goes on`(fault: Fault)
        throws
    {
        let medium = try start()
        var occurrence = 0
        while true {
            let storage = ModelStorage(medium)
            let writer = try storage.writer(credential(), seed: 2)
            // Counted from here on.
            storage.failure = .init(call: fault.call, code: fault.code, after: occurrence, partial: 45)
            var failed = 0
            for step in script(writer) {
                do { try step() } catch is JournalError { failed += 1 }
            }
            let isOver = storage.failure != nil
            storage.failure = nil
            try writer.append(TestJournal.sightings(6..<9))
            try writer.append(TestJournal.sightings(6..<9, day: next))
            try writer.commit()
            try writer.retire(before: day)
            try check(storage, failed, "\(fault.testDescription), occurrence \(occurrence)")
            if isOver { break }
            occurrence += 1
        }
        #expect(occurrence > 0 || fault.call == "rename")
    }

    private func check(_ storage: ModelStorage, _ failed: Int, _ place: String) throws {
        let found = storage.durable
        for (day, synced) in [(day, 3), (next, 0)] {
            let sightings = try found.sightings(day, credential: credential())
            let all = TestJournal.sightings(0..<9, day: day)
            #expect(sightings.starts(with: all.prefix(synced)), "\(place), \(day)")
            #expect(sightings.suffix(3) == all.suffix(3), "\(place), \(day)")
            #expect(sightings.allSatisfy(all.contains), "\(place), \(day)")
            if failed == 0 { #expect(sightings == all.filter { sightings.contains($0) }, "\(place)") }
        }
        #expect(found[JournalFormat.fileName(of: day.advanced(by: -1))] == nil, "\(place)")
        #expect(try found.keys(credential()).keys.sorted() == [day, next], "\(place)")
        #expect(found["keys.new"] == nil || found["keys.new"]?.allSatisfy { $0 == 0 } == true, "\(place)")
    }

    @Test func `what a failed fdatasync should have written is written again, for the kernel has forgotten it`() throws
    {
        let storage = ModelStorage()
        let writer = try storage.writer()
        try writer.record(0..<3)
        try writer.append(TestJournal.sightings(3..<5))
        storage.failure = .init(call: "fdatasync", code: EIO)
        #expect(throws: JournalError.self) { try writer.commit() }
        #expect(try storage.durable.sightings(day) == TestJournal.sightings(0..<3))
        try writer.append(TestJournal.sightings(5..<6))
        #expect(try storage.durable.sightings(day) == TestJournal.sightings(0..<3))
        try writer.commit()
        #expect(try storage.durable.sightings(day) == TestJournal.sightings(0..<6))
        let calls = storage.calls
        try writer.commit()
        #expect(storage.calls == calls, "a commit of nothing calls nothing")
    }

    @Test func `a header whose fdatasync failed is written again before a record`() throws {
        let storage = ModelStorage()
        let writer = try storage.writer()
        // The first one is that of the file of keys.
        storage.failure = .init(call: "fdatasync", code: EIO, after: 1)
        #expect(throws: JournalError.self) { try writer.append(TestJournal.sightings(0..<1)) }
        try writer.record(0..<1)
        #expect(try storage.durable.sightings(day).count == 1)
        let header = try #require(storage.durable[JournalFormat.fileName(of: day)]?.prefix(4096))
        #expect(JournalFormat.check(header: header.span, day: day) != .damaged)
    }

    @Test func `a medium that never syncs does not fill the memory`() throws {
        let storage = ModelStorage()
        let writer = try storage.writer()
        try writer.record(0..<1)
        let burst = [Sighting](repeating: TestJournal.sighting(1), count: 20_000)
        var refused = 0
        for _ in 0..<5 {
            storage.failure = .init(call: "fdatasync", code: EIO)
            do { try writer.append(burst) } catch { refused += 1 }
        }
        #expect(refused > 0)
        storage.failure = nil
        try writer.commit()
        #expect(try storage.durable.sightings(day).count == 1 + (5 - refused) * 20_000)
    }

    @Test func `one scan is one fdatasync`() throws {
        let storage = ModelStorage()
        let writer = try storage.writer()
        try writer.record(0..<1)
        let before = storage.calls["fdatasync", default: 0]
        try writer.record(1..<300)
        #expect(storage.calls["fdatasync", default: 0] == before + 1)
    }

    @Test func `pages that the medium cannot give back cost their records alone, also to the writer`() throws {
        let storage = ModelStorage()
        try storage.writer().record(0..<5000)
        storage.unreadable = [JournalFormat.fileName(of: day): [2, 20]]
        let (sightings, report) = try storage.read(day)
        #expect(sightings.count == 5000 - 256 && report.damagedRecords == 256 && report.firstDamage == 8192)
        try storage.writer().record(5000..<5001)
        storage.unreadable = [:]
        #expect(try storage.durable.sightings(day) == TestJournal.sightings(0..<5001))
    }

    @Test func `a last page that cannot be given back is not written over`() throws {
        let storage = ModelStorage()
        try storage.writer().record(0..<130)
        storage.unreadable = [JournalFormat.fileName(of: day): [2]]
        try storage.writer().record(130..<131)
        storage.unreadable = [:]
        #expect(try storage.durable.sightings(day) == TestJournal.sightings(0..<131))
    }
}

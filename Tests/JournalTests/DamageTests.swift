// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Dispatch
import Platform
import Synchronization
import Testing

@testable import Journal

@Suite struct DamageTests {
    let day = TestJournal.day

    @Test(arguments: [false, true])
    func `any byte of a segment may be flipped: it costs one record at most, is reported, and is never written over`(
        isPlain: Bool
    ) throws {
        var medium = Medium()
        if isPlain {
            medium.addPlain(0..<6)
        } else {
            let storage = ModelStorage()
            try storage.writer().record(0..<6)
            medium = storage.durable
        }
        let name = JournalFormat.fileName(of: day)
        let all = TestJournal.sightings(0..<6)
        for index in 0..<4096 + 6 * 32 {
            var broken = medium
            broken.edit(name) { $0[index] ^= 0x20 }
            let record = index < 4096 ? nil : (index - 4096) / 32
            let left = all.enumerated().filter { $0.offset != record }.map(\.element)
            let found = try ModelStorage(broken).read(day)
            #expect(found.sightings == left, "byte \(index)")
            #expect(found.report.isHeaderDamaged == (index < 4096), "byte \(index)")
            // A last record that is not whole is a torn tail.
            #expect(found.report.damagedRecords == (record.map { $0 < 5 } == true ? 1 : 0), "byte \(index)")
            #expect(found.report.tornBytes == (record == 5 ? 32 : 0), "byte \(index)")
            if let record, record < 5 { #expect(found.report.firstDamage == 4096 + record * 32, "byte \(index)") }
            let storage = ModelStorage(broken)
            try storage.writer().record(6..<7)
            #expect(try storage.durable.sightings(day) == left + TestJournal.sightings(6..<7), "byte \(index)")
        }
    }

    @Test(arguments: [false, true])
    func `a segment may be cut at any length: what stands before is read, and appending goes on`(isPlain: Bool) throws {
        var medium = Medium()
        if isPlain {
            medium.addPlain(0..<3)
        } else {
            let storage = ModelStorage()
            try storage.writer().record(0..<3)
            medium = storage.durable
        }
        for length in 0...4096 + 3 * 32 {
            var cut = medium
            cut.edit(JournalFormat.fileName(of: day)) { $0 = Array($0.prefix(length)) }
            let whole = max(0, (length - 4096) / 32)
            let found = try ModelStorage(cut).read(day)
            #expect(found.sightings == TestJournal.sightings(0..<whole), "\(length) bytes")
            #expect(!found.report.isDamaged, "\(length) bytes")
            let storage = ModelStorage(cut)
            try storage.writer().record(5..<6)
            #expect(
                try storage.durable.sightings(day)
                    == TestJournal.sightings(0..<whole) + TestJournal.sightings(5..<6), "\(length) bytes")
        }
    }

    @Test func `foreign files are named and left alone, also by forgetting`() throws {
        let journal = try TestJournal()
        try journal.append(0..<2)
        let foreign = ["2026-11-20.sightings.bak", "2026-13-01.sightings", "keys~", "notes.txt", "sightings"]
        for name in foreign { try Folder.replace(journal.folder + "/" + name, with: [1, 2, 3]) }
        #expect(try journal.read().sightings.count == 2)
        #expect(try JournalReader(folder: journal.folder).foreignFiles() == foreign)
        try journal.removeAll()
        #expect(try JournalReader(folder: journal.folder).foreignFiles() == foreign)
    }

    @Test func `a segment of a day to come is read, kept, and appended to when the day comes`() throws {
        let storage = ModelStorage()
        let writer = try storage.writer()
        let future = day.advanced(by: 400)
        try writer.record(0..<2, day: future)
        try writer.record(0..<2)
        try writer.close(before: day)
        #expect(try writer.retire(before: day) == 0)
        try writer.record(2..<3, day: future)
        #expect(try storage.durable.sightings(future) == TestJournal.sightings(0..<3, day: future))
        #expect(try storage.durable.sightings(day).count == 2)
    }

    @Test func `a later version's segment of one day keeps no other day from being read or written`() throws {
        let storage = ModelStorage()
        try storage.writer().record(0..<2)
        try storage.writer().record(0..<2, day: day.advanced(by: 1))
        var medium = storage.durable
        let name = JournalFormat.fileName(of: day)
        medium.edit(name) { bytes in
            bytes[8] = 3
            bytes.put(CRC32C.checksum(bytes.span.extracting(0..<28)), at: 28, bytes: 4)
        }
        let next = ModelStorage(medium)
        let writer = try next.writer()
        #expect(throws: JournalError.newerVersion(file: name, version: 3)) { try writer.record(2..<3) }
        try writer.record(2..<3, day: day.advanced(by: 1))
        #expect(try next.durable.sightings(day.advanced(by: 1)).count == 3)
        #expect(next.durable[name] == medium[name])
    }

    @Test func `a clock that steps back over midnight, and forward again, loses nothing`() throws {
        let storage = ModelStorage()
        let writer = try storage.writer()
        let next = day.advanced(by: 1)
        try writer.record(0..<2)
        try writer.record(0..<2, day: next)
        try writer.close(before: next)
        try writer.record(2..<3)
        try writer.close(before: next.advanced(by: 5))
        try writer.record(3..<4)
        try writer.record(2..<3, day: next)
        #expect(try storage.durable.sightings(day) == TestJournal.sightings(0..<4))
        #expect(try storage.durable.sightings(next) == TestJournal.sightings(0..<3, day: next))
        #expect(try storage.durable.keys().count == 2)
    }

    @Test func `a reader beside a writer sees whole records in their order, and no damage, also while keys change`()
        throws
    {
        let journal = try TestJournal()
        try journal.append(0..<1)
        let watch = Watch()
        let reader = JournalReader(folder: journal.folder)
        try startThread(named: "reader") { watch.run(reader) }
        for number in 1..<400 {
            try journal.append(number..<number + 1)
            // Each of these rewrites the file of keys and wipes the one before.
            if number.isMultiple(of: 20) { try journal.append(0..<1, day: day.advanced(by: number)) }
        }
        let troubles = watch.end()
        #expect(troubles.isEmpty)
        #expect(try journal.read().sightings == TestJournal.sightings(0..<400))
    }
}

/// Reads a journal over and over on a thread, until it is told to end.
private final class Watch: Sendable {
    private let isWanted = Mutex(true)
    private let troubles = Mutex<[String]>([])
    private let ended = DispatchSemaphore(value: 0)

    func run(_ reader: JournalReader) {
        var least = 1
        while isWanted.withLock({ $0 }) {
            var count = 0
            do {
                let report = try reader.read(TestJournal.day) { sighting in
                    if sighting != TestJournal.sighting(count) { note("record \(count) is another one") }
                    count += 1
                }
                if report.isDamaged || count < least { note("\(count) of \(least), \(report)") }
            } catch {
                note("\(error)")
            }
            least = count
        }
        ended.signal()
    }

    /// Ends the thread; answers what was wrong.
    func end() -> [String] {
        isWanted.withLock { $0 = false }
        ended.wait()
        return troubles.withLock { Array($0.prefix(5)) }
    }

    private func note(_ trouble: String) { troubles.withLock { $0.append(trouble) } }
}

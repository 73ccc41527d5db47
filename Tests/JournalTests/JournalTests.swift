// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Foundation
import Platform
import Testing

@testable import Journal

@Suite struct JournalTests {
    let day = TestJournal.day

    @Test func `what is appended is read back, field by field`() throws {
        let journal = try TestJournal()
        try journal.append(0..<500)
        let (sightings, report) = try journal.read()
        #expect(sightings == TestJournal.sightings(0..<500))
        #expect(report.records == 500 && !report.isDamaged && report.tornBytes == 0)
        #expect(try JournalReader(folder: journal.folder).size() == 4096 + 500 * 32)
    }

    @Test func `sightings around midnight go to the segments of their days`() throws {
        let journal = try TestJournal()
        try journal.append(0..<3)
        try journal.append(3..<5, day: day.advanced(by: 1))
        try journal.append(5..<6)
        #expect(try JournalReader(folder: journal.folder).days() == [day, day.advanced(by: 1)])
        #expect(try journal.read().sightings.count == 4)
        #expect(
            try journal.read(day.advanced(by: 1)).sightings == TestJournal.sightings(3..<5, day: day.advanced(by: 1)))
    }

    @Test func `a torn tail is dropped, the record before it stays, and appending goes on`() throws {
        for cut in 1..<32 {
            let journal = try TestJournal()
            try journal.append(0..<3)
            try journal.edit { $0.removeLast(cut) }
            #expect(try journal.read().sightings == TestJournal.sightings(0..<2))
            #expect(try journal.read().report.tornBytes == 32 - cut)
            #expect(try !journal.read().report.isDamaged)
            try journal.reopen()
            try journal.append(7..<9)
            #expect(try journal.read().sightings == TestJournal.sightings(0..<2) + TestJournal.sightings(7..<9))
        }
    }

    @Test func `a newer version is refused by name`() throws {
        let journal = try TestJournal()
        try journal.append(0..<2)
        try journal.edit { bytes in
            bytes[8] = 3
            bytes.put(CRC32C.checksum(bytes.span.extracting(0..<28)), at: 28, bytes: 4)
        }
        #expect(throws: JournalError.newerVersion(file: "2026-11-20.sightings", version: 3)) { try journal.read() }
        try journal.reopen()
        #expect(throws: JournalError.newerVersion(file: "2026-11-20.sightings", version: 3)) {
            try journal.append(2..<3)
        }
        try journal.append(2..<3, day: day.advanced(by: 1))
    }

    @Test func `a record that strayed into another day is not taken for one of that day`() throws {
        let journal = try TestJournal()
        try journal.append(0..<3)
        var stray: [UInt8] = []
        try journal.edit { stray = Array($0[offset(ofRecord: 1)..<offset(ofRecord: 2)]) }
        try journal.append(0..<3, day: day.advanced(by: 1))
        try journal.edit(day.advanced(by: 1)) {
            $0.replaceSubrange(offset(ofRecord: 1)..<offset(ofRecord: 2), with: stray)
        }
        #expect(try journal.read(day.advanced(by: 1)).report.damagedRecords == 1)
    }

    @Test func `zeros that a crash left behind the last record are a torn tail`() throws {
        let journal = try TestJournal()
        try journal.append(0..<2)
        try journal.edit { $0 += [UInt8](repeating: 0, count: 8192) }
        #expect(try journal.read().sightings.count == 2 && !journal.read().report.isDamaged)
        try journal.reopen()
        try journal.append(2..<3)
        #expect(try journal.read().sightings == TestJournal.sightings(0..<3))
    }

    @Test func `a second writer is refused, a reader is not`() throws {
        let journal = try TestJournal()
        try journal.append(0..<1)
        #expect(throws: JournalError.inUse(folder: journal.folder)) {
            try JournalWriter(storage: DiskStorage(folder: journal.folder))
        }
        #expect(try journal.read().sightings.count == 1)
    }

    @Test func `retention unlinks whole days and leaves foreign files alone`() throws {
        let journal = try TestJournal()
        for back in 0..<20 { try journal.append(back..<back + 1, day: day.advanced(by: -back)) }
        try Folder.replace(journal.folder + "/notes.txt", with: [1])
        #expect(try journal.retire(before: day.advanced(by: -13)) == 6)
        let reader = JournalReader(folder: journal.folder)
        #expect(try reader.days().count == 14)
        #expect(try reader.foreignFiles() == ["notes.txt"])
        try journal.removeAll()
        #expect(try reader.days().isEmpty)
        try journal.append(0..<1)
        #expect(try journal.read().sightings.count == 1)
    }

    @Test func `times that no segment can hold are refused`() throws {
        let journal = try JournalWriter(storage: ModelStorage())
        var sighting = TestJournal.sighting(1)
        for time in [Timestamp(milliseconds: -1), Timestamp(milliseconds: .max), Timestamp(milliseconds: .min)] {
            sighting.time = time
            #expect(throws: JournalError.timeOutOfRange) { try journal.append([sighting]) }
        }
    }

    @Test func `the checksum is the published one`() {
        #expect(CRC32C.checksum(Array("123456789".utf8).span) == 0xE306_9283)
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32).span) == 0x8A91_36AA)
    }
}

@Test func `the example of the paper is what is written`() throws {
    let identifier = try #require(
        EphemeralIdentifier(format: .bluezone, bytes: [UInt8](hex: "130cea6472130c185d8643df") ?? []))
    let time = TestJournal.day.start.advanced(by: .seconds(1))
    let sighting = Sighting(
        payload: BeaconPayload(identifier: identifier), time: time, previousScan: Timestamp(seconds: time.seconds - 60),
        rssi: -61, meanRSSI: -64)
    let bytes = [PackedSighting(sighting)].finished(seed: TestJournal.day.seed)
    let cipher = try SegmentCipher(try #require(SegmentKey(Array(0..<64))))
    var sealed = bytes
    try cipher.encrypt(&sealed, at: JournalFormat.headerSize)
    let paper = try String(
        contentsOfFile: #filePath.replacing("Tests/JournalTests/JournalTests.swift", with: "")
            + "docs/journal-format.md", encoding: .utf8)
    let dump = paper.split(separator: "\n").filter { $0.hasPrefix("    ") }.joined().filter { $0 != " " }
    #expect(dump.contains(bytes.hex))
    #expect(dump.contains(sealed.hex))
    #expect(paper.contains("`\(cipher.check.hex)`"))
}

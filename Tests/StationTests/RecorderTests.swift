// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Foundation
import Journal
import Platform
import TestSupport
import Testing

@testable import Station

@Suite struct RecorderTests {
    let folder: ScratchFolder
    let day = StationBench.day
    private var journal: String { folder.path + "/journal" }

    init() throws {
        folder = try ScratchFolder()
    }

    private func recorder(days: Int = 14) throws -> Recorder {
        Recorder(folder: journal, retentionDays: days, executor: try TestThread.executor())
    }

    /// Opens a recorder on a journal that another had and gave up.
    private func reopened(at now: Timestamp) async throws -> RecorderStatus {
        let recorder = try recorder()
        return try await retrying(while: JournalError.inUse(folder: journal)) {
            try await recorder.open(at: now)
        }
    }

    private func sighting(_ number: UInt64, _ time: Timestamp) -> Sighting {
        Sighting(payload: stranger(number), time: time, previousScan: nil, rssi: -60, meanRSSI: -61)
    }

    private func noon(_ days: Int = 0) -> Timestamp { day.advanced(by: days).start.advanced(by: .seconds(43_200)) }

    @Test func `counts of today survive closing and opening`() async throws {
        let newest = noon().advanced(by: .seconds(60))
        do {
            let recorder = try recorder()
            _ = try await recorder.open(at: noon())
            _ = await recorder.record([sighting(1, noon(-1))], at: noon(-1))
            let status = await recorder.record(
                [sighting(1, noon()), sighting(2, noon()), sighting(1, newest)], at: newest)
            #expect(status.sightingsToday == 3 && status.identifiersToday == 2 && status.lastSighting == newest)
            #expect(status.daysRecorded == 2 && status.journalBytes == 2 * 4096 + 4 * 32)
        }
        let status = try await reopened(at: newest)
        #expect(status.sightingsToday == 3 && status.identifiersToday == 2 && status.lastSighting == newest)
        #expect(status.daysRecorded == 2 && status.journalBytes == 2 * 4096 + 4 * 32 && status.trouble == nil)
    }

    @Test func `on a day without sightings yet the newest of the days before is known`() async throws {
        do {
            let recorder = try recorder()
            _ = try await recorder.open(at: noon(-3))
            _ = await recorder.record([sighting(1, noon(-3))], at: noon(-3))
        }
        let status = try await reopened(at: noon())
        #expect(status.sightingsToday == 0 && status.lastSighting == noon(-3))
    }

    @Test func `a new day counts from nothing, and days that are not kept go`() async throws {
        let recorder = try recorder(days: 2)
        _ = try await recorder.open(at: noon())
        for offset in 0..<5 {
            #expect(await recorder.retire(today: noon(offset).day).trouble == nil)
            let status = await recorder.record([sighting(1, noon(offset))], at: noon(offset))
            #expect(status.sightingsToday == 1 && status.daysRecorded == min(offset + 1, 3))
        }
        // Two whole days and the one under way.
        #expect(try JournalReader(folder: journal).days() == (2...4).map { day.advanced(by: $0) })
        await recorder.keep(days: 1)
        #expect(await recorder.retire(today: noon(4).day).daysRecorded == 2)
    }

    @Test func `a day that begins with a scan that heard nobody is counted once somebody is`() async throws {
        let recorder = try recorder()
        _ = try await recorder.open(at: noon())
        _ = await recorder.record([sighting(1, noon())], at: noon())
        #expect(await recorder.record([], at: noon(1)).daysRecorded == 1)
        let status = await recorder.record([sighting(1, noon(1))], at: noon(1))
        #expect(status.daysRecorded == 2 && status.journalBytes == 2 * (4096 + 32))
    }

    @Test func `what was heard before midnight and written after it belongs to its own day`() async throws {
        let recorder = try recorder()
        _ = try await recorder.open(at: noon())
        let late = day.end.advanced(by: .seconds(-1))
        let status = await recorder.record([sighting(1, late)], at: day.end.advanced(by: .seconds(3)))
        #expect(status.sightingsToday == 0 && status.lastSighting == late)
        #expect(try JournalReader(folder: journal).days() == [day])
    }

    @Test func `a folder that cannot be used is told and tried again`() async throws {
        try folder.write("in the way", to: "journal")
        let recorder = try recorder()
        guard case .system = try await recorder.open(at: noon()).trouble else {
            Issue.record("no trouble was told")
            return
        }
        let status = await recorder.record([sighting(1, noon())], at: noon())
        #expect(status.trouble != nil && status.lost == 1 && status.sightingsToday == 0)
        try Folder.remove(journal)
        let next = await recorder.record([sighting(2, noon())], at: noon())
        #expect(next.trouble == nil && next.lost == 1 && next.sightingsToday == 1 && next.daysRecorded == 1)
    }

    @Test func `a full disk is told as such, and recording goes on when there is room`() async throws {
        let recorder = try recorder()
        _ = try await recorder.open(at: noon())
        let segment = journal + "/\(day).sightings"
        try FileManager.default.createSymbolicLink(atPath: segment, withDestinationPath: "/dev/full")
        let status = await recorder.record([sighting(1, noon()), sighting(2, noon())], at: noon())
        guard case .full(let error) = status.trouble else {
            Issue.record("the trouble is \(String(describing: status.trouble))")
            return
        }
        #expect(error.isFull && status.lost == 2)
        try FileManager.default.removeItem(atPath: segment)
        #expect(await recorder.record([sighting(3, noon())], at: noon()).trouble == nil)
        #expect(try JournalReader(folder: journal).read(day) { _ in }.records == 1)
    }

    @Test func `two daemons on one journal: the second is refused in a clear sentence`() async throws {
        let first = try recorder()
        _ = try await first.open(at: noon())
        let second = try recorder()
        do {
            _ = try await second.open(at: noon())
            Issue.record("the second daemon got the journal")
        } catch {
            #expect(error == .inUse(folder: journal))
            let told = StationError.journal(error)
            #expect(told.description.contains("\(journal) is being written by another bluezoned; stop that one"))
            #expect(told.exitStatus == 1)
        }
        #expect(await first.record([sighting(1, noon())], at: noon()).trouble == nil)
    }

    @Test func `nothing is known any more of what was forgotten`() async throws {
        let recorder = try recorder()
        _ = try await recorder.open(at: noon())
        _ = await recorder.record([sighting(1, noon(-1)), sighting(2, noon())], at: noon())
        let status = try await recorder.forget(at: noon())
        #expect(status.sightingsToday == 0 && status.identifiersToday == 0 && status.lastSighting == nil)
        #expect(status.journalBytes == 0 && status.daysRecorded == 0)
        #expect(try JournalReader(folder: journal).days().isEmpty)
        let next = await recorder.record([sighting(3, noon())], at: noon())
        #expect(next.sightingsToday == 1 && next.daysRecorded == 1 && next.trouble == nil)
    }

    @Test func `a journal that could not be opened is forgotten all the same`() async throws {
        do {
            let writer = try JournalWriter(storage: DiskStorage(folder: journal))
            try writer.append([sighting(1, noon())])
            try writer.commit()
        }
        try Folder.remove(journal + "/lock")
        try FileManager.default.createDirectory(atPath: journal + "/lock", withIntermediateDirectories: false)
        let recorder = try recorder()
        #expect(try await recorder.open(at: noon()).trouble != nil)
        await #expect(throws: JournalError.self) { try await recorder.forget(at: noon()) }
        try FileManager.default.removeItem(atPath: journal + "/lock")
        #expect(try await recorder.forget(at: noon()).journalBytes == 0)
        #expect(try JournalReader(folder: journal).days().isEmpty)
    }

    @Test func `damage in today's segment is told`() async throws {
        do {
            let recorder = try recorder()
            _ = try await recorder.open(at: noon())
            _ = await recorder.record([sighting(1, noon()), sighting(2, noon()), sighting(3, noon())], at: noon())
        }
        let path = "journal/\(day).sightings"
        var bytes = try Folder.contents(of: folder.path + "/" + path)
        bytes[4096 + 32 + 5] ^= 1
        try folder.write(bytes, to: path)
        let status = try await reopened(at: noon())
        #expect(status.sightingsToday == 2 && status.damage.segments.first?.damagedRecords == 1)
        #expect(status.damage.sentences == ["\(day).sightings has 1 damaged record, the first at byte 4128"])
    }

    @Test func `damage in any day is found when the journal is verified`() async throws {
        let recorder = try recorder()
        _ = try await recorder.open(at: noon())
        for back in 0..<3 {
            _ = await recorder.record([sighting(1, noon(-back)), sighting(2, noon(-back))], at: noon())
        }
        let old = day.advanced(by: -2)
        var bytes = try Folder.contents(of: journal + "/\(old).sightings")
        bytes[4096 + 5] ^= 1
        try folder.write(bytes, to: "journal/\(old).sightings")
        var keys = try Folder.contents(of: journal + "/keys")
        keys[3] ^= 1
        try folder.write(keys, to: "journal/keys")
        #expect(
            await recorder.verify().damage.sentences == [
                "keys, the file of keys, is damaged in one of its two copies; the other is whole",
                "\(old).sightings has 1 damaged record, the first at byte 4096",
            ])
    }

    @Test func `without the credential that sealed it the journal is not written, loudly, and nothing is lost`()
        async throws
    {
        let credential = JournalCredential(secret: [UInt8](repeating: 9, count: 32), source: "test")
        do {
            let sealed = Recorder(
                folder: journal, retentionDays: 14, credential: credential, executor: try TestThread.executor())
            _ = try await sealed.open(at: noon())
            #expect(await sealed.record([sighting(1, noon())], at: noon()).trouble == nil)
        }
        let recorder = try recorder()
        let opened = try await retrying(while: JournalError.inUse(folder: journal)) {
            try await recorder.open(at: noon())
        }
        #expect(opened.trouble == .sealed(file: journal + "/keys"))
        // A scan that hears nobody takes the trouble not away.
        #expect(await recorder.record([], at: noon()).trouble == .sealed(file: journal + "/keys"))
        let status = await recorder.record([sighting(2, noon())], at: noon())
        #expect(status.trouble == .sealed(file: journal + "/keys") && status.lost == 1)
        #expect(try JournalReader(folder: journal, credential: credential).read(day) { _ in }.records == 1)
    }

    @Test func `a segment whose key is lost is set aside when it is written to, and that is told at once`() async throws
    {
        do {
            let recorder = try recorder()
            _ = try await recorder.open(at: noon())
            _ = await recorder.record([sighting(1, noon()), sighting(2, noon())], at: noon())
        }
        try Folder.remove(journal + "/keys")
        let recorder = try recorder()
        let opened = try await retrying(while: JournalError.inUse(folder: journal)) {
            try await recorder.open(at: noon())
        }
        #expect(opened.damage.sentences == ["\(day).sightings cannot be read: its key is lost"])
        let status = await recorder.record([sighting(3, noon())], at: noon())
        #expect(status.trouble == nil && status.sightingsToday == 1)
        let told = ["\(day).sightings.unreadable was set aside: nothing in it can be read"]
        #expect(status.damage.sentences == told)
        #expect(await recorder.verify().damage.sentences == told)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Journal
import Platform
import TestSupport
import Testing

@testable import Station

/// Somebody who sends new identifiers day and night fills neither memory nor disk.
@Suite struct RecorderLimitsTests {
    let folder: ScratchFolder
    let day = StationBench.day
    private var journal: String { folder.path + "/journal" }

    init() throws {
        folder = try ScratchFolder()
    }

    private static func limits(identifiers: Int = 1000, atOnce: Int = 1000, overDay: Int = 0) -> RecorderLimits {
        var limits = RecorderLimits()
        (limits.identifiers, limits.sightingsAtOnce, limits.sightingsOverDay) = (identifiers, atOnce, overDay)
        return limits
    }

    /// Opens a recorder on a journal that another may have had and given up.
    private func opened(_ limits: RecorderLimits, at now: Timestamp) async throws -> (Recorder, RecorderStatus) {
        let recorder = Recorder(
            folder: journal, retentionDays: 14, limits: limits, executor: try TestThread.executor())
        let status = try await retrying(while: JournalError.inUse(folder: journal)) {
            try await recorder.open(at: now)
        }
        return (recorder, status)
    }

    private func hour(_ hours: Int, of days: Int = 0) -> Timestamp {
        day.advanced(by: days).start.advanced(by: .seconds(hours * 3600))
    }

    private func sightings(_ numbers: Range<UInt64>, at time: Timestamp) -> [Sighting] {
        numbers.map {
            Sighting(
                payload: stranger($0, .exposureNotification), time: time, previousScan: nil, rssi: -60, meanRSSI: -61)
        }
    }

    @Test func `more identifiers than are told apart count as at least so many, until the next day`() async throws {
        let limits = Self.limits(identifiers: 20)
        do {
            let (recorder, _) = try await opened(limits, at: hour(12))
            let few = await recorder.record(sightings(0..<19, at: hour(12)), at: hour(12))
            #expect(few.identifiersToday == 19 && !few.isCrowded)
            let many = await recorder.record(sightings(0..<200, at: hour(13)), at: hour(13))
            #expect(many.identifiersToday == 20 && many.isCrowded)
            #expect(many.sightingsToday == 219)
        }
        // What today's segment holds makes nobody's table larger either.
        let (recorder, status) = try await opened(limits, at: hour(14))
        #expect(status.identifiersToday == 20 && status.isCrowded && status.sightingsToday == 219)
        let next = await recorder.record(sightings(0..<3, at: hour(1, of: 1)), at: hour(1, of: 1))
        #expect(next.identifiersToday == 3 && !next.isCrowded)
    }

    @Test func `a day's segment takes so much at once and the rest as the day goes on`() async throws {
        let limits = Self.limits(atOnce: 4, overDay: 24)
        do {
            let (recorder, _) = try await opened(limits, at: hour(12))
            let first = await recorder.record(sightings(0..<16, at: hour(12)), at: hour(12))
            #expect(first.sightingsToday == 16 && !first.isFull && first.leftOut == 0)
            let full = await recorder.record(sightings(16..<20, at: hour(12)), at: hour(12))
            #expect(full.sightingsToday == 16 && full.isFull && full.leftOut == 4 && full.trouble == nil)
            let later = await recorder.record(sightings(20..<23, at: hour(13)), at: hour(13))
            #expect(later.sightingsToday == 17 && later.leftOut == 6)
        }
        // Being killed and started again makes no more room.
        let (recorder, status) = try await opened(limits, at: hour(13))
        #expect(status.sightingsToday == 17)
        let again = await recorder.record(sightings(23..<24, at: hour(13)), at: hour(13))
        #expect(again.sightingsToday == 17 && again.isFull && again.leftOut == 1)
        var kept: [UInt64] = []
        let report = try JournalReader(folder: journal).read(day) { kept.append($0.payload.identifier.low) }
        #expect(report.records == 17 && kept == Array(0..<16) + [20], "the first of each scan")
        let next = await recorder.record(sightings(0..<5, at: hour(2, of: 1)), at: hour(2, of: 1))
        #expect(next.sightingsToday == 5 && !next.isFull && next.leftOut == 1)
    }

    @Test func `what was heard before midnight has room though the new day has none`() async throws {
        let (recorder, _) = try await opened(Self.limits(atOnce: 1), at: hour(23))
        let both = sightings(0..<2, at: hour(23)) + sightings(2..<5, at: hour(0, of: 1))
        let status = await recorder.record(both, at: hour(0, of: 1))
        #expect(status.sightingsToday == 1 && status.leftOut == 2)
        #expect(try JournalReader(folder: journal).read(day) { _ in }.records == 2)
    }

    @Test func `a crowd of three hundred in both formats, heard each minute all day, has room`() {
        #expect(RecorderLimits().sightings(by: day.start.advanced(by: .seconds(86_399))) > 2 * 300 * 1440)
        for hours in 1...23 {
            #expect(RecorderLimits().sightings(by: hour(hours)) > 2 * 300 * 60 * hours)
        }
    }

    @Test func `the owner is told once a day in the log, and sees in the status how much is missing`() async throws {
        try await StationBench.run(limits: Self.limits(identifiers: 2, atOnce: 3)) { bench in
            func lines(_ words: String) -> Int { bench.log.lines.count { $0.contains(words) } }
            try await bench.begin()
            for _ in 0..<3 {
                if await !bench.station.schedule.isOpen { try await bench.nextWindow() }
                for number in 0..<2 as Range<UInt64> { try await bench.hear(stranger(number)) }
                await bench.pass(.seconds(4))
            }
            let status = await bench.station.status()
            #expect(status.sightingsToday == 3 && status.identifiersToday == 2 && status.lostReports == 3)
            #expect(lines("told apart") == 1 && lines("leaves out") == 1)
            await bench.pass(.seconds(86_400))
            if await !bench.station.schedule.isOpen { try await bench.nextWindow() }
            for number in 0..<4 as Range<UInt64> { try await bench.hear(stranger(number)) }
            await bench.pass(.seconds(4))
            #expect(await bench.station.status().lostReports == 4)
            #expect(lines("told apart") == 2 && lines("leaves out") == 2)
        }
    }
}

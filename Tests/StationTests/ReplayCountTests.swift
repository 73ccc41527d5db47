// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Journal
import Platform
import TestSupport
import Testing

@testable import Station

/// How often an identifier came back is counted over what ends a count: midnight, and the process.
@Suite struct ReplayCountTests {
    let folder: ScratchFolder
    let day = StationBench.day
    private var journal: String { folder.path + "/journal" }

    init() throws {
        folder = try ScratchFolder()
    }

    private func time(_ minutes: Int) -> Timestamp { day.start.advanced(by: .seconds(minutes * 60)) }

    private func sighting(_ number: UInt64, _ minutes: Int) -> Sighting {
        Sighting(
            payload: stranger(number, .exposureNotification), time: time(minutes), previousScan: nil, rssi: -60,
            meanRSSI: -61)
    }

    /// Records these sightings one by one and lets the journal go.
    private func record(_ sightings: [Sighting]) async throws -> RecorderStatus {
        let recorder = Recorder(folder: journal, retentionDays: 14, executor: try TestThread.executor())
        let first = sightings.first?.time ?? time(0)
        var status = try await retrying(while: JournalError.inUse(folder: journal)) {
            try await recorder.open(at: first)
        }
        for sighting in sightings { status = await recorder.record([sighting], at: sighting.time) }
        return status
    }

    @Test func `after midnight, of an identifier first heard before`() async throws {
        let evening = [sighting(1, -15), sighting(2, -10)]
        let status = try await record(evening + [sighting(1, 6), sighting(2, 9), sighting(3, 9)])
        #expect(status.sightingsToday == 3 && status.replaysToday == 1)
    }

    @Test func `after a restart on the same day`() async throws {
        let before = try await record([sighting(1, 100), sighting(1, 121), sighting(2, 121)])
        #expect(before.replaysToday == 1)
        let after = try await record([sighting(1, 122), sighting(2, 122)])
        #expect(after.sightingsToday == 5 && after.replaysToday == 2)
    }

    @Test func `after a restart after midnight, of an identifier first heard before`() async throws {
        let before = try await record([sighting(4, -121), sighting(1, -15), sighting(2, -10)])
        #expect(before.replaysToday == 0)
        let after = try await record([sighting(1, 6), sighting(2, 6), sighting(4, 7)])
        #expect(after.sightingsToday == 3 && after.replaysToday == 1)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Radio
import Testing

@testable import Station

@Suite struct WindowTallyTests {
    private func payload(_ n: UInt64) -> BeaconPayload {
        BeaconPayload(identifier: EphemeralIdentifier(format: .bluezone, low: n, high: 0))
    }

    @Test func `one sighting a beacon, strongest and mean, at the time it was first heard`() throws {
        var tally = WindowTally()
        let day = try #require(UTCDay("2026-11-20"))
        for (n, rssi, second) in [(1, -60, 10), (2, -80, 11), (1, -50, 12), (1, -71, 13)] as [(UInt64, Int8, Int)] {
            tally.add(Reception(payload: payload(n), rssi: rssi, time: .seconds(second)))
        }
        let now = Moment(wall: day.start.advanced(by: .seconds(14)), boot: .seconds(14))
        let sightings = tally.take(previous: .seconds(-46), at: now)
        #expect(sightings.map(\.payload) == [payload(1), payload(2)])
        #expect(sightings[0].rssi == -50 && sightings[0].meanRSSI == -60)
        #expect(sightings[0].time == day.start.advanced(by: .seconds(10)))
        #expect(sightings[0].previousScan == day.start.advanced(by: .seconds(-46)))
        #expect(tally.take(previous: nil, at: now).isEmpty)
    }

    @Test func `a flood of addresses is bounded and counted`() {
        var tally = WindowTally()
        for n in 0..<(UInt64(WindowTally.capacity) + 500) {
            tally.add(Reception(payload: payload(n), rssi: -60, time: .seconds(1)))
        }
        #expect(tally.lost == 500)
    }
}

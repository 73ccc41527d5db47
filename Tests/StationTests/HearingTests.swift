// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Radio
import Testing

@testable import Station

@Suite struct HearingTests {
    @Test func `a window's receptions become one sighting a beacon, strongest and mean`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            let begin = bench.time.now.wall
            try await bench.hear(stranger(1), -70)
            await bench.pass(.seconds(1))
            try await bench.hear(stranger(2, .exposureNotification), -80)
            try await bench.hear(stranger(1), -50)
            try await bench.hear(stranger(1), -63)
            #expect(try bench.sightings().isEmpty)
            await bench.pass(.seconds(3))
            #expect(
                try bench.sightings() == [
                    Sighting(payload: stranger(1), time: begin, previousScan: nil, rssi: -50, meanRSSI: -61),
                    Sighting(
                        payload: stranger(2, .exposureNotification), time: begin.advanced(by: .seconds(1)),
                        previousScan: nil, rssi: -80, meanRSSI: -80),
                ])
            let status = await bench.station.status()
            #expect(status.sightingsToday == 2 && status.identifiersToday == 2)
            #expect(status.lastSighting == begin.advanced(by: .seconds(1)))
            #expect(status.daysRecorded == 1 && status.journalBytes == 4096 + 64)
        }
    }

    @Test func `the next window's sightings know when the one before began`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            let first = bench.time.now.wall
            await bench.pass(.seconds(4))
            try await bench.nextWindow()
            try await bench.hear(stranger(1))
            let second = bench.time.now.wall
            await bench.pass(.seconds(4))
            let sighting = try #require(try bench.sightings().first)
            #expect(sighting.time == second && sighting.previousScan == first)
            #expect(second.duration(since: first) >= .seconds(4 + 46))
        }
    }

    @Test func `what is heard outside a window is shown and not kept`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            try await bench.hear(stranger(1), ago: .milliseconds(1))
            await bench.pass(.seconds(4))
            try await bench.hear(stranger(2))
            try await bench.nextWindow()
            try await bench.hear(stranger(3), ago: .seconds(2))
            await bench.pass(.seconds(4))
            #expect(try bench.sightings().isEmpty)
            #expect(await bench.station.nearby().count == 3)
        }
    }

    @Test func `beacons that found no room in a scan are shown as lost`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            for number in 0..<UInt64(WindowTally.capacity + 7) {
                let reception = Reception(payload: stranger(number), rssi: -60, time: bench.time.now.boot)
                bench.radio.emit(.heard(reception))
            }
            try await bench.emit()
            #expect(await bench.station.status().lostReports == 0)
            await bench.pass(.seconds(4))
            #expect(await bench.station.status().lostReports == 7)
        }
    }

    @Test func `scans that find no room while the clock is not trusted are shown as lost`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            for _ in 0..<6 {
                var tally = WindowTally()
                for number in 0..<UInt64(WindowTally.capacity) {
                    tally.add(Reception(payload: stranger(number), rssi: -60, time: .seconds(1)))
                }
                await bench.station.hold(Station.Scan(tally: tally))
            }
            #expect(await bench.station.held.count == 5)
            #expect(await bench.station.status().lostReports == 20_000)
        }
    }

    @Test func `what comes more than a second behind its window is lost, and sooner its ragged edge`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            await bench.pass(.seconds(4))
            await bench.pass(.seconds(1))
            try await bench.hear(stranger(1), ago: .milliseconds(1500))
            #expect(await bench.station.status().lostReports == 0)
            await bench.pass(.milliseconds(1))
            try await bench.hear(stranger(1), ago: .milliseconds(1500))
            #expect(await bench.station.status().lostReports == 1)
            // Heard when nobody was asked to listen any more, or not yet.
            try await bench.hear(stranger(1), ago: .milliseconds(900))
            try await bench.hear(stranger(1), ago: .seconds(6))
            try await bench.nextWindow()
            try await bench.hear(stranger(1), ago: .seconds(2))
            #expect(await bench.station.status().lostReports == 1)
            #expect(try bench.sightings().isEmpty)
        }
    }

    @Test func `an iPhone's answer behind its window is not lost, and a report as late is`() async throws {
        try await StationBench.run(settings: "[Radio]\nReadIPhones=yes\n") { bench in
            try await bench.begin()
            await bench.pass(.seconds(4))
            await bench.pass(.seconds(3))
            try await bench.hear(stranger(1), ago: .seconds(5), isRead: true)
            #expect(await bench.station.status().lostReports == 0)
            try await bench.hear(stranger(2), ago: .seconds(5))
            #expect(await bench.station.status().lostReports == 1)
        }
    }

    @Test func `our own identifiers are no encounter, not even after they changed`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            let own = try await bench.plan().onAir
            #expect(own.count == 2)
            for payload in own { try await bench.hear(payload) }
            await bench.pass(.seconds(900))
            #expect(try await bench.plan().onAir != own)
            if await !bench.station.schedule.isOpen { try await bench.nextWindow() }
            for payload in try await bench.plan().onAir + own { try await bench.hear(payload) }
            await bench.pass(.seconds(4))
            #expect(try bench.sightings().isEmpty)
            #expect(await bench.station.nearby().isEmpty)
        }
    }

    @Test func `the radio listens while a window is open, and the beacons stay on the air`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            let open = try await bench.plan()
            await bench.pass(.seconds(4))
            let shut = try await bench.plan()
            #expect(open.isScanning && !shut.isScanning && open.onAir == shut.onAir)
            #expect(await bench.radio.plans.map(\.isRenewing) == [true, false])
        }
    }

    @Test func `the end writes what the window under way has heard`() async throws {
        let folder = try ScratchFolder()
        try await StationBench.run(in: folder) { bench in
            try await bench.begin()
            try await bench.hear(stranger(1))
        }
        try await StationBench.run(in: folder) { bench in
            let kept = try bench.sightings()
            #expect(kept.map(\.payload) == [stranger(1)])
            #expect(await bench.station.status().sightingsToday == 1)
        }
    }

    @Test func `the list of who is near says how long ago, and forgets`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            try await bench.hear(stranger(0x0807_0605_0403_0201), -55)
            await bench.pass(.seconds(30))
            let near = await bench.station.nearby()
            #expect(near.map(\.prefix) == ["010203"] && near.map(\.rssi) == [-55] && near.map(\.age) == [30])
            await bench.pass(.seconds(120))
            #expect(await bench.station.nearby().isEmpty)
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Foundation
import Radio
import Settings
import Testing

@testable import Station

@Suite struct ProfileTests {
    /// The profile's own lengths, in place of the bench's.
    private static let pairs = "[Scan]\nProfile=balanced\nWindowSeconds=\nPauseSeconds=\n"

    @Test(
        arguments: [
            (.automatic, true, .battery), (.automatic, false, .balanced), (.automatic, nil, .balanced),
            (.battery, false, .battery), (.balanced, true, .balanced), (.continuous, true, .continuous),
        ] as [(ScanProfile, Bool?, ScanPattern)])
    func `the power supply decides for auto and for nothing else`(
        profile: ScanProfile, isOnBattery: Bool?, pattern: ScanPattern
    ) {
        var settings = Settings()
        settings.scan.profile = profile
        #expect(ScanPattern(settings.scan, isOnBattery: isOnBattery) == pattern)
    }

    @Test func `lengths that the owner sets stand before the profile's`() {
        var scan = Settings().scan
        scan.profile = .battery
        scan.window = .seconds(3)
        var wanted = ScanPattern.battery
        wanted.window = .seconds(3)
        #expect(ScanPattern(scan, isOnBattery: nil) == wanted)
        scan.window = .seconds(15)
        let long = ScanPattern(scan, isOnBattery: nil)
        #expect(long.windows == 1 && long.window == .seconds(15) && long.pause == wanted.pause)
        scan.pause = .seconds(60)
        #expect(ScanPattern(scan, isOnBattery: nil) == .plain(window: .seconds(15), pause: .seconds(60)))
        scan.window = nil
        #expect(ScanPattern(scan, isOnBattery: nil) == .plain(window: ScanPattern.battery.window, pause: .seconds(60)))
    }

    @Test func `a scan of two windows is one sighting of everybody heard in either`() async throws {
        try await StationBench.run(settings: Self.pairs) { bench in
            try await bench.begin()
            let begin = bench.time.now.wall
            try await bench.hear(stranger(1), -70)
            await bench.pass(.seconds(4))
            #expect(try await !bench.plan().isScanning)
            #expect(try bench.sightings().isEmpty)
            await bench.pass(.seconds(11))
            #expect(try await bench.plan().isScanning)
            try await bench.hear(stranger(1), -50)
            try await bench.hear(stranger(2), -80)
            await bench.pass(.seconds(4))
            try await eventually("the scan is written") { try bench.sightings().count == 2 }
            // Who was silent in the first window is not near for any longer than who was not.
            #expect(
                Set(try bench.sightings()) == [
                    Sighting(payload: stranger(1), time: begin, previousScan: nil, rssi: -50, meanRSSI: -60),
                    Sighting(payload: stranger(2), time: begin, previousScan: nil, rssi: -80, meanRSSI: -80),
                ])
            try await bench.nextWindow()
            let second = bench.time.now.wall
            try await bench.hear(stranger(1))
            await bench.pass(.seconds(4))
            await bench.pass(.seconds(11))
            await bench.pass(.seconds(4))
            try await eventually("the second scan is written") { try bench.sightings().count == 3 }
            let last = try #require(try bench.sightings().last)
            #expect(last.time == second)
            #expect(last.previousScan == begin)
        }
    }

    @Test func `the status says how much is listened, and by which profile`() async throws {
        try await StationBench.run(settings: Self.pairs) { bench in
            try await bench.begin()
            await bench.pass(.seconds(4))
            try await eventually("the window is shut") {
                await bench.station.listening.share(at: bench.time.now.boot) == 1
            }
            _ = try await bench.plan()
            await bench.pass(.seconds(6))
            let status = await bench.station.status()
            #expect(status.scanProfile == .balanced && status.listeningShare == 40)
        }
        try await StationBench.run { bench in
            #expect(await bench.station.status().scanProfile == .custom)
        }
    }

    @Test func `a plugged machine listens more, and at once`() async throws {
        try await StationBench.run(settings: "[Scan]\nWindowSeconds=\nPauseSeconds=\n") { bench in
            await bench.station.take(onBattery: true)
            try await bench.begin()
            #expect(await bench.station.status().scanProfile == .battery)
            for length: Duration in [.milliseconds(5500), .milliseconds(9500), .milliseconds(5500)] {
                await bench.pass(length)
            }
            let pause = try #require(await bench.station.schedule.deadline) - bench.time.now.boot
            #expect(pause >= .seconds(120))
            await bench.station.take(onBattery: false)
            #expect(await bench.station.status().scanProfile == .balanced)
            #expect(try #require(await bench.station.schedule.deadline) - bench.time.now.boot == .seconds(41))
            await bench.station.take(onBattery: nil)
            #expect(await bench.station.status().scanProfile == .balanced)
        }
    }

    @Test func `another profile in the configuration holds from the pause under way on`() async throws {
        try await StationBench.run(settings: Self.pairs) { bench in
            try await bench.begin()
            let path = bench.folder.path + "/bluezone.conf"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try bench.folder.write(text + "[Scan]\nProfile=continuous\n", to: "bluezone.conf")
            await bench.station.reload()
            #expect(await bench.station.status().scanProfile == .continuous)
            await bench.pass(.milliseconds(8799))
            #expect(await bench.station.schedule.isOpen)
            await bench.pass(.milliseconds(1))
            #expect(await !bench.station.schedule.isOpen)
            await bench.pass(.milliseconds(200))
            #expect(await bench.station.schedule.isOpen)
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Exposure
import Platform
import Radio
import Settings
import Testing

@testable import Station

/// The station with clocks that run, so that its own alarms drive it.
@Suite struct RunningTests {
    @Test func `the alarms alone open and close windows and change identifiers`() async throws {
        let folder = try ScratchFolder()
        try Folder.make(folder.path + "/state")
        try folder.write(
            """
            [Station]
            StateFolder=\(folder.path)/state
            [Radio]
            Kind=air
            Air=\(folder.path)/air
            [Clock]
            Trust=always
            [Bus]
            Control=none
            """, to: "bluezone.conf")
        let place = SettingsPlace.file(folder.path + "/bluezone.conf")
        let settings = try Station.load(place)
        let start = StationBench.day.start.advanced(by: .seconds(43_000))
        let clock = StationClock.accelerated(
            speed: 3600, start: start, origin: Timestamp(milliseconds: KernelClock.wallMilliseconds))
        let (watcher, radio, executor) = (try Watcher(), FakeRadio(), try TestThread.executor())
        let recorder = Recorder(folder: folder.path + "/state/journal", retentionDays: 14, executor: executor)
        let places = CaseDeskPlaces(spool: "", keysFolder: "", state: folder.path + "/state")
        let station = Station(
            settings: settings, from: place, adapters: AdapterTable(), bus: nil, clock: clock, watcher: watcher,
            recorder: recorder,
            recorded: try await recorder.open(at: clock.now.wall),
            desk: CaseDesk(places: places, policy: .standard, retentionDays: 14, executor: executor),
            desked: CaseDeskReport(), store: StateFiles(folder: folder.path + "/state"), keys: KeyRing(),
            logger: LogBook().logger)
        let service = StationService(
            station: station, radio: radio, watcher: watcher, control: nil, bus: nil, logger: LogBook().logger)
        let work = Task { try await service.run() }
        radio.emit(.state(.ready, adapter: "hci0"))
        try await eventually("three slots and some windows") {
            let plans = await radio.plans.map(\.plan)
            return Set(plans.map(\.onAir)).count >= 3 && plans.contains { !$0.isScanning }
        }
        work.cancel()
        try await work.value
        #expect(await radio.plans.allSatisfy { $0.plan.onAir.count <= 2 })
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import Control
import Journal
import Platform
import Radio
import Settings
import TestSupport
import Testing

@testable import Station

/// A thread for what must not run on the cooperative pool: one for all tests, because such a thread never ends.
enum TestThread {
    private static let thread = Result { try ThreadExecutor(name: "tests") }

    static func executor() throws -> ThreadExecutor { try thread.get() }
}

/// A condition that a test waited for did not come true.
struct Overdue: Error, CustomStringConvertible {
    let description: String
}

/// Returns as soon as `condition` holds.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(10)
    var looks = 0
    while try await !condition() {
        looks += 1
        // Enough looks besides the time: among many tests this one may not run for as long as that.
        guard ContinuousClock.now < end || looks < 1000 else { throw Overdue(description: "waited in vain: \(what)") }
        try await Task.sleep(for: .milliseconds(1))
    }
}

/// A station in a folder of its own with a radio and clocks in the test's hands. Everything else is the real thing.
final class StationBench: Sendable {
    static let day = UTCDay(number: 20_777)  // 2026-11-20

    let folder: ScratchFolder
    let time: TestClock
    let radio = FakeRadio()
    let log = LogBook()
    let station: Station
    private let service: StationService
    private let watcher: Watcher
    private let fences = Lock(0)

    /// `settings` is put behind the bench's own; `seconds` of the day, when the station starts.
    private init(
        _ folder: ScratchFolder, settings text: String, adapters: AdapterTable, limits: RecorderLimits,
        at seconds: Int64, day: UTCDay
    ) async throws {
        self.folder = folder
        time = TestClock(day: day, seconds: seconds)
        try folder.write(Self.configuration(folder.path) + text, to: "bluezone.conf")
        let place = SettingsPlace.file(folder.path + "/bluezone.conf")
        let settings = try Station.load(place)
        let state = settings.station.stateFolder
        let (files, executor) = (StateFiles(folder: state), try TestThread.executor())
        let days = settings.journal.retentionDays
        let recorder = Recorder(
            folder: state + "/journal", retentionDays: days, limits: limits, executor: executor)
        let desk = CaseDesk(
            places: CaseDeskPlaces(spool: settings.cases.spool, keysFolder: settings.cases.keysFolder, state: state),
            policy: try Station.policy(of: settings), retentionDays: days, executor: executor)
        let now = time.now.wall
        let recorded = try await retrying(while: JournalError.inUse(folder: state + "/journal")) {
            try await recorder.open(at: now)
        }
        watcher = try Watcher()
        station = Station(
            settings: settings, from: place, adapters: adapters, bus: nil, clock: time.stationClock, watcher: watcher,
            recorder: recorder,
            recorded: recorded, desk: desk, desked: await desk.open(), store: files,
            keys: try files.loadKeys(), logger: log.logger)
        // A watcher of its own, with no alarm set: time passes only when the test says so.
        service = StationService(
            station: station, radio: radio, watcher: try Watcher(), control: nil, bus: nil, logger: log.logger)
    }

    private static func configuration(_ path: String) -> String {
        """
        [Station]
        StateFolder=\(path)/state
        [Radio]
        Kind=air
        Air=\(path)/air
        [Scan]
        WindowSeconds=4
        PauseSeconds=56
        [Cases]
        Spool=\(path)/spool
        KeysFolder=\(path)/keys.d
        [Clock]
        Trust=always
        [Bus]
        Control=none

        """
    }

    /// Runs `body` with a station that works, and ends it behind.
    static func run(
        in folder: ScratchFolder? = nil, settings: String = "", adapters: AdapterTable = AdapterTable(),
        limits: RecorderLimits = RecorderLimits(), at seconds: Int64 = 43_200, day: UTCDay = day,
        _ body: (StationBench) async throws -> Void
    ) async throws {
        await Turnstile.benches.enter()
        let outcome: Result<Void, any Error>
        do {
            let bench = try await StationBench(
                try folder ?? ScratchFolder(), settings: settings, adapters: adapters, limits: limits, at: seconds,
                day: day)
            outcome = await bench.outcome(of: body)
        } catch { outcome = .failure(error) }
        await Turnstile.benches.leave()
        try outcome.get()
    }

    private func outcome(of body: (StationBench) async throws -> Void) async -> Result<Void, any Error> {
        let service = service
        let work = Task { try await service.run() }
        let outcome: Result<Void, any Error>
        do {
            try Folder.make(folder.path + "/state")
            // Taken by the running service: from here on the station has begun.
            try await emit()
            try await body(self)
            outcome = .success(())
        } catch { outcome = .failure(error) }
        work.cancel()
        _ = try? await work.value
        watcher.stop()
        return outcome
    }
}

extension StationBench {
    /// Tells the station something of the radio and waits until it has taken it.
    func emit(_ events: RadioEvent...) async throws {
        for event in events { radio.emit(event) }
        radio.emit(.malformed(count: 1))
        let fence = fences.withLock { count in
            count += 1
            return count
        }
        try await eventually("the events are taken") { await station.malformed >= fence }
    }

    /// The adapter is ready, and the station's answer to that on the air.
    func begin() async throws {
        try await emit(.state(.ready, adapter: "hci0"))
        try await eventually("the first plan") { await radio.plans.last.map { !$0.plan.onAir.isEmpty } ?? false }
        try await eventually("the first plan is done") { await !station.status().formats.isEmpty }
    }

    /// Somebody's beacon is heard now, or so long ago; `isRead` when he was asked for it.
    func hear(
        _ payload: BeaconPayload, _ rssi: Int8 = -60, ago: Duration = .zero, isRead: Bool = false
    ) async throws {
        let heard = Reception(payload: payload, rssi: rssi, time: time.now.boot - ago, isRead: isRead)
        try await emit(.heard(heard))
    }

    /// Lets time pass and the alarm ring.
    func pass(_ duration: Duration) async {
        time.pass(duration)
        await station.take(.alarm)
    }

    /// Lets time pass, second by second, until a scan window opens.
    func nextWindow() async throws {
        for _ in 0..<400 {
            await pass(.seconds(1))
            if await station.schedule.isOpen { return }
        }
        throw Overdue(description: "no window opened")
    }

    /// The plan that is in force once the radio has done all it was told.
    func plan() async throws -> RadioPlan {
        try await eventually("the newest plan is handed over") {
            guard let order = await station.lastOrder else { return true }
            return await radio.plans.last?.plan == order.plan
        }
        return await radio.plans.last?.plan ?? RadioPlan()
    }

    /// What stands in the journal, day by day.
    func sightings() throws -> [Sighting] {
        let reader = JournalReader(folder: folder.path + "/state/journal")
        var sightings: [Sighting] = []
        for day in try reader.days() { try reader.read(day) { sightings.append($0) } }
        return sightings
    }

    /// The warnings, without the one that no authority's key is installed.
    func warnings() async -> [StationWarning] {
        await station.status().warnings.filter { $0.kind != .authorityAbsent }
    }
}

/// A beacon of somebody else.
func stranger(_ number: UInt64, _ format: BeaconFormat = .bluezone) -> BeaconPayload {
    BeaconPayload(identifier: EphemeralIdentifier(format: format, low: number, high: 7), metadata: 0)
}

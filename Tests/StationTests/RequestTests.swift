// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Control
import Foundation
import Platform
import Radio
import Testing

@testable import Station

@Suite struct PauseTests {
    @Test func `a pause means silence and deafness until it ends by itself`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            try await bench.hear(stranger(1))
            await bench.station.pause(seconds: 600)
            #expect(try await bench.plan() == RadioPlan())
            let status = await bench.station.status()
            #expect(status.state == .paused)
            #expect(status.pausedUntil == bench.time.now.wall.advanced(by: .seconds(600)))
            try await eventually("silence") { await bench.station.status().formats.isEmpty }
            try await bench.hear(stranger(2))
            await bench.pass(.seconds(599))
            #expect(await bench.station.status().state == .paused)
            await bench.pass(.seconds(1))
            #expect(await bench.station.status().state == .running)
            #expect(await bench.station.status().pausedUntil == nil)
            #expect(try await bench.plan().onAir.count == 2)
            await bench.pass(.seconds(4))
            #expect(try bench.sightings().map(\.payload) == [stranger(1)])
        }
    }

    @Test func `a pause without an end lasts until somebody resumes`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            await bench.station.pause(seconds: 0)
            await bench.pass(.seconds(86_400))
            #expect(await bench.station.status().state == .paused)
            #expect(await bench.station.status().pausedUntil == nil)
            #expect(try await bench.plan() == RadioPlan())
            await bench.station.resume()
            try await eventually("both formats are on the air") { await bench.station.status().formats.count == 2 }
            #expect(await bench.station.status().state == .running)
            let plan = try await bench.plan()
            await bench.station.resume()
            #expect(try await bench.plan() == plan)
        }
    }

    @Test func `a pause during a pause replaces it`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            await bench.station.pause(seconds: 0)
            await bench.station.pause(seconds: 60)
            await bench.pass(.seconds(60))
            #expect(await bench.station.status().state == .running)
        }
    }

    @Test func `an adapter that comes back during a pause stays silent`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            await bench.station.pause(seconds: 0)
            try await bench.emit(.state(.off, adapter: "hci0"), .state(.ready, adapter: "hci0"))
            #expect(try await bench.plan() == RadioPlan())
            #expect(await bench.station.status().state == .paused)
        }
    }

    @Test func `to match is refused while the clock is not trusted`() async throws {
        let settings = "[Clock]\nTrust=auto\n"
        try await StationBench.run(settings: settings, day: ClockTrustTests.wrongDay) { bench in
            await #expect(throws: ControlRefusal.self) { try await bench.station.match() }
        }
    }
}

@Suite struct ForgetTests {
    /// A folder with an alert, imported keys, a journal and own keys in it.
    private func livedIn() async throws -> ScratchFolder {
        let folder = try ScratchFolder()
        let scene = try CaseScene(folder)
        try scene.installKey()
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        let desk = try scene.desk()
        _ = await desk.open()
        #expect(await desk.work(at: scene.now, ownKeys: [], always: true).news.count == 1)
        #expect(await desk.storeAlerts() == nil)
        try Folder.remove(folder.path + "/spool/one.zip")
        return folder
    }

    @Test func `nothing stays but fresh keys, and the air changes at once`() async throws {
        let folder = try await livedIn()
        try await StationBench.run(in: folder, at: 80_000) { bench in
            #expect(await bench.station.alerts().map(\.minutes) == [20])
            try await bench.begin()
            try await bench.hear(stranger(1))
            await bench.pass(.seconds(4))
            let before = try await bench.plan().onAir
            let keys = try StateFiles(folder: folder.path + "/state").loadKeys()
            #expect(await bench.station.status().caseKeys == 1)
            try await bench.station.forget()

            #expect(Set(try folder.files(in: "state").keys) == ["keys"])
            let fresh = try StateFiles(folder: folder.path + "/state").loadKeys()
            #expect(fresh.keys.count == 2 && fresh.all.isDisjoint(with: keys.all))
            let after = try await bench.plan().onAir
            #expect(after.count == 2 && Set(after).isDisjoint(with: before))
            #expect(await bench.radio.plans.last?.isRenewing == true)

            let status = await bench.station.status()
            #expect(status.sightingsToday == 0 && status.identifiersToday == 0 && status.lastSighting == nil)
            #expect(status.caseKeys == 0 && status.alertLevel == .none && status.journalBytes == 0)
            #expect(status.daysRecorded == 0)
            #expect(await bench.station.alerts().isEmpty)
            #expect(await bench.station.nearby().isEmpty)
        }
        try await StationBench.run(in: folder, at: 80_100) { bench in
            #expect(await bench.station.alerts().isEmpty)
            #expect(await bench.station.status().lastSighting == nil)
        }
    }

    @Test func `what was heard before is not written afterwards, nor our own old identifiers`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            try await bench.hear(stranger(1))
            let own = try await bench.plan().onAir
            try await bench.station.forget()
            for payload in own { try await bench.hear(payload) }
            try await bench.hear(stranger(2))
            await bench.pass(.seconds(4))
            #expect(try bench.sightings().map(\.payload) == [stranger(2)])
        }
    }

    @Test func `a station off the air forgets as well`() async throws {
        let folder = try await livedIn()
        try await StationBench.run(in: folder, at: 80_000) { bench in
            try await bench.station.forget()
            #expect(try folder.files(in: "state").isEmpty)
        }
    }

    @Test func `alerts that cannot be deleted are not passed over`() async throws {
        try await StationBench.run { bench in
            try bench.folder.write("x", to: "state/alerts/alerts/in-the-way")
            await #expect(throws: ControlRefusal.self) { try await bench.station.forget() }
        }
    }
}

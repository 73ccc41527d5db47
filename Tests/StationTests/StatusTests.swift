// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Foundation
import Platform
import Radio
import Testing

@testable import Station

@Suite struct StatusTests {
    @Test(arguments: [
        (RadioState.noBus, StationStatus.State.blocked, StationWarning.Kind.bluetoothAbsent),
        (.noDaemon, .blocked, .bluetoothAbsent), (.noAdapter, .noAdapter, .adapterAbsent),
        (.off, .blocked, .adapterOff), (.blocked, .blocked, .radioKilled), (.exposed, .blocked, .adapterExposed),
    ])
    func `a radio that cannot be used is told, and the station carries on when it can`(
        radio: RadioState, state: StationStatus.State, warning: StationWarning.Kind
    ) async throws {
        try await StationBench.run { bench in
            #expect(await bench.station.status().state == .starting)
            try await bench.emit(.state(radio, adapter: nil))
            #expect(await bench.station.status().state == state)
            #expect(await bench.warnings().map(\.kind) == [warning])
            try await bench.begin()
            let before = try await bench.plan().onAir
            #expect(await bench.station.status().state == .running)
            #expect(await bench.station.status().adapter == "hci0")
            #expect(await bench.warnings().isEmpty)
            try await bench.emit(.state(radio, adapter: "hci0"))
            #expect(await bench.station.status().state == state)
            #expect(await bench.station.status().formats.isEmpty)
            try await bench.emit(.state(.ready, adapter: "hci0"))
            try await eventually("both formats are on the air") { await bench.station.status().formats.count == 2 }
            #expect(try await bench.plan().onAir == before)
            #expect(await bench.radio.plans.last?.isRenewing == true)
        }
    }

    @Test func `without an authority's key the status says so, and with one no more`() async throws {
        try await StationBench.run { bench in
            #expect(await bench.station.status().warnings.map(\.kind) == [.authorityAbsent])
            try CaseScene(bench.folder).installKey()
            await bench.station.workOnCases(always: true)
            #expect(await bench.station.status().warnings.isEmpty)
        }
    }

    @Test func `cases that no longer come are told`() async throws {
        try await StationBench.run(at: 75_600) { bench in
            let scene = try CaseScene(bench.folder)
            try scene.installKey()
            try scene.publish("one.zip", [scene.key(.bluezone)])
            await bench.station.workOnCases(always: true)
            #expect(await bench.station.status().lastImport == scene.now)
            await bench.pass(.seconds(86_400 * 2))
            #expect(await bench.warnings().isEmpty)
            await bench.pass(.seconds(60))
            #expect(await bench.warnings().map(\.kind) == [.casesStale])
        }
    }

    @Test func `old alerts leave the disk as well`() async throws {
        let folder = try ScratchFolder()
        try folder.write("F1 2026-10-01 17 bluezone\nF1 2026-11-19 18 bluezone\n", to: "state/alerts/alerts")
        try await StationBench.run(in: folder) { bench in
            await bench.station.workOnCases(always: true)
            #expect(await bench.station.alerts().map(\.minutes) == [18])
            try await eventually("the file says so") {
                try Folder.text(of: folder.path + "/state/alerts/alerts") == "F1 2026-11-19 18 bluezone\n"
            }
        }
    }

    @Test func `a full disk stops recording and nothing else, and recording resumes by itself`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            // The day's look at the whole journal is over: it would find that link damaged.
            try await eventually("the first matching") { await bench.station.status().lastMatch != nil }
            let segment = bench.folder.path + "/state/journal/2026-11-20.sightings"
            try FileManager.default.createSymbolicLink(atPath: segment, withDestinationPath: "/dev/full")
            try await bench.hear(stranger(1))
            await bench.pass(.seconds(4))
            #expect(await bench.warnings().map(\.kind) == [.diskFull])
            let status = await bench.station.status()
            #expect(status.state == .running && status.formats.count == 2 && status.sightingsToday == 0)
            try FileManager.default.removeItem(atPath: segment)
            try await bench.nextWindow()
            try await bench.hear(stranger(2))
            await bench.pass(.seconds(4))
            #expect(await bench.warnings().isEmpty)
            #expect(try bench.sightings().map(\.payload) == [stranger(2)])
        }
    }

    @Test func `counts of today begin anew at midnight`() async throws {
        try await StationBench.run(at: 86_400 - 30) { bench in
            try await bench.begin()
            try await bench.hear(stranger(1))
            await bench.pass(.seconds(4))
            #expect(await bench.station.status().sightingsToday == 1)
            await bench.pass(.seconds(26))
            let status = await bench.station.status()
            #expect(status.sightingsToday == 0 && status.identifiersToday == 0)
            #expect(status.lastSighting == StationBench.day.end.advanced(by: .seconds(-30)))
        }
    }
}

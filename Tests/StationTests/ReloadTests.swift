// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Foundation
import Radio
import Settings
import Testing

@testable import Station

@Suite struct ReloadTests {
    /// Adds lines to the bench's configuration and has it read again.
    private func reload(_ bench: StationBench, adding text: String) async throws -> Int {
        let path = bench.folder.path + "/bluezone.conf"
        let old = try String(contentsOfFile: path, encoding: .utf8)
        try bench.folder.write(old + text, to: "bluezone.conf")
        await bench.station.reload()
        return old.split(separator: "\n", omittingEmptySubsequences: false).count
    }

    @Test(arguments: [
        ("WindowSecond=9", 0, "[Scan]"), ("WindowSeconds=9\nPauseSeconds=x", 1, "PauseSeconds=x"),
    ])
    func `a bad file keeps the old settings, and the status says where it is bad`(
        text: String, below: Int, word: String
    ) async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            let plan = try await bench.plan()
            let line = try await reload(bench, adding: "[Scan]\n" + text + "\n") + 1 + below
            let warnings = await bench.warnings()
            #expect(warnings.map(\.kind) == [.settingsRefused])
            let detail = warnings.first?.detail ?? ""
            #expect(detail.hasPrefix("\(bench.folder.path)/bluezone.conf:\(line): ") && detail.contains(word))
            #expect(await bench.station.settings.scan.window == .seconds(4))
            #expect(try await bench.plan() == plan)
            _ = try await reload(bench, adding: "")
            #expect(await bench.warnings().map(\.kind) == [.settingsRefused])
        }
    }

    @Test func `a threshold that cannot be is refused with its place`() async throws {
        try await StationBench.run { bench in
            let line = try await reload(bench, adding: "[Policy]\nNoSuchThreshold=3\n") + 1
            let warnings = await bench.warnings()
            #expect(warnings.map(\.kind) == [.settingsRefused])
            #expect(warnings.first?.detail.hasPrefix("\(bench.folder.path)/bluezone.conf:\(line): ") == true)
        }
    }

    @Test func `a file put right takes the warning away`() async throws {
        try await StationBench.run { bench in
            let path = bench.folder.path + "/bluezone.conf"
            let good = try String(contentsOfFile: path, encoding: .utf8)
            _ = try await reload(bench, adding: "nonsense\n")
            #expect(await bench.warnings().map(\.kind) == [.settingsRefused])
            try bench.folder.write(good, to: "bluezone.conf")
            await bench.station.reload()
            #expect(await bench.warnings().isEmpty)
        }
    }

    @Test func `new scan lengths hold from the window under way on`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            _ = try await reload(bench, adding: "[Scan]\nWindowSeconds=10\nPauseSeconds=120\n")
            await bench.pass(.seconds(9))
            #expect(await bench.station.schedule.isOpen)
            await bench.pass(.seconds(1))
            #expect(await !bench.station.schedule.isOpen)
            let shut = bench.time.now.boot
            try await bench.nextWindow()
            #expect((Duration.seconds(100)...Duration.seconds(140)).contains(bench.time.now.boot - shut))
        }
    }

    @Test func `another choice of formats is on the air at once`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            _ = try await reload(bench, adding: "[Station]\nFormats=exposure-notification\n")
            #expect(try await bench.plan().onAir.map(\.identifier.format) == [.exposureNotification])
            try await eventually("one format") {
                await bench.station.status().formats == [.exposureNotification]
            }
            #expect(await bench.radio.plans.last?.isRenewing == true)
        }
    }

    @Test func `another choice of formats during a pause does not end it`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            await bench.station.pause(seconds: 0)
            _ = try await reload(bench, adding: "[Station]\nFormats=bluezone\n")
            #expect(try await bench.plan() == RadioPlan())
            await bench.station.resume()
            try await eventually("one format") { await bench.station.status().formats == [.bluezone] }
        }
    }

    @Test func `days to keep are told and kept`() async throws {
        try await StationBench.run { bench in
            _ = try await reload(bench, adding: "[Journal]\nRetentionDays=3\n")
            #expect(await bench.station.status().daysKept == 3)
        }
    }

    @Test func `what cannot change while running stays, and the log says so`() async throws {
        try await StationBench.run { bench in
            _ = try await reload(bench, adding: "[Cases]\nSpool=/elsewhere\n")
            #expect(await bench.station.settings.cases.spool == bench.folder.path + "/spool")
            #expect(bench.log.lines.contains { $0.hasPrefix("warning") && $0.contains("next start") })
        }
    }
}

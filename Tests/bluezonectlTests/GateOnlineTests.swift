// SPDX-License-Identifier: GPL-3.0-or-later
// The built tool at the gate: against a served station on a bus of its own, which comes and goes.

import Beacon
import Bus
import Control
import Foundation
import TestSupport
import Testing

@testable import bluezonectl

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(1)))
struct GateOnlineTests {
    /// A station that hears whom it is told to hear.
    actor Station: ControlDelegate {
        var current = StatusTextTests.running
        var beacons: [NearbyBeacon] = []

        func hear(_ beacons: [NearbyBeacon]) { self.beacons = beacons }
        func set(_ state: StationStatus.State) { current.state = state }
        func listen(_ profile: StationStatus.ScanProfile) { current.scanProfile = profile }
        func status() -> StationStatus { current }
        func alerts() -> [AlertNotice] { [] }
        func nearby() -> [NearbyBeacon] { beacons }
        func pause(seconds: UInt32) {}
        func resume() {}
        func match() {}
        func forget() {}
        func publishable() -> [PublishableKeys] { [] }
        func handOutKeys(of days: Set<UTCDay>) -> [HandedOutKey] { [] }
    }

    private let daemon = try? PrivateBus()

    private func serving(_ station: Station, _ body: () async throws -> Void) async throws {
        let bus = Bus(address: try #require(daemon).address)
        try await bus.waitUntilConnected()
        let server = ControlServer(bus: bus, delegate: station)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            try await server.takeName()
            try await body()
            group.cancelAll()
        }
        await bus.close()
    }

    private func gate(
        _ arguments: [String], _ environment: [String: String] = [:],
        meanwhile: @escaping @Sendable () async throws -> Void
    ) async throws -> Tool.Outcome {
        let own = ["DBUS_SYSTEM_BUS_ADDRESS": try #require(daemon).address]
        return try await Tool.run(
            ["gate"] + arguments, environment: own.merging(environment) { $1 }, meanwhile: meanwhile)
    }

    private static func pass() async throws { try await Task.sleep(for: .milliseconds(2500)) }

    private struct Line: Decodable {
        let verdict: String
        let reason: String?
        let signal: String
        let people: Int
    }

    private func lines(_ outcome: Tool.Outcome) throws -> [Line] {
        try outcome.output.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    @Test func `somebody comes, goes, and the daemon pauses`() async throws {
        let station = Station()
        await station.listen(.continuous)
        try await serving(station) {
            let outcome = try await gate(["--json"]) {
                try await Self.pass()
                await station.hear([GateJudgeTests.beacon(1, -60)])
                try await Self.pass()
                await station.hear([GateJudgeTests.beacon(1, -60, age: 40), GateJudgeTests.beacon(2, -85)])
                try await Task.sleep(for: .seconds(14))
                await station.set(.paused)
                try await Self.pass()
            }
            #expect(outcome.status == 0 && outcome.errors.isEmpty)
            let told = try lines(outcome)
            // A quarter of an hour may end meanwhile: the same answer comes again, and the count begins anew.
            var shown: [String] = []
            for line in told.map({ "\($0.verdict) \($0.reason ?? "") \($0.signal)" }) where shown.last != line {
                shown.append(line)
            }
            let expected = ["no  nobody", "yes  near", "no  away", "unknown paused nobody"]
            #expect(shown.drop { $0.contains("starting") } == expected[...])
            #expect(told.map(\.people).max() == 1)
        }
    }

    @Test func `a daemon that rests between scans is never a no`() async throws {
        let station = Station()
        await station.listen(.balanced)
        try await serving(station) {
            let outcome = try await gate(["--json"]) { try await Self.pass() }
            let shown = try lines(outcome)
            #expect(shown.last?.reason == "resting" && shown.allSatisfy { $0.verdict == "unknown" })
        }
    }

    @Test func `the service keeps counts and a page, whatever becomes of the daemon`() async throws {
        let folder = try Scratch()
        let (state, page) = (folder.path + "/counts.csv", folder.path + "/index.html")
        let environment = ["STATE_DIRECTORY": folder.path, "RUNTIME_DIRECTORY": folder.path]
        let outcome = try await gate(["watch", "--service"], environment) {
            try await Self.pass()
            #expect(try String(contentsOfFile: page, encoding: .utf8).contains("bluezoned is not running"))
            let station = Station()
            await station.listen(.continuous)
            await station.hear((1...4).map { GateJudgeTests.beacon($0, -60) })
            try await serving(station) {
                // The bus was there all the time; the name is found at the next question.
                try await Self.pass()
                #expect(try String(contentsOfFile: page, encoding: .utf8).contains("<h1>YES</h1>"))
            }
            try await Self.pass()
            #expect(try String(contentsOfFile: page, encoding: .utf8).contains("<h1>?</h1>"))
        }
        #expect(outcome.status == 0 && outcome.output.isEmpty)
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains("The gate is closed."))
        let counts = try CountFile(path: state).read().counts
        #expect(counts.contains { $0.people == .number(4) && $0.bluezone == .number(4) })
        #expect(outcome.errors.contains("The gate sees."))
        let list = try await Tool.run(["gate", "counts", "--file", state, "--csv"])
        #expect(list.output.split(separator: "\n").count == counts.count + 1)
    }

    @Test(arguments: [
        ["--near", "-10"], ["--json", "--csv"], ["--full-screen", "--json"], ["counts", "--csv", "--json"],
    ])
    func `wrong usage is refused`(arguments: [String]) async throws {
        #expect(try await Tool.run(["gate"] + arguments).status == 2)
    }

    @Test func `what cannot be done is a sentence`() async throws {
        let noTerminal = try await Tool.run(["gate", "--full-screen"])
        #expect(noTerminal.status == 1 && noTerminal.errors.contains("needs a terminal"))
        let noFolder = try await Tool.run(["gate", "--service"])
        #expect(noFolder.status == 1 && noFolder.errors.contains("STATE_DIRECTORY"))
        let noCounts = try await Tool.run(["gate", "counts", "--file", "/nonexistent/counts.csv"])
        #expect(noCounts.status == 1 && noCounts.errors.contains("No such file"))
    }
}

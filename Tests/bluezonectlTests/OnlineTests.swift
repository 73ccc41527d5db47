// SPDX-License-Identifier: GPL-3.0-or-later
// The built tool against a served station on a bus of its own.

import Beacon
import Bus
import Control
import Foundation
import TestSupport
import Testing

@testable import bluezonectl

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(1)))
struct OnlineTests {
    /// A station with one alert that can be told its state.
    actor Station: ControlDelegate {
        var current = StatusTextTests.running
        var calls: [String] = []

        func set(_ state: StationStatus.State) { current.state = state }
        func status() -> StationStatus { current }
        func alerts() -> [AlertNotice] { ListTextTests.alerts }
        func nearby() -> [NearbyBeacon] { [] }
        func pause(seconds: UInt32) { calls.append("pause \(seconds)") }
        func resume() { calls.append("resume") }
        func match() { calls.append("match") }
        func forget() { calls.append("forget") }
        func publishable() -> [PublishableKeys] { PublishDialogueTests.days }
        func handOutKeys(of days: Set<UTCDay>) -> [HandedOutKey] {
            calls.append("hand out \(days.sorted().map(\.description).joined(separator: " "))")
            return PublishDialogueTests.keys.filter { days.contains($0.day) }
        }
    }

    func serving(
        _ body: (Station, (_ arguments: [String], _ input: String) async throws -> Tool.Outcome) async throws -> Void
    ) async throws {
        let daemon = try PrivateBus()
        let bus = Bus(address: daemon.address)
        try await bus.waitUntilConnected()
        let station = Station()
        let server = ControlServer(bus: bus, delegate: station)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            try await server.takeName()
            try await body(station) { arguments, input in
                try await Tool.run(
                    arguments, environment: ["DBUS_SYSTEM_BUS_ADDRESS": daemon.address], input: input)
            }
            group.cancelAll()
        }
        await bus.close()
    }

    @Test func `status is shown to people and to programs, and says when Bluetooth cannot be used`() async throws {
        try await serving { station, run in
            let text = try await run([], "")
            #expect(text.status == 0 && text.errors.isEmpty)
            #expect(text.output.hasPrefix("Bluezone is sending and listening.\n"))
            #expect(!text.output.contains("\u{1B}"))
            let json = try await run(["status", "--json"], "")
            #expect(json.output == StatusTextTests.running.json.text + "\n")
            await station.set(.noAdapter)
            #expect(try await run(["status"], "").status == 5)
            let nearby = try await run(["nearby"], "")
            #expect(nearby.status == 5 && nearby.output.isEmpty && nearby.errors.contains("no-adapter"))
        }
    }

    @Test func `watching shows each change once`() async throws {
        let daemon = try PrivateBus()
        let bus = Bus(address: daemon.address)
        try await bus.waitUntilConnected()
        let station = Station()
        let server = ControlServer(bus: bus, delegate: station)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            try await server.takeName()
            let outcome = try await Tool.run(
                ["status", "--watch", "--json"], environment: ["DBUS_SYSTEM_BUS_ADDRESS": daemon.address]
            ) {
                for state in [StationStatus.State.running, .paused, .running, .blocked] {
                    await station.set(state)
                    await server.update(station.status())
                    try await Task.sleep(for: .milliseconds(500))
                }
            }
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count > 1 && lines.allSatisfy { $0.hasPrefix(#"{"schema":1,"state":""#) })
            #expect(lines.last?.contains("blocked") == true)
            for (line, next) in zip(lines, lines.dropFirst()) { #expect(line != next) }
            group.cancelAll()
        }
        await bus.close()
    }

    @Test func `alerts are listed, and the exit status tells of them only when asked`() async throws {
        try await serving { _, run in
            let alerts = try await run(["alerts"], "")
            #expect(alerts.status == 0 && alerts.output.split(separator: "\n").count == 3)
            #expect(try await run(["alerts", "--exit-code"], "").status == 10)
            let json = try await run(["alerts", "--json"], "")
            #expect(json.output.hasPrefix(#"{"schema":1,"alerts":[{"level":"F2","#))
        }
    }

    @Test func `pause, resume and match reach the station`() async throws {
        try await serving { station, run in
            #expect(try await run(["pause", "1h30m"], "").status == 0)
            #expect(try await run(["pause"], "").status == 0)
            #expect(try await run(["resume"], "").status == 0)
            let match = try await run(["match"], "")
            #expect(match.status == 0 && match.output.hasPrefix("Compared with 25410 case keys.\n"))
            #expect(await station.calls == ["pause 5400", "pause 0", "resume", "match"])
        }
    }

    @Test func `forget deletes only after a yes`() async throws {
        try await serving { station, run in
            #expect(try await run(["forget"], "").status == 1)
            let refused = try await run(["forget"], "no\n")
            #expect(refused.status == 1 && refused.errors.contains("nothing was deleted"))
            #expect(await station.calls.isEmpty)
            #expect(try await run(["forget"], "yes\n").status == 0)
            #expect(try await run(["forget", "--yes"], "").status == 0)
            #expect(await station.calls == ["forget", "forget"])
        }
    }

    @Test(arguments: [["status"], ["alerts"], ["nearby"], ["pause"], ["resume"], ["forget", "--yes"], ["match"]])
    func `a daemon that does not run is one sentence with the remedy`(arguments: [String]) async throws {
        let daemon = try PrivateBus()
        let outcome = try await Tool.run(arguments, environment: ["DBUS_SYSTEM_BUS_ADDRESS": daemon.address])
        #expect(outcome.status == 3 && outcome.output.isEmpty)
        #expect(
            outcome.errors
                == "bluezonectl: bluezoned is not running; start it with: sudo systemctl start bluezoned\n")
    }

    @Test(arguments: [["status"], ["status", "--json"], ["status", "--watch"], ["alerts"], ["nearby"], ["match"]])
    func `who may not ask is told how to join the group`(arguments: [String]) async throws {
        // Like the system's bus towards somebody out of the group: the name is there, calls do not reach it.
        let policy = """
            <busconfig><policy context="default"><allow own="org.bluezone1"/>
            <deny send_destination="org.bluezone1"/></policy></busconfig>
            """
        let daemon = try PrivateBus(policy: policy)
        let bus = Bus(address: daemon.address)
        try await bus.waitUntilConnected()
        try await bus.requestName(StationInterface.busName)
        let outcome = try await Tool.run(arguments, environment: ["DBUS_SYSTEM_BUS_ADDRESS": daemon.address])
        #expect(outcome.status == 4 && outcome.output.isEmpty)
        #expect(
            outcome.errors
                == "bluezonectl: not permitted: bluezoned answers root and members of the group bluezone; join it, "
                + "from the next login on, with: sudo usermod --append --groups bluezone NAME\n")
        await bus.close()
    }

    @Test func `no bus at all is the same exit status`() async throws {
        let outcome = try await Tool.run([])
        #expect(outcome.status == 3 && outcome.errors.contains("sudo systemctl start"))
    }

    @Test(arguments: [
        ["--bogus"], ["bogus"], ["pause", "soon"], ["match", "--export", "x"], ["status", "--color", "red"],
    ])
    func `wrong usage is told on standard error and has its own exit status`(arguments: [String]) async throws {
        let outcome = try await Tool.run(arguments)
        #expect(outcome.status == 2 && outcome.output.isEmpty && outcome.errors.contains("Usage: bluezonectl"))
    }
}

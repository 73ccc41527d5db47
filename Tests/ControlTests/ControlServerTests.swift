// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import Foundation
import TestSupport
import Testing

@testable import Control

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(1)))
struct ControlServerTests {
    @Test func `a client reads the status, the alerts and who is near`() async throws {
        try await ServedStation.with { served in
            let (status, alerts) = (try await served.client.status(), try await served.client.alerts())
            let nearby = try await served.client.nearby()
            #expect(status == .sample)
            #expect(alerts == [FakeStation.alert])
            #expect(nearby.map(\.prefix) == ["010203"])
        }
    }

    @Test func `what a client asks for reaches the station`() async throws {
        try await ServedStation.with { served in
            try await served.client.pause(seconds: 3600)
            try await served.client.resume()
            try await served.client.match()
            try await served.client.forget()
            #expect(await served.station.calls == ["pause 3600", "resume", "match", "forget"])
        }
    }

    @Test func `what could be published is listed, and keys are handed out for the days that were named`() async throws
    {
        try await ServedStation.with { served in
            let days = try await served.client.publishable()
            #expect(days == FakeStation.days)
            let keys = try await served.client.handOutKeys(of: Set(days.map(\.day)))
            #expect(keys.map(\.day) == days.map(\.day) && keys.allSatisfy { $0.slots == 3..<49 })
            #expect(keys.allSatisfy { $0.key.bytes == Array(1...32) })
            #expect(await served.station.calls == ["hand out 2026-11-19 2026-11-20"])
            let answer = try? await served.bus.call(
                destination: StationInterface.busName, path: StationInterface.path, interface: StationInterface.name,
                member: "HandOutKeys", arguments: [.strings(["2026-02-30"])])
            #expect(answer == nil)
            #expect(await served.station.calls.count == 1)
        }
    }

    @Test func `a refusal reaches the client with its kind and its words`() async throws {
        try await ServedStation.with { served in
            await served.station.refuse(.bluetoothUnusable("the adapter is off"))
            await #expect(throws: ControlError.bluetoothUnusable("the adapter is off")) {
                try await served.client.resume()
            }
        }
    }

    @Test func `only changed properties are announced`() async throws {
        try await ServedStation.with { served in
            let subscription = await served.bus.subscribe(
                .propertiesChanged(sender: StationInterface.busName, of: StationInterface.name))
            // A call behind the subscription: when it is answered the subscription is in force.
            _ = try await served.client.status()
            await served.server.update(.sample)
            var later = StationStatus.sample
            later.state = .paused
            later.sightingsToday = 413
            await served.server.update(later)
            await served.server.update(later)
            await served.server.announce(FakeStation.alert)
            var signals = subscription.signals.makeAsyncIterator()
            let first = try #require(await signals.next())
            let second = try #require(await signals.next())
            #expect(first.arguments[1].entries?.count == StationProperty.allCases.count)
            #expect(second.arguments[1].entries?.compactMap(\.key.text) == ["State", "SightingsToday"])
            #expect(second.arguments[1]["State"] == .string("paused"))
        }
    }

    @Test func `an alert goes out as a signal`() async throws {
        try await ServedStation.with { served in
            let subscription = await served.bus.subscribe(
                BusMatch(sender: StationInterface.busName, member: StationSignal.alert.rawValue))
            _ = try await served.client.status()
            await served.server.announce(FakeStation.alert)
            var signals = subscription.signals.makeAsyncIterator()
            let signal = try #require(await signals.next())
            #expect(try signal.arguments.map { try AlertNotice($0) } == [FakeStation.alert])
        }
    }

    @Test func `following tells of each change, and ends with an error of the follower's`() async throws {
        struct Enough: Error {}
        try await ServedStation.with { served in
            await served.server.update(.sample)
            var seen = 0
            await #expect(throws: Enough.self) {
                try await served.client.followChanges { () async throws(Enough) in
                    seen += 1
                    if seen > 3 { throw Enough() }
                    var status = StationStatus.sample
                    status.sightingsToday += UInt32(seen)
                    await served.server.update(status)
                }
            }
            #expect(seen == 4)
        }
    }

    @Test func `a bus without the daemon says that it does not run`() async throws {
        let daemon = try PrivateBus()
        let bus = Bus(address: daemon.address)
        try await bus.waitUntilConnected()
        await #expect(throws: ControlError.notRunning) { try await ControlClient(bus: bus).status() }
        await bus.close()
    }

    @Test(
        .enabled(
            if: geteuid() == 0
                && ["/usr/bin/setpriv", "/usr/bin/dbus-send"].allSatisfy {
                    FileManager.default.isExecutableFile(atPath: $0)
                }, "needs root, setpriv and dbus-send to be somebody else"),
        arguments: StationMethod.allCases)
    func `whoever is neither root nor in the group may look and not touch`(method: StationMethod) async throws {
        try await ServedStation.with { served in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
            process.arguments =
                [
                    "--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/dbus-send",
                    "--bus=\(served.address)", "--print-reply", "--dest=org.bluezone1", "/org/bluezone1",
                    "org.bluezone1.Station.\(method.rawValue)",
                ] + (method == .pause ? ["uint32:60"] : method == .handOutKeys ? ["array:string:2026-11-20"] : [])
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            let status = try await process.ended()
            #expect((status != 0) == method.isRestricted)
            #expect(await served.station.calls.isEmpty)
        }
    }
}

extension Process {
    /// Runs the process and returns its exit status, without keeping a thread waiting.
    func ended() async throws -> Int32 {
        try await withCheckedThrowingContinuation { continuation in
            terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try run() } catch { continuation.resume(throwing: error) }
        }
    }
}

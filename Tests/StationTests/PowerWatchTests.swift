// SPDX-License-Identifier: GPL-3.0-or-later

import Bus
import Platform
import TestSupport
import Testing

@testable import Station

/// A UPower that says what the test wants.
private struct FakePower {
    static let name = "org.freedesktop.UPower"
    static let path = "/org/freedesktop/UPower"

    let bus: Bus
    let isOnBattery = Lock(false)

    func serve() async {
        let isOnBattery = isOnBattery
        await bus.serve(
            [
                BusInterface(
                    Self.name,
                    properties: [BusProperty("OnBattery", "b") { .bool(isOnBattery.withLock { $0 }) }])
            ], at: Self.path)
    }

    func set(_ value: Bool) async throws {
        isOnBattery.withLock { $0 = value }
        try await bus.emitPropertiesChanged(
            path: Self.path, interface: Self.name, changed: [("OnBattery", .bool(value))])
    }
}

@Suite(.enabled(if: PrivateBus.isPossible, "there is no dbus-daemon"), .timeLimit(.minutes(1)))
struct PowerWatchTests {
    @Test func `the power supply is followed while UPower runs, and unknown when it does not`() async throws {
        let daemon = try PrivateBus()
        // Nobody is to be started only to be asked.
        try daemon.makeActivatable(FakePower.name)
        let (bus, power) = (Bus(address: daemon.address), FakePower(bus: Bus(address: daemon.address)))
        try await bus.waitUntilConnected()
        try await power.bus.waitUntilConnected()
        let told = Lock<[Bool?]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await PowerWatch(bus: bus).run { word in told.withLock { $0.append(word) } } }
            group.addTask { await power.serve() }
            try await eventually("nobody says") { told.withLock { $0 } == [nil] }
            power.isOnBattery.withLock { $0 = true }
            try await power.bus.requestName(FakePower.name)
            try await eventually("on battery") { told.withLock { $0.last == .some(true) } }
            try await power.set(false)
            try await eventually("on mains") { told.withLock { $0.last == .some(false) } }
            try await power.bus.releaseName(FakePower.name)
            try await eventually("nobody says any more") { told.withLock { $0.last == .some(nil) } }
            group.cancelAll()
            // UPower may be asked once more than it has changed: what counts is what its answers were in turn.
            let words = told.withLock { $0 }
            let turns = zip([nil] + words.map(Optional.some), words).filter { $0 != .some($1) }.map(\.1)
            #expect(turns == [nil, true, false, nil])
        }
        await bus.close()
        await power.bus.close()
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import Control
import TestSupport

/// A station that does nothing but remember what it was asked.
actor FakeStation: ControlDelegate {
    var current = StationStatus.sample
    var calls: [String] = []
    var refusal: ControlRefusal?

    static let alert = AlertNotice(level: .f1, day: UTCDay(number: 20_514), minutes: 18, format: .bluezone)

    func refuse(_ refusal: ControlRefusal) { self.refusal = refusal }

    func status() -> StationStatus { current }
    func alerts() -> [AlertNotice] { [Self.alert] }
    func nearby() -> [NearbyBeacon] {
        EphemeralIdentifier(format: .bluezone, bytes: Array(1...12)).map {
            [NearbyBeacon(identifier: $0, rssi: -61, age: 4)]
        } ?? []
    }
    func pause(seconds: UInt32) throws(ControlRefusal) { try note("pause \(seconds)") }
    func resume() throws(ControlRefusal) { try note("resume") }
    func match() throws(ControlRefusal) { try note("match") }
    func forget() throws(ControlRefusal) { try note("forget") }

    static let days = [
        PublishableKeys(day: UTCDay(number: 20_776), format: .bluezone, count: 1, isInUse: false),
        PublishableKeys(day: UTCDay(number: 20_777), format: .exposureNotification, count: 2, isInUse: true),
    ]
    func publishable() -> [PublishableKeys] { Self.days }
    func handOutKeys(of days: Set<UTCDay>) throws(ControlRefusal) -> [HandedOutKey] {
        try note("hand out \(days.sorted().map(\.description).joined(separator: " "))")
        return days.sorted().compactMap { day in
            DailyKey(format: .bluezone, bytes: Array(1...32)).map { HandedOutKey(day: day, key: $0, slots: 3..<49) }
        }
    }

    private func note(_ call: String) throws(ControlRefusal) {
        if let refusal { throw refusal }
        calls.append(call)
    }
}

/// A fake station served on a bus of its own, and a client on another connection.
struct ServedStation {
    let address: String
    let bus: Bus
    let station: FakeStation
    let server: ControlServer
    let client: ControlClient

    static func with(
        permission: CallerPermission = CallerPermission(), policy: String? = nil, isNamed: Bool = true,
        _ body: (ServedStation) async throws -> Void
    ) async throws {
        let daemon = try PrivateBus(policy: policy)
        let served = Bus(address: daemon.address)
        let asking = Bus(address: daemon.address)
        try await served.waitUntilConnected()
        try await asking.waitUntilConnected()
        let station = FakeStation()
        let server = ControlServer(bus: served, delegate: station, permission: permission)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            if isNamed { try await server.takeName() }
            try await body(
                ServedStation(
                    address: daemon.address, bus: asking, station: station, server: server,
                    client: ControlClient(bus: asking)))
            group.cancelAll()
        }
        await served.close()
        await asking.close()
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Bus

/// A caller's side of `org.bluezone1.Station`.
package struct ControlClient: Sendable {
    private let bus: Bus

    /// A client over a connection that the caller keeps.
    package init(bus: Bus) {
        self.bus = bus
    }

    /// A client over a new connection to the system bus. Throws `.busUnreachable` when there is none within a second.
    package static func connect() async throws(ControlError) -> ControlClient {
        let bus = Bus()
        do {
            try await bus.waitUntilConnected(.seconds(1))
        } catch {
            throw ControlError(error)
        }
        return ControlClient(bus: bus)
    }

    /// All properties, in one call.
    package func status() async throws(ControlError) -> StationStatus {
        let properties: BusValue
        do {
            properties = try await bus.properties(
                destination: StationInterface.busName, path: StationInterface.path, interface: StationInterface.name)
        } catch {
            throw ControlError(error)
        }
        return try StationStatus(properties: properties)
    }

    /// Calls `body` at once, and again whenever a property changed or the daemon came or went, until `body` throws or the
    /// task is cancelled. What happens while `body` runs is one more call afterwards, however much it was.
    package func followChanges<Failure: Error>(
        _ body: () async throws(Failure) -> Void
    ) async throws(Failure) {
        let match = BusMatch.propertiesChanged(
            sender: StationInterface.busName, path: StationInterface.path, of: StationInterface.name)
        let signals = await bus.subscribe(match, limit: 1).signals
        let owners = await bus.owners(of: StationInterface.busName)
        let (reasons, reason) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let outcome = await withTaskGroup(of: Void.self) { group -> Result<Void, Failure> in
            group.addTask { for await _ in signals { reason.yield() } }
            group.addTask { for await _ in owners { reason.yield() } }
            defer { group.cancelAll() }
            do throws(Failure) {
                try await body()
                for await _ in reasons { try await body() }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    /// The alerts that stand.
    package func alerts() async throws(ControlError) -> [AlertNotice] {
        var alerts: [AlertNotice] = []
        for value in try await list(.listAlerts) { alerts.append(try AlertNotice(value)) }
        return alerts
    }

    /// What the daemon heard a moment ago.
    package func nearby() async throws(ControlError) -> [NearbyBeacon] {
        var beacons: [NearbyBeacon] = []
        for value in try await list(.nearby) { beacons.append(try NearbyBeacon(value)) }
        return beacons
    }

    /// Takes the device off the air for `seconds`; 0 is until `resume`.
    package func pause(seconds: UInt32) async throws(ControlError) { _ = try await call(.pause, [.uint32(seconds)]) }

    /// Ends a pause.
    package func resume() async throws(ControlError) { _ = try await call(.resume) }

    /// Has the journal compared with the case keys, and waits for the end of it, at most ten minutes.
    package func match() async throws(ControlError) { _ = try await call(.match, timeout: .seconds(600)) }

    /// Has everything deleted, and waits until it is.
    package func forget() async throws(ControlError) { _ = try await call(.forget, timeout: .seconds(120)) }

    /// What could be published, the oldest day first.
    package func publishable() async throws(ControlError) -> [PublishableKeys] {
        var days: [PublishableKeys] = []
        for value in try await list(.listPublishable) { days.append(try PublishableKeys(value)) }
        return days
    }

    /// Closes the keys of these days and takes them, for the health authority and nobody else.
    package func handOutKeys(of days: Set<UTCDay>) async throws(ControlError) -> [HandedOutKey] {
        var keys: [HandedOutKey] = []
        let days = BusValue.strings(days.sorted().map(\.description))
        for value in try await list(.handOutKeys, [days]) { keys.append(try HandedOutKey(value)) }
        return keys
    }

    private func list(
        _ method: StationMethod, _ arguments: [BusValue] = []
    ) async throws(ControlError) -> [BusValue] {
        guard let elements = try await call(method, arguments).first?.elements else {
            throw .unexpected("\(method.rawValue) answered no list")
        }
        return elements
    }

    private func call(
        _ method: StationMethod, _ arguments: [BusValue] = [], timeout: Duration = .seconds(25)
    ) async throws(ControlError) -> [BusValue] {
        do {
            return try await bus.call(
                destination: StationInterface.busName, path: StationInterface.path, interface: StationInterface.name,
                member: method.rawValue, arguments: arguments, timeout: timeout)
        } catch {
            throw ControlError(error)
        }
    }
}

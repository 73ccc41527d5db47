// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Bus
internal import Platform

/// An iPhone as bluetoothd sees it: connected to, read, and forgotten.
final class HandoverPeer: Sendable {
    /// What holds the identifier, and the service that it is in (bluezone-facts 1.2).
    static let service = "00004e56-73f5-4bc4-a12f-17d1ad07a667"
    static let characteristic = "00004e56-73f5-4bc4-a12f-17d1ad07a689"
    private static let device = "org.bluez.Device1"

    private let bus: Bus
    /// The unique name of the bluetoothd that was asked first.
    private let owner: String
    private let adapter: String
    private let path: String
    /// Whether the connection is ours to take down.
    private let isOurs = Lock(false)

    init(bus: Bus, owner: String, adapter: String, path: String) {
        self.bus = bus
        self.owner = owner
        self.adapter = adapter
        self.path = path
    }

    /// Connects, finds the characteristic and reads it.
    func read(_ limits: HandoverQueue.Limits) async -> HandoverQueue.Outcome {
        do throws(BusError) {
            guard let changes = try await connect(limits) else { return .failed }
            guard try await isResolved(changes), let place = try await findCharacteristic(limits.read) else {
                return .failed
            }
            let options = BusValue.properties([])
            let answer = try await call(
                place, "org.bluez.GattCharacteristic1", "ReadValue", [options], limit: limits.read)
            guard let bytes = answer.first?.byteArray,
                let beacon = BeaconPayload(format: .bluezone, serviceBytes: bytes.span)
            else { return .malformed }
            return .answered(beacon)
        } catch { return error.isObjectAbsent && !isOurs.withLock({ $0 }) ? .gone : .failed }
    }

    /// Connects; answers what changes from then on, or nil when the peer is none of ours.
    private func connect(_ limits: HandoverQueue.Limits) async throws(BusError) -> BusSubscription? {
        for left in (0..<limits.tries).reversed() {
            // Not sooner: the try before ended in a connection that was lost, and is told so after its answer.
            let changes = await bus.followDevice(path)
            let properties = try await bus.properties(destination: owner, path: path, interface: Self.device)
            func says(_ name: String) -> Bool { properties[name]?.bool == true }
            // A device that its owner paired or trusts, meanwhile perhaps, is not ours to connect to and forget.
            if says("Paired") || says("Bonded") || says("Trusted") {
                isOurs.withLock { $0 = false }
                return nil
            }
            // Somebody else's connection; after the first try also one of ours that has not ended.
            if says("Connected") { return nil }
            isOurs.withLock { $0 = true }
            do throws(BusError) {
                _ = try await call(path, Self.device, "Connect", limit: limits.read)
                return changes
            } catch {
                // Forgotten before anything was tried: there is nothing to take down, and nobody was asked.
                if error.isObjectAbsent, left == limits.tries - 1 { isOurs.withLock { $0 = false } }
                guard left > 0, error.remoteName == "org.bluez.Error.Failed" else { throw error }
            }
            try? await Task.sleep(for: limits.tryStep)
        }
        return nil
    }

    /// Takes our connection down and has bluetoothd forget the peer: connecting made it one to be remembered, on disk.
    func leave(_ limit: Duration) async {
        await bus.unfollowDevice()
        guard isOurs.withLock({ $0 }) else { return }
        _ = try? await call(path, Self.device, "Disconnect", limit: limit, isCancellable: false)
        let arguments = [BusValue.objectPath(path)]
        _ = try? await call(
            adapter, "org.bluez.Adapter1", "RemoveDevice", arguments, limit: limit, isCancellable: false)
    }

    /// Returns true once bluetoothd knows the peer's services, false when the peer went away before.
    private func isResolved(_ changes: BusSubscription) async throws(BusError) -> Bool {
        let now = try await bus.property(
            destination: owner, path: path, interface: Self.device, name: "ServicesResolved")
        if now.bool == true { return true }
        for await change in changes.signals where change.arguments.count > 1 {
            if change.arguments[1]["ServicesResolved"]?.bool == true { return true }
            if change.arguments[1]["Connected"]?.bool == false { return false }
        }
        return false
    }

    /// The path of the peer's characteristic within its service; nil when it has none.
    private func findCharacteristic(_ limit: Duration) async throws(BusError) -> String? {
        let objects = try await call("/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", limit: limit)
        let below = (objects.first?.entries ?? []).filter { $0.key.text?.hasPrefix(path + "/") == true }
        func uuid(_ entry: BusEntry, of interface: String) -> String? {
            entry.value[interface]?["UUID"]?.text?.lowercased()
        }
        let services = below.filter { uuid($0, of: "org.bluez.GattService1") == Self.service }.compactMap(\.key.text)
        let found = below.first { entry in
            uuid(entry, of: "org.bluez.GattCharacteristic1") == Self.characteristic
                && services.contains { entry.key.text?.hasPrefix($0 + "/") == true }
        }
        return found?.key.text
    }

    private func call(
        _ path: String, _ interface: String, _ member: String, _ arguments: [BusValue] = [], limit: Duration,
        isCancellable: Bool = true
    ) async throws(BusError) -> [BusValue] {
        try await bus.callBluetoothd(
            owner, path: path, interface: interface, member: member, arguments: arguments, timeout: limit,
            isCancellable: isCancellable)
    }
}

extension BusError {
    /// bluetoothd has no such object, or is about to have none.
    fileprivate var isObjectAbsent: Bool {
        guard let name = remoteName else { return false }
        return [BusErrorName.unknownObject, BusErrorName.unknownMethod, "org.bluez.Error.DoesNotExist"].contains(name)
    }
}

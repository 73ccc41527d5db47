// SPDX-License-Identifier: GPL-3.0-or-later

internal import CBlueZ

extension Bus {
    /// Begins to read what bluetoothd says of devices of `adapter` and of our advertisements. `sink` is called on the bus
    /// thread, in the order of the signals: it must be quick and must not wait. A second call replaces the first.
    /// Throws `.invalid` for a path that is not legal.
    package func attachBlueZ(
        adapter: String, _ sink: @escaping @Sendable (BlueZEvent) -> Void
    ) throws(BusError) {
        engine.watchOwner(of: BlueZEngine.name)
        try engine.bluez.attach(adapter, sink)
    }

    /// Ends what `attachBlueZ` began; advertisements' objects are gone with it.
    package func detachBlueZ() {
        wantDevices(of: nil)
        engine.bluez.finish()
    }

    /// How often bluetoothd said that some device was heard since `attachBlueZ`, whatever it sends.
    package var devicesHeard: UInt64 { engine.bluez.scanner?.heard ?? 0 }

    /// The answer to bluetoothd's GetManagedObjects; devices among them become known to the scanner. Starts no
    /// bluetoothd where none runs.
    package func bluezObjects(timeout: Duration = .seconds(10)) async throws(BusError) -> BusValue {
        guard let message = unsafe Message(bz_request_objects()) else { throw .invalid("GetManagedObjects") }
        let values = try await send(message, member: "GetManagedObjects", timeout) { [engine] answer in
            if let scanner = engine.bluez.scanner { unsafe bz_scanner_seed(scanner.raw, answer.raw) }
        }
        guard values.count == 1, values[0].signature == "a{oa{sa{sv}}}" else {
            throw .unexpectedReply("GetManagedObjects of bluetoothd gives no objects")
        }
        return values[0]
    }

    /// SetDiscoveryFilter (LE, with repetitions) and StartDiscovery; device reports come from now on.
    package func startDiscovery(adapter: String, timeout: Duration = .seconds(10)) async throws(BusError) {
        let filter = unsafe Message(bz_request_filter(adapter))
        let start = unsafe Message(bz_request_discovery(adapter, true))
        wantDevices(of: adapter)
        try await send(filter, "SetDiscoveryFilter", timeout)
        try await send(start, "StartDiscovery", timeout)
    }

    /// StopDiscovery; no device reports of this adapter come from now on, whatever the answer. Works in a cancelled task
    /// too.
    package func stopDiscovery(adapter: String, timeout: Duration = .seconds(10)) async throws(BusError) {
        if engine.bluez.deviceRule == Self.deviceRule(adapter) { wantDevices(of: nil) }
        let stop = unsafe Message(bz_request_discovery(adapter, false))
        try await send(stop, "StopDiscovery", timeout, isCancellable: false)
    }

    /// Exports the advertisement's object, then registers it. When bluetoothd refuses, the object is gone again.
    /// Throws `.invalid` when it does not fit a legacy advertisement.
    package func advertise(
        _ advertisement: BlueZAdvertisement, adapter: String, timeout: Duration = .seconds(10)
    ) async throws(BusError) {
        try engine.bluez.export(advertisement)
        do throws(BusError) {
            let register = unsafe Message(bz_request_advertisement(adapter, advertisement.path, true))
            try await send(register, "RegisterAdvertisement", timeout)
        } catch {
            engine.bluez.withdraw(advertisement.path)
            throw error
        }
    }

    /// Unregisters an advertisement; its object is gone, whatever the answer. Works in a cancelled task too.
    package func withdraw(_ path: String, adapter: String, timeout: Duration = .seconds(10)) async throws(BusError) {
        defer { engine.bluez.withdraw(path) }
        let unregister = unsafe Message(bz_request_advertisement(adapter, path, false))
        try await send(unregister, "UnregisterAdvertisement", timeout, isCancellable: false)
    }

    private func send(
        _ request: Message?, _ member: String, _ timeout: Duration, isCancellable: Bool = true
    ) async throws(BusError) {
        guard let message = request else { throw .invalid("a path of \(member)") }
        _ = try await send(message, member: member, timeout, isCancellable: isCancellable)
    }

    /// Has the bus send device signals of one adapter, or no more: other programs' scans would only wake us.
    private func wantDevices(of adapter: String?) {
        let rule = adapter.map(Self.deviceRule)
        guard rule != engine.bluez.deviceRule else { return }
        if engine.isConnected {
            if let old = engine.bluez.deviceRule { engine.matchRule("RemoveMatch", old) }
            if let rule { engine.matchRule("AddMatch", rule) }
        }
        engine.bluez.deviceRule = rule
    }

    private static func deviceRule(_ adapter: String) -> String {
        let match = BusMatch.propertiesChanged(sender: BlueZEngine.name, of: "org.bluez.Device1")
        return match.rule + ",path_namespace='\(adapter)'"
    }
}

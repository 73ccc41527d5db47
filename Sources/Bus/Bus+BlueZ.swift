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

    /// SetDiscoveryFilter (LE) and StartDiscovery. With `reports`, device reports come from now on, repetitions too;
    /// without, somebody else reads what the radio hears, and bluetoothd is asked for as little as can be.
    package func startDiscovery(
        adapter: String, reports: Bool = true, timeout: Duration = .seconds(10)
    ) async throws(BusError) {
        let filter = unsafe Message(bz_request_filter(adapter, reports))
        let start = unsafe Message(bz_request_discovery(adapter, true))
        wantDevices(of: reports ? adapter : nil)
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

    /// Has bluetoothd scan passively for beacons (RegisterMonitor): it answers before it has read the monitor, and drops it
    /// later, with `.monitorReleased`, where it cannot have it. Device reports come from now on if that is the purpose.
    package func startMonitor(
        adapter: String, for purpose: MonitorPurpose, timeout: Duration = .seconds(10)
    ) async throws(BusError) {
        engine.bluez.monitor = purpose
        wantDevices(of: purpose == .reports ? adapter : nil)
        do throws(BusError) {
            try await send(unsafe Message(bz_request_monitor(adapter, true)), "RegisterMonitor", timeout)
        } catch {
            // Without an answer it may be there all the same, and is to be taken back.
            if error.remoteName != nil { engine.bluez.monitor = nil }
            throw error
        }
    }

    /// UnregisterMonitor; no device reports of this adapter come from now on, whatever the answer. Works in a cancelled
    /// task too.
    package func stopMonitor(adapter: String, timeout: Duration = .seconds(10)) async throws(BusError) {
        if engine.bluez.deviceRule == Self.deviceRule(adapter) { wantDevices(of: nil) }
        engine.bluez.monitor = nil
        let stop = unsafe Message(bz_request_monitor(adapter, false))
        try await send(stop, "UnregisterMonitor", timeout, isCancellable: false)
    }

    /// Withdraws `old`, exports the objects of `new` and registers them, at one go: bluetoothd and the kernel do it in this
    /// order, and nobody waits for an answer in between. Answers an error, or nil, for each of `new`: `.invalid` when it
    /// does not fit a legacy advertisement, `.cancelled` at once in a cancelled task. Objects of what bluetoothd refuses
    /// are gone again.
    package func exchange(
        _ old: [String], for new: [BlueZAdvertisement], adapter: String, timeout: Duration = .seconds(10)
    ) async -> [BusError?] {
        let answers = Answers(awaiting: old.count + new.count)
        var cookies: [UInt64] = []
        for path in old {
            let request = unsafe Message(bz_request_advertisement(adapter, path, false))
            post(request, "UnregisterAdvertisement", timeout) { [engine] _ in
                engine.bluez.withdraw(path)
                answers.count(nil, at: nil)
            }
        }
        for (place, advertisement) in new.enumerated() {
            do throws(BusError) {
                try engine.bluez.export(advertisement)
            } catch {
                answers.count(error, at: place)
                continue
            }
            let request = unsafe Message(bz_request_advertisement(adapter, advertisement.path, true))
            cookies.append(
                post(request, "RegisterAdvertisement", timeout) { [engine] error in
                    if error != nil { engine.bluez.withdraw(advertisement.path) }
                    answers.count(error, at: place)
                })
        }
        let errors = await withTaskCancellationHandler {
            await answers.all()
        } onCancel: { [cookies] in
            thread.post { [engine = thread.engine] in for cookie in cookies { engine.cancel(cookie) } }
        }
        return new.indices.map { errors[$0] }
    }

    /// Sends a call now and answers its number; `completion` comes exactly once, on the bus thread.
    @discardableResult
    private func post(
        _ message: Message?, _ member: String, _ timeout: Duration, _ completion: @escaping (BusError?) -> Void
    ) -> UInt64 {
        let cookie = engine.nextNumber()
        guard let message else {
            completion(.invalid("a path of \(member)"))
            return cookie
        }
        engine.send(message, member: member, cookie: cookie, limit: timeout) { answer in
            switch answer.flatMap({ $0.answer() }) {
            case .success: completion(nil)
            case .failure(let error): completion(error)
            }
        }
        return cookie
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

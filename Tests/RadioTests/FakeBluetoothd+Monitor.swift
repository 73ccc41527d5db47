// SPDX-License-Identifier: GPL-3.0-or-later

import Bus

/// The advertisement monitor's manager, as an experimental bluetoothd has it, devices known before, and a second adapter.
extension FakeBluetoothd {
    static let monitorInterface = "org.bluez.AdvertisementMonitorManager1"
    private static let objectInterface = "org.bluez.AdvertisementMonitor1"

    func offerMonitors(_ isOffered: Bool) { hasMonitors = isOffered }

    /// A device that it knows before anybody asks.
    func know(_ device: String, _ properties: BusValue) {
        let interface = BusEntry(.string("org.bluez.Device1"), properties)
        devices.append(
            BusEntry(
                .objectPath("\(Self.adapter)/\(device)"), .dictionary(key: "s", value: "a{sv}", [interface])))
    }

    /// A second adapter is put in, and is on.
    func plugSecond() async throws {
        var interfaces = objects()
        if case .dictionary(_, _, var entries) = interfaces {
            entries[0].value = .properties(["Powered": .bool(true)])
            interfaces = .dictionary(key: "s", value: "a{sv}", entries)
        }
        try await emit("InterfacesAdded", [.objectPath(Self.second), interfaces])
    }

    func monitorManager() -> [BusInterface] {
        let root = BusArgument("application", "o")
        return [
            BusInterface(
                Self.monitorInterface,
                methods: [
                    BusMethod("RegisterMonitor", inputs: [root]) { (request) throws(BusFailure) in
                        try await self.registerMonitor(request.sender, request.arguments[0].text ?? "")
                    },
                    BusMethod("UnregisterMonitor", inputs: [root]) { (_) throws(BusFailure) in
                        try await self.asked("UnregisterMonitor")
                        await self.forgetMonitor()
                        return []
                    },
                ])
        ]
    }

    private func registerMonitor(_ sender: String, _ root: String) async throws(BusFailure) -> [BusValue] {
        try await asked("RegisterMonitor")
        guard hasMonitors else { throw BusFailure(BusErrorName.unknownMethod, "No such interface") }
        monitor = (sender, root)
        return []
    }

    private func forgetMonitor() { monitor = nil }

    /// Reads the registered objects as bluetoothd does, and activates the monitor: its path and properties.
    func activateMonitor() async throws -> (path: String, properties: BusValue) {
        guard let monitor else { throw BusError.disconnected }
        let answer = try await call(
            monitor.sender, monitor.root, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", [])
        guard let object = answer.first?.entries?.first, let path = object.key.text,
            let properties = object.value[Self.objectInterface]
        else { throw BusError.unexpectedReply("no monitor") }
        _ = try await call(monitor.sender, path, Self.objectInterface, "Activate", [])
        return (path, properties)
    }

    /// Tells the monitor that a device was heard, or that it is released.
    func tellMonitor(_ member: String, device: String? = nil) async throws {
        guard let monitor else { throw BusError.disconnected }
        let arguments = device.map { [BusValue.objectPath("\(Self.adapter)/\($0)")] } ?? []
        _ = try await call(monitor.sender, monitor.root + "/beacons", Self.objectInterface, member, arguments)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Bus

/// The devices that the fake bluetoothd hears, and what it tells of all its objects.
extension FakeBluetoothd {
    /// A device known already is heard again.
    func hearAgain(_ device: String, _ properties: BusValue) async throws {
        try await bus?.emit(
            path: "\(Self.adapter)/\(device)", interface: "org.freedesktop.DBus.Properties",
            member: "PropertiesChanged", arguments: [.string("org.bluez.Device1"), properties, .strings([])])
    }

    /// A device is heard for the first time.
    func hear(_ device: String, _ properties: BusValue) async throws {
        try await emit(
            "InterfacesAdded",
            [
                .objectPath("\(Self.adapter)/\(device)"),
                .dictionary(key: "s", value: "a{sv}", [BusEntry(.string("org.bluez.Device1"), properties)]),
            ])
    }

    func refuseObjects(_ isRefused: Bool) { refusesObjects = isRefused }
    func tellAdapterBeforeAnswering() { tellsAdapterFirst = true }

    /// What GetManagedObjects answers.
    func managedObjects() async -> [BusEntry] {
        if tellsAdapterFirst {
            tellsAdapterFirst = false
            try? await plug(true)
            // Whoever follows signals has time to.
            try? await Task.sleep(for: .milliseconds(200))
            return []
        }
        return [BusEntry(.objectPath(Self.adapter), objects())] + devices + (iPhone?.objects ?? [])
    }
}

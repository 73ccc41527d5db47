// SPDX-License-Identifier: GPL-3.0-or-later

import Bus

@testable import Radio

/// An iPhone with Bluezone in the foreground, as the fake bluetoothd sees it.
struct FakeIPhone: Sendable {
    static let name = "dev_5A_01_02_03_04_FF"
    static let path = FakeBluetoothd.adapter + "/" + name
    static let service = path + "/service0010"
    static let characteristic = service + "/char0011"

    /// What the characteristic holds.
    var value: [UInt8] = Array(1...12)
    /// Properties of its device that say more than usual.
    var isPaired = false
    var isConnected = false
    /// Whether its services are ever found.
    var isResolved = true
    /// The UUID of its characteristic.
    var uuid = "00004E56-73F5-4BC4-A12F-17D1AD07A689"

    /// An advertisement of it: the service alone.
    static func advertisement(rssi: Int16, type: String = "random") -> BusValue {
        .properties([
            "AddressType": .string(type), "RSSI": .int16(rssi),
            "UUIDs": .strings(["00004e56-73f5-4bc4-a12f-17d1ad07a667"]),
        ])
    }

    /// Its address as an HCI packet has it, and the bytes that it advertises there: the service alone.
    static let address: [UInt8] = [0xFF, 4, 3, 2, 1, 0x5A]
    static let data: [UInt8] =
        [17, 7] + [0x67, 0xA6, 0x07, 0xAD, 0xD1, 0x17, 0x2F, 0xA1, 0xC4, 0x4B, 0xF5, 0x73, 0x56, 0x4E, 0, 0]

    /// Its services, as GetManagedObjects tells them.
    var objects: [BusEntry] {
        func object(_ path: String, _ interface: String, _ uuid: String) -> BusEntry {
            let properties = BusValue.properties(["UUID": .string(uuid)])
            return BusEntry(
                .objectPath(path),
                .dictionary(key: "s", value: "a{sv}", [BusEntry(.string(interface), properties)]))
        }
        return [
            object(Self.service, "org.bluez.GattService1", HandoverPeer.service),
            object(Self.service + "/char0010", "org.bluez.GattCharacteristic1", "00002a00-0000-1000-8000-00805f9b34fb"),
            object(Self.characteristic, "org.bluez.GattCharacteristic1", uuid),
        ]
    }

    static func device(of fake: FakeBluetoothd) -> BusInterface {
        BusInterface(
            "org.bluez.Device1",
            methods: [
                BusMethod("Connect") { (_) throws(BusFailure) in
                    do throws(BusFailure) { try await fake.asked("Connect") } catch {
                        // A request that was lost looks like a connection that ends at once.
                        try? await fake.hearAgain(Self.name, .properties(["Connected": .bool(true)]))
                        try? await fake.hearAgain(Self.name, .properties(["Connected": .bool(false)]))
                        throw error
                    }
                    if await fake.iPhone?.isResolved == true {
                        try? await fake.hearAgain(Self.name, .properties(["ServicesResolved": .bool(true)]))
                    }
                    return []
                },
                BusMethod("Disconnect") { (_) throws(BusFailure) in
                    try await fake.asked("Disconnect")
                    return []
                },
            ],
            properties: [
                BusProperty("Paired", "b") { .bool(await fake.iPhone?.isPaired ?? false) },
                BusProperty("Connected", "b") { .bool(await fake.iPhone?.isConnected ?? false) },
                BusProperty("ServicesResolved", "b") { .bool(false) },
            ])
    }

    static func reading(of fake: FakeBluetoothd) -> BusInterface {
        BusInterface(
            "org.bluez.GattCharacteristic1",
            methods: [
                BusMethod(
                    "ReadValue", inputs: [BusArgument("options", "a{sv}")], outputs: [BusArgument("value", "ay")]
                ) { (_) throws(BusFailure) in
                    try await fake.asked("Read")
                    return [.bytes(await fake.iPhone?.value ?? [])]
                }
            ])
    }
}

extension FakeBluetoothd {
    func put(_ iPhone: FakeIPhone) { self.iPhone = iPhone }
}

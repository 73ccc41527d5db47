// SPDX-License-Identifier: GPL-3.0-or-later
// Our identifier for those who read it by GATT, as iPhones hand theirs over (bluezone-facts 1.2): service, characteristic
// and what BlueZ wants around them (org.bluez.GattManager1, GattService1, GattCharacteristic1).

internal import Bus

/// The objects that bluetoothd reads when the application is registered, and calls when a peer reads.
struct HandoverService: Sendable {
    static let path = "/org/bluezone1/gatt"
    static let servicePath = path + "/service"
    static let characteristicPath = servicePath + "/identifier"

    /// The unique name of bluetoothd; nobody else gets an answer.
    let owner: @Sendable () async -> String?
    /// The 12 bytes on the air now; nil when there are none.
    let identifier: @Sendable () async -> [UInt8]?

    /// Serves until cancelled.
    func run(on bus: Bus) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await bus.serve([objectManager], at: Self.path) }
            group.addTask { await bus.serve([service], at: Self.servicePath) }
            group.addTask { await bus.serve([characteristic], at: Self.characteristicPath) }
        }
    }

    private static let serviceProperties: [(String, BusValue)] = [
        ("UUID", .string(HandoverPeer.service)), ("Primary", .bool(true)),
    ]
    private static let characteristicProperties: [(String, BusValue)] = [
        ("UUID", .string(HandoverPeer.characteristic)), ("Service", .objectPath(servicePath)),
        ("Flags", .strings(["read"])),
    ]

    private var objectManager: BusInterface {
        func object(_ path: String, _ interface: String, _ properties: [(String, BusValue)]) -> BusEntry {
            let interfaces = [BusEntry(.string(interface), .properties(properties))]
            return BusEntry(.objectPath(path), .dictionary(key: "s", value: "a{sv}", interfaces))
        }
        let objects = [
            object(Self.servicePath, "org.bluez.GattService1", Self.serviceProperties),
            object(Self.characteristicPath, "org.bluez.GattCharacteristic1", Self.characteristicProperties),
        ]
        let output = BusArgument("objects", "a{oa{sa{sv}}}")
        return BusInterface(
            "org.freedesktop.DBus.ObjectManager",
            methods: [
                BusMethod("GetManagedObjects", outputs: [output]) { (request) throws(BusFailure) in
                    try await check(request)
                    return [.dictionary(key: "o", value: "a{sa{sv}}", objects)]
                }
            ])
    }

    private var service: BusInterface {
        BusInterface("org.bluez.GattService1", properties: properties(Self.serviceProperties))
    }

    private var characteristic: BusInterface {
        BusInterface(
            "org.bluez.GattCharacteristic1",
            methods: [
                BusMethod(
                    "ReadValue", inputs: [BusArgument("options", "a{sv}")], outputs: [BusArgument("value", "ay")]
                ) { (request) throws(BusFailure) in
                    try await check(request)
                    guard let bytes = await identifier() else {
                        throw BusFailure("org.bluez.Error.NotPermitted", "nothing is on the air")
                    }
                    let offset = request.arguments.first?["offset"]?.integer ?? 0
                    guard let start = Int(exactly: offset), (0...bytes.count).contains(start) else {
                        throw BusFailure("org.bluez.Error.InvalidOffset", "there are \(bytes.count) bytes")
                    }
                    return [.bytes(Array(bytes[start...]))]
                }
            ],
            properties: properties(Self.characteristicProperties))
    }

    private func properties(_ values: [(String, BusValue)]) -> [BusProperty] {
        values.map { name, value in BusProperty(name, value.signature, emitsChanges: false) { value } }
    }

    /// Anybody on the bus could otherwise ask what is on the air, which only the radio is to tell.
    private func check(_ request: BusRequest) async throws(BusFailure) {
        guard await owner() == request.sender else {
            throw BusFailure(BusErrorName.accessDenied, "only bluetoothd may call this")
        }
    }
}

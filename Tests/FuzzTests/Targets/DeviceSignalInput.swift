// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import CBlueZ

@testable import Bus
@testable import Radio

/// What bluetoothd says: device signals, its objects, and calls of our advertisements' objects.
enum DeviceSignalInput: FuzzedInput {
    private static let device = "/org/bluez/hci0/dev_AA_BB_CC_DD_EE_FF"
    private static let advertisement = "/org/bluezone/advertisement0"
    private static let properties = "org.freedesktop.DBus.Properties"
    private static let manager = "org.freedesktop.DBus.ObjectManager"

    private static let templates = [
        WireTemplate(kind: 4, interface: manager, member: "InterfacesAdded"),
        WireTemplate(kind: 4, path: device, interface: properties, member: "PropertiesChanged"),
        WireTemplate(kind: 4, interface: manager, member: "InterfacesRemoved"),
        WireTemplate(kind: 2),
        WireTemplate(kind: 1, path: advertisement, interface: properties, member: "Get"),
        WireTemplate(kind: 1, path: advertisement, interface: properties, member: "GetAll"),
        WireTemplate(kind: 1, path: advertisement, interface: properties, member: "Set"),
        WireTemplate(kind: 1, path: advertisement, interface: "org.bluez.LEAdvertisement1", member: "Release"),
    ]

    /// What the sink was told.
    private final class Told: @unchecked Sendable {
        var reports: [DeviceReport] = []
    }

    static func check(_ bytes: [UInt8]) throws {
        let told = Told()
        var engine = BlueZEngine()
        var names = NameOwners()
        _ = names.watch(BlueZEngine.name)
        names.set(BlueZEngine.name, WireTemplate.sender)
        try engine.attach("/org/bluez/hci0") { if case .report(let report) = $0 { told.reports.append(report) } }
        try engine.export(BlueZAdvertisement(sampleBeacons[1], path: advertisement))
        for message in wireMessages(bytes, templates) {
            _ = engine.takes(message.raw, names: names)
            if message.kind == 2, let scanner = engine.scanner { bz_scanner_seed(scanner.raw, message.raw) }
            if message.kind == 1, let answer = engine.answer(message) {
                try demand(answer.kind == 2 || answer.kind == 3, "a call is answered by a return or an error")
                try demand((try? answer.arguments()) != nil, "our own answers can be read")
                try demand(demarshalled(marshalled(answer)) != nil, "our own answers are legal on the bus")
            }
        }
        for report in told.reports { try check(report) }
    }

    private static func check(_ report: DeviceReport) throws {
        try demand((-127...20).contains(report.rssi), "a report's RSSI is one that a radio measures")
        let lengths = (report.withServiceData { $0.count }, report.withManufacturerData { $0.count })
        try demand(lengths.0 <= 31 && lengths.1 <= 31, "a report's data fits an advertisement")
        for beacon in report.beacons() ?? [] {
            let length = beacon.identifier.format == .bluezone ? lengths.1 : lengths.0
            try demand(beacon.serviceBytes.count == length, "a beacon is all of its service bytes")
            _ = try BlueZAdvertisement(beacon, path: advertisement).flattened()
        }
    }

    static func seeds() throws -> [Seed] {
        let bag = BusValue.properties([
            ("Address", .string("AA:BB:CC:DD:EE:FF")), ("AddressType", .string("random")), ("RSSI", .int16(-60)),
            ("TxPower", .int16(-12)),
            (
                "UUIDs",
                .strings(["0000fd6f-0000-1000-8000-00805f9b34fb", "00004e56-0000-1000-8000-00805f9b34fb"])
            ),
            (
                "ServiceData",
                .properties([("0000fd6f-0000-1000-8000-00805f9b34fb", .bytes(sampleBeacons[1].serviceBytes))])
            ),
            (
                "ManufacturerData",
                .dictionary(
                    key: "q", value: "v",
                    [BusEntry(.uint16(0x22B5), .variant(.bytes(sampleBeacons[0].serviceBytes)))])
            ),
        ])
        let name = "org.bluez.Device1"
        let interfaces = BusValue.dictionary(key: "s", value: "a{sv}", [BusEntry(.string(name), bag)])
        let added = try wirePiece(0, [.objectPath(device), interfaces])
        let changed = try wirePiece(1, [.string(name), .properties([("RSSI", .int16(-71))]), .strings([])])
        let silenced = try wirePiece(1, [.string(name), .properties([("Alias", .string("x"))]), .strings(["RSSI"])])
        let removed = try wirePiece(2, [.objectPath(device), .strings([name])])
        let objects = try wirePiece(
            3, [.dictionary(key: "o", value: "a{sa{sv}}", [BusEntry(.objectPath(device), interfaces)])])
        let advertisement = "org.bluez.LEAdvertisement1"
        let power = [.string(advertisement), .string("TxPower"), .variant(.int16(-7))] as [BusValue]
        let whole = try Message(
            path: "/", interface: manager, member: "InterfacesAdded", to: nil,
            arguments: [.objectPath(device), interfaces])
        return [
            Seed("added", added), Seed("changed", added + changed), Seed("silenced", added + silenced + changed),
            Seed("removed", added + removed + changed), Seed("objects", objects + changed),
            Seed("whole", wirePiece(marshalled(whole))),
            Seed(
                "advertisement",
                try wirePiece(4, [.string(advertisement), .string("Type")]) + wirePiece(6, power)
                    + wirePiece(5, [.string(advertisement)]) + wirePiece(7, [])),
        ]
    }
}

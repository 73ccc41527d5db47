// SPDX-License-Identifier: GPL-3.0-or-later

import Bus
import TestSupport
import Testing

@testable import Radio

/// RegisterApplication of the fake bluetoothd.
enum FakeApplication {
    static func manager(of fake: FakeBluetoothd) -> BusInterface {
        BusInterface(
            "org.bluez.GattManager1",
            methods: [
                BusMethod(
                    "RegisterApplication",
                    inputs: [BusArgument("application", "o"), BusArgument("options", "a{sv}")]
                ) { (request) throws(BusFailure) in
                    try await fake.asked("Application")
                    await fake.put(application: request.sender)
                    return []
                }
            ])
    }
}

extension FakeBluetoothd {
    func put(application: String) { self.application = application }

    /// Calls an object of the application, as a peer's read makes bluetoothd do.
    func askApplication(
        _ path: String, _ interface: String, _ member: String, _ arguments: [BusValue]
    ) async throws(BusError) -> [BusValue] {
        guard let bus, let application else { throw .disconnected }
        return try await bus.call(
            destination: application, path: path, interface: interface, member: member, arguments: arguments)
    }
}

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(2)))
struct HandoverServiceTests {
    static let serving = BlueZRadio.Handing(serves: true)

    /// Runs a radio that serves, until its application is registered.
    func run(_ body: @escaping (RadioBench) async throws -> Void) async throws {
        try await RadioBench.run(handing: Self.serving) { bench in
            try await bench.until("the application") { $0.application != nil }
            try await body(bench)
        }
    }

    @Test func `bluetoothd finds one service with one characteristic to read`() async throws {
        try await run { bench in
            let objects = try await bench.bluetoothd.askApplication(
                HandoverService.path, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", [])
            let entries = try #require(objects.first?.entries)
            #expect(
                entries.compactMap(\.key.text) == [HandoverService.servicePath, HandoverService.characteristicPath])
            let service = try #require(entries[0].value["org.bluez.GattService1"])
            #expect(service["UUID"]?.text == "00004e56-73f5-4bc4-a12f-17d1ad07a667" && service["Primary"]?.bool == true)
            let characteristic = try #require(entries[1].value["org.bluez.GattCharacteristic1"])
            #expect(characteristic["UUID"]?.text == "00004e56-73f5-4bc4-a12f-17d1ad07a689")
            #expect(characteristic["Flags"]?.elements?.compactMap(\.text) == ["read"])
            #expect(characteristic["Service"]?.text == HandoverService.servicePath)
        }
    }

    @Test func `what is on the air is read, and nothing when silent`() async throws {
        func read(_ bench: RadioBench, offset: UInt16 = 0) async throws -> [UInt8]? {
            let options = BusValue.properties(["offset": .uint16(offset)])
            return try await bench.bluetoothd.askApplication(
                HandoverService.characteristicPath, "org.bluez.GattCharacteristic1", "ReadValue", [options]
            ).first?.byteArray
        }
        try await run { bench in
            await #expect(throws: BusError.self) { try await read(bench) }
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(try await read(bench) == Array(1...12))
            #expect(try await read(bench, offset: 10) == [11, 12])
            #expect(try await read(bench, offset: 12) == [])
            await #expect(throws: BusError.self) { try await read(bench, offset: 13) }
            try await bench.radio.apply(RadioPlan(onAir: [RadioBench.exposure]), renewing: true)
            await #expect(throws: BusError.self) { try await read(bench) }
            try await bench.radio.apply(RadioBench.both, renewing: true)
            try await bench.bluetoothd.set(["Discoverable": .bool(true)])
            try await bench.events.waitFor(.exposed)
            await #expect(throws: BusError.self) { try await read(bench) }
        }
    }

    @Test func `nobody but bluetoothd is answered`() async throws {
        try await run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            let stranger = Bus(address: bench.daemon.address)
            try await stranger.waitUntilConnected()
            let server = try #require(await bench.bluetoothd.application)
            await #expect(
                throws: BusError.remote(name: BusErrorName.accessDenied, message: "only bluetoothd may call this")
            ) {
                try await stranger.call(
                    destination: server, path: HandoverService.characteristicPath,
                    interface: "org.bluez.GattCharacteristic1", member: "ReadValue", arguments: [.properties([])])
            }
            await stranger.close()
        }
    }

    @Test func `a bluetoothd that comes anew is told anew, and so is an adapter`() async throws {
        try await run { bench in
            await bench.bluetoothd.stop()
            try await bench.events.waitFor(.noDaemon)
            await bench.bluetoothd.clearLog()
            try await bench.bluetoothd.start()
            try await bench.until("the application") { $0.log.contains("Application") }
            await bench.bluetoothd.clearLog()
            await bench.events.clear()
            try await bench.bluetoothd.plug(false)
            try await bench.events.waitFor(.noAdapter)
            try await bench.bluetoothd.plug(true)
            try await bench.until("the application") { $0.log.contains("Application") }
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import TestSupport
import Testing

@testable import Radio

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(2)))
struct BlueZRadioTests {
    @Test func `both formats go on the air as their receivers want them`() async throws {
        try await RadioBench.run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            // Both are read at the same time: either may be first.
            let adverts = await bench.bluetoothd.active.sorted { $0.path < $1.path }.map(\.properties)
            #expect(adverts.map { $0["Type"] } == [.string("broadcast"), .string("broadcast")])
            #expect(adverts.map { $0["MinInterval"] } == [.uint32(250), .uint32(250)])
            #expect(adverts.map { $0["MaxInterval"] } == [.uint32(250), .uint32(250)])
            #expect(adverts[0]["ServiceUUIDs"] == .strings(["00004e56-0000-1000-8000-00805f9b34fb"]))
            #expect(adverts[0]["ManufacturerData"]?.entries?[0].key == .uint16(0x22B5))
            #expect(adverts[0]["ManufacturerData"]?.entries?[0].value.byteArray == Array(1...12))
            #expect(adverts[1]["ServiceUUIDs"] == .strings(["0000fd6f-0000-1000-8000-00805f9b34fb"]))
            let data = adverts[1]["ServiceData"]?["0000fd6f-0000-1000-8000-00805f9b34fb"]?.byteArray
            #expect(data == Array(1...16) + [0x40, 0, 0, 0])
            #expect(await bench.bluetoothd.log == ["Register", "Register", "Filter", "Start"])
            try await bench.events.wait("power") { $0.contains(.transmitPower(7)) }
        }
    }

    @Test func `a renewal stops listening, withdraws, registers on new paths and listens again`() async throws {
        try await RadioBench.run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            await bench.bluetoothd.clearLog()
            try await bench.radio.apply(RadioBench.both, renewing: true)
            #expect(
                await bench.bluetoothd.log == [
                    "Stop", "Unregister", "Unregister", "Register", "Register", "Filter", "Start",
                ])
            #expect(await Set(bench.bluetoothd.paths).count == 4)
        }
    }

    @Test func `opening and closing the scan window leaves the advertisements alone`() async throws {
        try await RadioBench.run { bench in
            var plan = RadioBench.both
            try await bench.radio.apply(plan, renewing: false)
            await bench.bluetoothd.clearLog()
            plan.isScanning = false
            try await bench.radio.apply(plan, renewing: false)
            try await bench.radio.apply(plan, renewing: false)
            plan.isScanning = true
            plan.onAir.reverse()
            try await bench.radio.apply(plan, renewing: false)
            #expect(await bench.bluetoothd.log == ["Stop", "Filter", "Start"])
        }
    }

    @Test(arguments: ["Discoverable", "Connectable"])
    func `an exposed adapter is left at once and taken again afterwards`(property: String) async throws {
        try await RadioBench.run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            await bench.events.clear()
            try await bench.bluetoothd.set([property: .bool(true)])
            try await bench.events.waitFor(.exposed)
            try await bench.until("off the air") { $0.active.isEmpty && !$0.isDiscovering }
            await bench.bluetoothd.clearLog()
            for plan in [RadioBench.both, RadioPlan(isScanning: true)] {
                await #expect(throws: RadioError.notReady(.exposed)) {
                    try await bench.radio.apply(plan, renewing: true)
                }
            }
            #expect(await bench.bluetoothd.log.isEmpty)
            try await bench.bluetoothd.set([property: .bool(false)])
            try await bench.events.waitFor(.ready)
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.active.count == 2)
        }
    }

    @Test func `an adapter exposed in the middle of a registration that is never answered is left at once`()
        async throws
    {
        try await RadioBench.run { bench in
            await bench.bluetoothd.ignore(["Register"])
            let applying = Task { try await bench.radio.apply(RadioBench.both, renewing: false) }
            try await bench.until("registering") { $0.log == ["Register", "Register"] }
            await bench.events.clear()
            try await bench.bluetoothd.set(["Discoverable": .bool(true)])
            try await bench.events.waitFor(.exposed)
            try await bench.until("withdrawn") { $0.log == ["Register", "Register", "Unregister", "Unregister"] }
            await bench.bluetoothd.ignore([])
            try await bench.bluetoothd.set(["Discoverable": .bool(false)])
            try await bench.events.waitFor(.ready)
            applying.cancel()
            await #expect(throws: RadioError.self) { try await applying.value }
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.active.count == 2)
        }
    }

    @Test func `a stranger cannot take us off the air`() async throws {
        try await RadioBench.run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            await bench.events.clear()
            let advertisement = await bench.bluetoothd.active[0]
            let stranger = Bus(address: bench.daemon.address)
            try await stranger.waitUntilConnected()
            let error = await #expect(throws: BusError.self) {
                try await stranger.call(
                    destination: advertisement.sender, path: advertisement.path,
                    interface: "org.bluez.LEAdvertisement1", member: "Release")
            }
            #expect(error?.isAccessDenied == true)
            try await stranger.emit(
                path: FakeBluetoothd.adapter, interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged",
                arguments: [
                    .string("org.bluez.Adapter1"), .properties(["Powered": .bool(false)]), .strings([]),
                ], to: advertisement.sender)
            await stranger.close()
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.events.events.isEmpty)
        }
    }

    @Test func `when run has ended no plan is carried out, nor the rest of one`() async throws {
        try await RadioBench.run { bench in
            await bench.bluetoothd.fail("Register", with: Array(repeating: "org.bluez.Error.Failed", count: 100))
            let old = Task { try await bench.radio.apply(RadioBench.both, renewing: false) }
            try await bench.until("tried") { !$0.log.isEmpty }
            await bench.radio.farewell()
            await #expect(throws: RadioError.notReady(.noAdapter)) { try await old.value }
            await #expect(throws: RadioError.notReady(.noAdapter)) {
                try await bench.radio.apply(RadioBench.both, renewing: true)
            }
            #expect(await bench.bluetoothd.active.isEmpty)
            #expect(await !bench.bluetoothd.isDiscovering)
        }
    }

    @Test func `when run ends everything is off the air, even if bluetoothd is mute`() async throws {
        for mute in [[], ["Stop", "Unregister"]] as [Set<String>] {
            try await RadioBench.run { bench in
                try await bench.radio.apply(RadioBench.both, renewing: false)
                await bench.bluetoothd.clearLog()
                await bench.bluetoothd.ignore(mute)
                let start = ContinuousClock.now
                await bench.radio.farewell()
                #expect(ContinuousClock.now - start < .milliseconds(1000))
                #expect(await Set(bench.bluetoothd.log) == ["Stop", "Unregister"])
            }
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import TestSupport
import Testing

@testable import Radio

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(2)))
struct BlueZHearingTests {
    static let bluezoneUUID = "00004e56-0000-1000-8000-00805f9b34fb"
    static let exposureUUID = "0000fd6f-0000-1000-8000-00805f9b34fb"

    func exposure(_ bytes: [UInt8], rssi: Int16 = -60) -> BusValue {
        let data = BusValue.dictionary(
            key: "s", value: "v", [BusEntry(.string(Self.exposureUUID), .variant(.bytes(bytes)))])
        return .properties(["RSSI": .int16(rssi), "ServiceData": data])
    }

    func bluezone(_ bytes: [UInt8], uuids: [String]) -> BusValue {
        let data = BusValue.dictionary(key: "q", value: "v", [BusEntry(.uint16(0x22B5), .variant(.bytes(bytes)))])
        return .properties(["RSSI": .int16(-70), "UUIDs": .strings(uuids), "ManufacturerData": data])
    }

    @Test func `beacons of both formats are heard and nothing else is`() async throws {
        try await RadioBench.run { bench in
            try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false)
            await bench.events.clear()
            let fake = bench.bluetoothd
            try await fake.hear("dev_00_00_00_00_00_01", exposure(Array(1...16) + [0x40, 0, 0, 0]))
            try await fake.hear("dev_00_00_00_00_00_02", bluezone(Array(1...12), uuids: [Self.bluezoneUUID]))
            try await fake.hear("dev_00_00_00_00_00_03", bluezone(Array(1...12), uuids: []))
            try await fake.hear("dev_00_00_00_00_00_04", exposure(Array(1...20), rssi: 127))
            try await fake.hear("dev_00_00_00_00_00_05", exposure(Array(1...19)))
            try await fake.hear("dev_00_00_00_00_00_06", exposure(Array(1...20), rssi: -300))
            try await fake.hear("dev_00_00_00_00_00_07", .properties(["RSSI": .string("loud")]))
            try await fake.hear("dev_00_00_00_00_00_08", exposure(Array(2...17) + [1, 2, 3, 4]))
            try await bench.events.wait("three sightings") { $0.count == 3 }
            let heard = await bench.events.events.compactMap { event -> Reception? in
                if case .heard(let reception) = event { reception } else { nil }
            }
            #expect(
                heard.map(\.payload.identifier.format) == [.exposureNotification, .bluezone, .exposureNotification])
            #expect(heard[0].payload == RadioBench.exposure && heard[1].payload == RadioBench.bluezone)
            #expect(heard.map(\.rssi) == [-60, -70, -60])
            #expect(heard.allSatisfy { $0.time > .zero })
            try await bench.radio.apply(RadioPlan(), renewing: false)
            try await bench.events.wait("malformed") { $0.contains(.malformed(count: 3)) }
        }
    }

    @Test func `a phone that bluetoothd knows from before is heard though its service is not told again`() async throws
    {
        try await RadioBench.run(isBluetoothdThere: false) { bench in
            let fake = bench.bluetoothd
            let phone = "dev_00_00_00_00_00_01"
            await fake.know(phone, bluezone(Array(1...12), uuids: [Self.bluezoneUUID]))
            try await fake.start()
            try await bench.events.waitFor(.ready)
            try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false)
            // The second answer, after the first made the radio ready.
            for _ in 0..<100 where await bench.events.events.isEmpty {
                try await fake.hearAgain(phone, .properties(["RSSI": .int16(-61)]))
                try await Task.sleep(for: .milliseconds(20))
            }
            guard case .heard(let reception) = await bench.events.events.first else {
                Issue.record("nothing was heard")
                return
            }
            #expect(reception.payload == RadioBench.bluezone && reception.rssi == -61)
        }
    }

    @Test func `outside a scan window nothing is heard`() async throws {
        try await RadioBench.run { bench in
            await bench.events.clear()
            try await bench.bluetoothd.hear("dev_00_00_00_00_00_01", exposure(Array(1...20)))
            // The bus keeps the order of what one connection sends: with this answer the signal has come, too.
            _ = try? await bench.radio.bus.call(
                destination: "org.bluez", path: "/", interface: "org.freedesktop.DBus.Peer", member: "Ping")
            try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false)
            try await bench.bluetoothd.hear("dev_00_00_00_00_00_02", exposure(Array(2...21)))
            try await bench.events.wait("one sighting") { !$0.isEmpty }
            guard case .heard(let reception) = await bench.events.events.first else { return }
            #expect(reception.payload.identifier.byte(at: 0) == 2)
        }
    }

    @Test func `a slow reader loses sightings, and no state`() {
        let outlet = EventOutlet()
        let reception = Reception(payload: RadioBench.bluezone, rssi: -1, time: .zero)
        outlet.send(.state(.ready, adapter: "hci0"))
        for _ in 0..<5000 { outlet.send(.heard(reception)) }
        #expect(outlet.lost == 5001 - EventOutlet.capacity)
    }
}

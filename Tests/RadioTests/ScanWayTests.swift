// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import Glibc
import Platform
import TestSupport
import Testing

@testable import Radio

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(2)))
struct ScanWayTests {
    static let noRight = SystemError(call: "socket", subject: "HCI", code: EPERM)
    static let forbidden = ReportSource(
        obstacle: { noRight }, listen: { (_, _) throws(SystemError) in throw noRight })
    static let listening = RadioPlan(isScanning: true)

    /// A source of reports that the test writes into, and its other end.
    static func pipe() -> (source: ReportSource, write: @Sendable ([UInt8]) -> Void) {
        let ends = Lock<[Int32]>([-1, -1])
        let source = ReportSource(
            obstacle: { nil },
            listen: { (_, sink) throws(SystemError) in
                var pair: [Int32] = [-1, -1]
                guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &pair) == 0 else { throw noRight }
                ends.withLock { $0 = pair }
                return try ReportListener(descriptor: pair[0], sink)
            })
        return (source, { bytes in _ = ends.withLock { write($0[1], bytes, bytes.count) } })
    }

    /// An LE Advertising Report of one beacon.
    static func packet(_ beacon: BeaconPayload, rssi: Int8) -> [UInt8] {
        packet([1, 2, 3, 4, 5, 6], beacon.advertisement(flags: nil), rssi: rssi)
    }

    /// The same of any data; the address has its last byte first.
    static func packet(_ address: [UInt8], _ data: [UInt8], rssi: Int8) -> [UInt8] {
        let head: [UInt8] = [4, 0x3E, UInt8(12 + data.count), 2, 1, 3, 1]
        return head + address + [UInt8(data.count)] + data + [UInt8(bitPattern: rssi)]
    }

    @Test func `without a wish the socket is taken where it is to be had`() async throws {
        let (source, write) = Self.pipe()
        try await RadioBench.run(way: nil, source: source) { bench in
            try await bench.radio.apply(Self.listening, renewing: false)
            #expect(await bench.events.ways == [.listens(.hci, obstacle: nil)])
            #expect(await bench.bluetoothd.log == ["Filter", "Start"])
            await bench.events.clear()
            write(Self.packet(RadioBench.exposure, rssi: -60))
            write([4, 0x3E, 3, 2, 1, 0])
            try await bench.events.wait("a sighting") { !$0.isEmpty }
            guard case .heard(let reception) = await bench.events.events.first else { return }
            #expect(reception.payload == RadioBench.exposure && reception.rssi == -60)
            // What bluetoothd says of the same air is not counted twice.
            try await bench.bluetoothd.hear(
                "dev_00_00_00_00_00_01", BlueZHearingTests().exposure(Array(1...16) + [0x40, 0, 0, 0]))
            try await Task.sleep(for: .milliseconds(300))
            try await bench.radio.apply(RadioPlan(), renewing: false)
            try await bench.radio.apply(Self.listening, renewing: false)
            try await bench.radio.apply(RadioPlan(), renewing: false)
            try await bench.events.wait("malformed") { $0.contains(.malformed(count: 1)) }
            #expect(await bench.events.events.count == 2)
        }
    }

    @Test func `without a wish and without the right it is discovery, and nobody is warned`() async throws {
        try await RadioBench.run(way: nil, source: Self.forbidden, offersMonitors: true) { bench in
            try await bench.radio.apply(Self.listening, renewing: false)
            #expect(await bench.events.ways == [.listens(.discovery, obstacle: nil)])
            #expect(await bench.bluetoothd.log == ["Filter", "Start"])
        }
    }

    @Test(arguments: [ScanWay.hci, .monitor])
    func `what is asked for and not to be had becomes discovery, with a word why`(way: ScanWay) async throws {
        try await RadioBench.run(way: way, source: Self.forbidden) { bench in
            try await bench.radio.apply(Self.listening, renewing: false)
            guard case .listens(.discovery, let obstacle?) = await bench.events.ways.first else {
                Issue.record("\(await bench.events.ways)")
                return
            }
            #expect(obstacle.contains(way == .hci ? "not permitted" : "experimental"))
            #expect(await bench.bluetoothd.isDiscovering)
        }
    }

    @Test func `an adapter that cannot be listened to is scanned by discovery`() async throws {
        let source = ReportSource(
            obstacle: { nil }, listen: { (_, _) throws(SystemError) in throw Self.noRight })
        try await RadioBench.run(way: .hci, source: source) { bench in
            try await bench.radio.apply(Self.listening, renewing: false)
            #expect(await bench.events.ways.last == .listens(.discovery, obstacle: Self.noRight.description))
            try await bench.bluetoothd.hear("dev_00_00_00_00_00_01", BlueZHearingTests().exposure(Array(1...20)))
            try await bench.events.wait("a sighting") { $0.contains { if case .heard = $0 { true } else { false } } }
        }
    }

    @Test func `a monitor is registered for the window, and every device found is a sample`() async throws {
        try await RadioBench.run(way: .monitor, offersMonitors: true) { bench in
            let fake = bench.bluetoothd
            try await bench.radio.apply(Self.listening, renewing: false)
            #expect(await bench.events.ways == [.listens(.monitor, obstacle: nil)])
            let (_, properties) = try await fake.activateMonitor()
            #expect(properties["Type"]?.text == "or_patterns" && properties["Patterns"]?.signature == "a(yyay)")
            await bench.events.clear()
            try await fake.hear("dev_00_00_00_00_00_01", BlueZHearingTests().exposure(Array(1...20)))
            for _ in 0..<3 {
                try await Task.sleep(for: .milliseconds(30))
                try await fake.tellMonitor("DeviceFound", device: "dev_00_00_00_00_00_01")
            }
            try await fake.tellMonitor("DeviceFound", device: "dev_00_00_00_00_00_02")
            try await bench.events.wait("four samples") { $0.count == 4 }
            try await bench.radio.apply(RadioPlan(), renewing: false)
            #expect(await fake.log == ["RegisterMonitor", "UnregisterMonitor"])
            #expect(await fake.monitor == nil)
        }
    }

    @Test func `a socket reads beside a monitor where there is one`() async throws {
        try await RadioBench.run(way: .hci, source: Self.pipe().source, offersMonitors: true) { bench in
            try await bench.radio.apply(Self.listening, renewing: false)
            #expect(await bench.events.ways == [.listens(.hci, obstacle: nil)])
            #expect(await bench.bluetoothd.log == ["RegisterMonitor"])
            // One that bluetoothd never has anything to tell of.
            let (_, properties) = try await bench.bluetoothd.activateMonitor()
            #expect(properties["Patterns"]?.elements?.count == 1)
        }
    }

    @Test func `a socket reads beside discovery where iPhones are asked, for which bluetoothd has to know them`()
        async throws
    {
        let (source, write) = Self.pipe()
        try await RadioBench.run(
            way: .hci, source: source, offersMonitors: true, handing: BlueZHandoverTests.reading
        ) { bench in
            await bench.bluetoothd.put(FakeIPhone())
            try await bench.radio.apply(Self.listening, renewing: false)
            #expect(await bench.events.ways == [.listens(.hci, obstacle: nil)])
            #expect(await bench.bluetoothd.log == ["Filter", "Start"])
            await bench.events.clear()
            write(Self.packet(FakeIPhone.address, FakeIPhone.data, rssi: -60))
            try await bench.events.wait("the answer") { !$0.isEmpty }
            #expect(await bench.events.events.first == .asked(isAnswered: true))
        }
    }

    @Test func `a monitor that bluetoothd refuses, or drops, becomes discovery`() async throws {
        try await RadioBench.run(way: .monitor, offersMonitors: true) { bench in
            let fake = bench.bluetoothd
            await fake.fail("RegisterMonitor", with: ["org.bluez.Error.Failed"])
            try await bench.radio.apply(Self.listening, renewing: false)
            #expect(await bench.events.ways.count == 2)
            #expect(await fake.isDiscovering)
        }
        try await RadioBench.run(way: .monitor, offersMonitors: true) { bench in
            let fake = bench.bluetoothd
            try await bench.radio.apply(Self.listening, renewing: false)
            await bench.events.clear()
            try await fake.tellMonitor("Release")
            try await bench.events.waitFor(.ready)
            try await bench.radio.apply(Self.listening, renewing: false)
            guard case .listens(.discovery, _?) = await bench.events.ways.last else {
                Issue.record("\(await bench.events.ways)")
                return
            }
            #expect(await fake.isDiscovering)
        }
    }

    @Test func `a bluetoothd that comes back is asked anew`() async throws {
        try await RadioBench.run(way: .monitor) { bench in
            try await bench.radio.apply(Self.listening, renewing: false)
            await bench.bluetoothd.stop()
            try await bench.events.waitFor(.noDaemon)
            await bench.bluetoothd.offerMonitors(true)
            try await bench.bluetoothd.start()
            try await bench.events.waitFor(.ready)
            try await bench.radio.apply(Self.listening, renewing: false)
            #expect(await bench.events.ways.last == .listens(.monitor, obstacle: nil))
        }
    }
}

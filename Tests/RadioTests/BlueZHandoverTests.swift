// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import TestSupport
import Testing

@testable import Radio

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(2)))
struct BlueZHandoverTests {
    static let reading = BlueZRadio.Handing(reads: true)
    static let whole = ["Connect", "Read", "Disconnect", "Remove " + FakeIPhone.name]

    func isWork(_ word: String) -> Bool {
        ["Connect", "Read", "Disconnect"].contains(word) || word.hasPrefix("Remove")
    }

    /// A radio that listens and reads iPhones, beside one.
    func run(
        _ iPhone: FakeIPhone, limits: HandoverQueue.Limits = .init(), isReading: Bool = true,
        _ body: @escaping (RadioBench) async throws -> Void
    ) async throws {
        try await RadioBench.run(handing: isReading ? Self.reading : .init(), limits: limits) { bench in
            await bench.bluetoothd.put(iPhone)
            try await bench.radio.apply(RadioBench.both, renewing: false)
            await bench.events.clear()
            await bench.bluetoothd.clearLog()
            try await bench.bluetoothd.hear(FakeIPhone.name, FakeIPhone.advertisement(rssi: -60))
            try await body(bench)
        }
    }

    @Test func `an iPhone is asked once, and heard again and again`() async throws {
        try await run(FakeIPhone()) { bench in
            try await bench.until("the read") { $0.log.contains(Self.whole[3]) }
            #expect(await bench.bluetoothd.log.filter(isWork) == Self.whole)
            try await bench.events.wait("a sighting") { $0.contains { if case .heard = $0 { true } else { false } } }
            try await bench.bluetoothd.hear(FakeIPhone.name, FakeIPhone.advertisement(rssi: -51))
            try await bench.events.wait("another") { $0.count == 3 }
            let events = await bench.events.events
            #expect(events.first == .asked(isAnswered: true))
            let heard = events.compactMap { if case .heard(let reception) = $0 { reception } else { nil } }
            #expect(heard.map(\.payload) == [RadioBench.bluezone, RadioBench.bluezone])
            #expect(heard.map(\.rssi) == [-60, -51])
            #expect(heard.map(\.isRead) == [true, false], "only the answer itself may be late by nature")
            #expect(await bench.bluetoothd.log.filter(isWork) == Self.whole)
        }
    }

    @Test(arguments: [11, 13, 0])
    func `anything but twelve bytes is malformed`(count: Int) async throws {
        var iPhone = FakeIPhone()
        iPhone.value = Array(repeating: 7, count: count)
        try await run(iPhone) { bench in
            try await bench.events.wait("the end of the read") { $0 == [.asked(isAnswered: false)] }
            try await bench.until("the disconnection") { $0.log.contains(Self.whole[3]) }
            #expect(await bench.bluetoothd.log.filter(isWork) == Self.whole)
            try await bench.radio.apply(RadioPlan(), renewing: false)
            try await bench.events.wait("malformed") { $0.contains(.malformed(count: 1)) }
        }
    }

    @Test func `a request to connect that was lost on the air is made again`() async throws {
        try await RadioBench.run(handing: Self.reading) { bench in
            await bench.bluetoothd.put(FakeIPhone())
            await bench.bluetoothd.fail("Connect", with: Array(repeating: "org.bluez.Error.Failed", count: 2))
            try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false)
            await bench.events.clear()
            try await bench.bluetoothd.hear(FakeIPhone.name, FakeIPhone.advertisement(rssi: -60))
            try await bench.events.wait("the answer") { $0.contains(.asked(isAnswered: true)) }
            try await bench.until("the disconnection") { $0.log.contains(Self.whole[3]) }
            #expect(await bench.bluetoothd.log.filter(isWork) == ["Connect", "Connect"] + Self.whole)
        }
    }

    @Test func `a device that its owner pairs between two tries is left alone`() async throws {
        var limits = HandoverQueue.Limits()
        limits.tryStep = .milliseconds(500)
        try await RadioBench.run(handing: Self.reading, limits: limits) { bench in
            await bench.bluetoothd.put(FakeIPhone())
            await bench.bluetoothd.fail("Connect", with: ["org.bluez.Error.Failed"])
            try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false)
            await bench.events.clear()
            try await bench.bluetoothd.hear(FakeIPhone.name, FakeIPhone.advertisement(rssi: -60))
            try await bench.until("the first try") { $0.log.contains("Connect") }
            await bench.bluetoothd.put(FakeIPhone(isPaired: true))
            try await bench.events.wait("the end of the read") { $0 == [.asked(isAnswered: false)] }
            try await bench.radio.apply(RadioPlan(), renewing: false)
            #expect(await bench.bluetoothd.log.filter(isWork) == ["Connect"])
        }
    }

    @Test(arguments: [
        ("Connect", "org.bluez.Error.Failed", 3), ("Connect", "org.bluez.Error.NotReady", 1),
        ("Read", "org.bluez.Error.Failed", 1),
    ])
    func `a read that fails ends in a disconnection, and is not repeated`(
        member: String, error: String, tries: Int
    ) async throws {
        try await RadioBench.run(handing: Self.reading) { bench in
            await bench.bluetoothd.put(FakeIPhone())
            await bench.bluetoothd.fail(member, with: Array(repeating: error, count: tries))
            try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false)
            await bench.events.clear()
            for _ in 0..<3 {
                try await bench.bluetoothd.hear(FakeIPhone.name, FakeIPhone.advertisement(rssi: -60))
                try await bench.events.wait("the end of the read") { $0 == [.asked(isAnswered: false)] }
            }
            try await bench.until("the disconnection") { $0.log.contains(Self.whole[3]) }
            let log = await bench.bluetoothd.log.filter(isWork)
            #expect(log.suffix(2) == Self.whole.suffix(2) && log.count { $0 == "Connect" } == tries)
        }
    }

    @Test(arguments: [BusErrorName.unknownObject, BusErrorName.unknownMethod, "org.bluez.Error.DoesNotExist"])
    func `one that bluetoothd forgets as it is asked is asked when it is heard again`(error: String) async throws {
        try await RadioBench.run(handing: Self.reading) { bench in
            await bench.bluetoothd.put(FakeIPhone())
            await bench.bluetoothd.fail("Connect", with: [error])
            try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false)
            await bench.events.clear()
            for _ in 0..<500 where await bench.events.events.isEmpty {
                try await bench.bluetoothd.hear(FakeIPhone.name, FakeIPhone.advertisement(rssi: -60))
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(await bench.events.events.first == .asked(isAnswered: true), "the first try does not count")
            try await bench.until("the disconnection") { $0.log.contains(Self.whole[3]) }
            #expect(await bench.bluetoothd.log.filter(isWork) == ["Connect"] + Self.whole)
        }
    }

    @Test func `one that bluetoothd does not know is not asked, and that is no failure`() async throws {
        try await RadioBench.run(handing: Self.reading) { bench in
            await bench.bluetoothd.put(FakeIPhone())
            try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false)
            await bench.events.clear()
            // Of this one there is no object.
            try await bench.bluetoothd.hear("dev_5A_01_02_03_04_00", FakeIPhone.advertisement(rssi: -40))
            try await bench.bluetoothd.hear(FakeIPhone.name, FakeIPhone.advertisement(rssi: -60))
            try await bench.events.wait("the other's answer") { !$0.isEmpty }
            #expect(await bench.events.events.first == .asked(isAnswered: true))
        }
    }

    @Test(arguments: ["never resolved", "never answers", "no characteristic"])
    func `a read that gets nowhere ends in time`(fault: String) async throws {
        var iPhone = FakeIPhone()
        if fault == "never resolved" { iPhone.isResolved = false }
        if fault == "no characteristic" { iPhone.uuid = "00004e56-73f5-4bc4-a12f-17d1ad07a6ff" }
        var limits = HandoverQueue.Limits()
        limits.read = .milliseconds(300)
        try await RadioBench.run(handing: Self.reading, limits: limits) { [iPhone] bench in
            await bench.bluetoothd.put(iPhone)
            if fault == "never answers" { await bench.bluetoothd.ignore(["Read"]) }
            try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false)
            try await bench.bluetoothd.hear(FakeIPhone.name, FakeIPhone.advertisement(rssi: -60))
            try await bench.until("the disconnection") { $0.log.contains(Self.whole[3]) }
            try await bench.events.wait("its end") { $0.contains(.asked(isAnswered: false)) }
        }
    }

    /// Both formats are on the air, and an iPhone is being connected to that never answers.
    private func connect(_ bench: RadioBench) async throws {
        await bench.bluetoothd.put(FakeIPhone())
        await bench.bluetoothd.ignore(["Connect"])
        try await bench.radio.apply(RadioBench.both, renewing: false)
        try await bench.bluetoothd.hear(FakeIPhone.name, FakeIPhone.advertisement(rssi: -60))
        try await bench.until("the connection") { $0.log.contains("Connect") }
    }

    @Test func `a rotation overtakes a read`() async throws {
        try await RadioBench.run(handing: Self.reading) { bench in
            try await connect(bench)
            await bench.bluetoothd.clearLog()
            // Opening and closing a scan window takes nothing away from a read.
            try await bench.radio.apply(RadioPlan(onAir: RadioBench.both.onAir), renewing: false)
            #expect(await bench.bluetoothd.log == ["Stop"])
            let start = ContinuousClock.now
            try await bench.radio.apply(RadioBench.both, renewing: true)
            #expect(ContinuousClock.now - start < .seconds(9))
            let log = await bench.bluetoothd.log
            #expect(Array(log.prefix(5)) == ["Stop", "Disconnect", Self.whole[3], "Unregister", "Unregister"])
            #expect(await bench.bluetoothd.active.count == 2)
        }
    }

    @Test(arguments: [FakeIPhone(isPaired: true), FakeIPhone(isConnected: true)])
    func `a device that its owner uses is left alone`(iPhone: FakeIPhone) async throws {
        try await run(iPhone) { bench in
            try await bench.events.wait("the refusal") { $0 == [.asked(isAnswered: false)] }
            #expect(await bench.bluetoothd.log.filter(isWork) == [])
        }
    }

    @Test func `a public address is no phone's`() async throws {
        try await RadioBench.run(handing: Self.reading) { bench in
            await bench.bluetoothd.put(FakeIPhone())
            try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false)
            try await bench.bluetoothd.hear(FakeIPhone.name, FakeIPhone.advertisement(rssi: -60, type: "public"))
            try await bench.radio.apply(RadioPlan(), renewing: false)
            #expect(await bench.bluetoothd.log.filter(isWork) == [])
        }
    }

    @Test func `nobody is connected to unless asked for`() async throws {
        try await run(FakeIPhone(), isReading: false) { bench in
            try await bench.radio.apply(RadioPlan(), renewing: false)
            #expect(await bench.bluetoothd.log.filter(isWork) == [])
            #expect(await bench.events.events == [])
        }
    }

    @Test func `the end of the daemon takes a connection down`() async throws {
        let log = LogKeeper()
        try await RadioBench.run(handing: Self.reading) { bench in
            try await connect(bench)
            await log.keep(bench.bluetoothd)
        }
        #expect(await log.bluetoothd?.log.contains("Disconnect") == true)
    }
}

/// What is looked at when the bench is gone.
private actor LogKeeper {
    private(set) var bluetoothd: FakeBluetoothd?

    func keep(_ bluetoothd: FakeBluetoothd) { self.bluetoothd = bluetoothd }
}

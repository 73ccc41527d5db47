// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import Testing

@testable import Radio

extension FakeBluetoothd {
    /// Another controller takes the place of the first: one without advertising sets.
    fileprivate func plugOldController() async throws {
        hasAdvertisingSets = false
        try await plug(false)
        try await plug(true)
    }

    fileprivate func scanForOthers(_ isOn: Bool) async throws {
        isScannedByOthers = isOn
        try await set(["Discovering": .bool(isOn || isDiscovering)])
    }
}

/// Controllers that have one address for everything, and refuse a new one while they scan.
struct OneByOneTests {
    func onAir(_ bluetoothd: isolated FakeBluetoothd) -> [BusValue?] {
        bluetoothd.active.map { $0.properties["ServiceUUIDs"] }
    }

    func run(
        turnLength: Duration = .milliseconds(60), turnDelay: Duration = .seconds(15),
        handing: BlueZRadio.Handing = .init(), _ body: @escaping (RadioBench) async throws -> Void
    ) async throws {
        var patience = RadioBench.impatient
        patience.turnLength = turnLength
        patience.turnDelay = turnDelay
        try await RadioBench.run(patience: patience, handing: handing) { bench in
            await bench.events.clear()
            try await bench.bluetoothd.plugOldController()
            try await bench.events.waitFor(.ready)
            try await body(bench)
        }
    }

    @Test func `there is never more than one advert, both have their turn, and nothing is wrong with that`()
        async throws
    {
        try await run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: true)
            for uuid in [
                BlueZHearingTests.exposureUUID, BlueZHearingTests.bluezoneUUID, BlueZHearingTests.exposureUUID,
            ] {
                try await bench.until("its turn") { onAir($0) == [.strings([uuid])] && $0.isDiscovering }
            }
            // Windows open and close without a word, too.
            try await bench.radio.apply(RadioPlan(onAir: RadioBench.both.onAir), renewing: false)
            #expect(await bench.bluetoothd.active.count == 1)
            try await bench.radio.apply(RadioBench.both, renewing: false)
        }
    }

    @Test func `a turn that a plan overtook is not the last one`() async throws {
        try await run(turnLength: .milliseconds(30)) { bench in
            try await bench.radio.apply(RadioBench.both, renewing: true)
            await bench.bluetoothd.delay("Stop", .milliseconds(60))
            for round in 0..<30 {
                let plan = RadioPlan(onAir: RadioBench.both.onAir, isScanning: round % 2 == 1)
                Task { try? await bench.radio.apply(plan, renewing: false) }
                try await Task.sleep(for: .milliseconds(20))
            }
            await bench.bluetoothd.delay("Stop", nil)
            for uuid in [BlueZHearingTests.exposureUUID, BlueZHearingTests.bluezoneUUID] {
                try await bench.until("its turn") { onAir($0) == [.strings([uuid])] }
            }
        }
    }

    @Test func `each step begins with the other format`() async throws {
        try await run(turnLength: .seconds(60)) { bench in
            for uuid in [
                BlueZHearingTests.bluezoneUUID, BlueZHearingTests.exposureUUID, BlueZHearingTests.bluezoneUUID,
            ] {
                try await bench.radio.apply(RadioBench.both, renewing: true)
                #expect(await onAir(bench.bluetoothd) == [.strings([uuid])])
            }
        }
    }

    @Test func `while another program scans nobody's turn ends, for nothing could take its place`() async throws {
        try await run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: true)
            try await bench.bluetoothd.scanForOthers(true)
            try await bench.until("a turn let pass") { $0.log.contains("Stop") && $0.isDiscovering }
            let paths = await bench.bluetoothd.paths
            try await Task.sleep(for: .milliseconds(900))
            #expect(await bench.bluetoothd.paths == paths, "nothing was withdrawn or registered")
            #expect(await bench.bluetoothd.active.count == 1)
            try await bench.bluetoothd.scanForOthers(false)
            try await bench.until("the next turn") { $0.paths.count > paths.count && $0.isDiscovering }
        }
    }

    @Test(arguments: ["Powered", "Discoverable"])
    func `who was off the air comes back with a plan, not with a turn`(property: String) async throws {
        try await run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: true)
            try await bench.bluetoothd.set([property: .bool(property == "Discoverable")])
            try await bench.events.wait("off the air") { $0.contains { $0.isState } }
            try await Task.sleep(for: .milliseconds(150))
            await bench.events.clear()
            try await bench.bluetoothd.set([property: .bool(property == "Powered")])
            try await bench.events.waitFor(.ready)
            let paths = await bench.bluetoothd.paths
            try await Task.sleep(for: .milliseconds(300))
            #expect(await bench.bluetoothd.paths == paths, "the plan of before may be of an hour ago")
            try await bench.radio.apply(RadioBench.both, renewing: false)
            try await bench.until("turns again") { $0.paths.count > paths.count + 1 }
        }
    }

    /// What was asked from the first connection on.
    private func fromConnect(_ log: [String]) -> ArraySlice<String> { log.drop { $0 != "Connect" } }

    /// Both formats take turns, and an iPhone is being read.
    private func readIPhone(_ bench: RadioBench) async throws {
        await bench.bluetoothd.put(FakeIPhone())
        try await bench.radio.apply(RadioBench.both, renewing: true)
        // Nobody is heard while a turn ends.
        for _ in 0..<500 where await !bench.bluetoothd.log.contains("Read") {
            try await bench.bluetoothd.hear(FakeIPhone.name, FakeIPhone.advertisement(rssi: -60))
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func `a turn waits for a read under way`() async throws {
        try await run(turnLength: .milliseconds(500), handing: BlueZHandoverTests.reading) { bench in
            await bench.bluetoothd.delay("Read", .milliseconds(1500))
            try await readIPhone(bench)
            try await bench.events.wait("the answer") { $0.contains(.asked(isAnswered: true)) }
            try await bench.until("the next turn") { fromConnect($0.log).contains("Unregister") }
            #expect(await fromConnect(bench.bluetoothd.log).prefix(4) == BlueZHandoverTests.whole[...])
        }
    }

    @Test func `a turn does not wait without end`() async throws {
        try await run(
            turnLength: .milliseconds(300), turnDelay: .milliseconds(300), handing: BlueZHandoverTests.reading
        ) { bench in
            await bench.bluetoothd.ignore(["Read"])
            try await readIPhone(bench)
            let paths = await bench.bluetoothd.paths
            try await bench.until("the next turn") { $0.log.contains("Disconnect") && $0.paths.count > paths.count }
            // Given up is not failed.
            #expect(await !bench.events.events.contains(.asked(isAnswered: false)))
        }
    }

    @Test func `a rotation waits for no turn that waits for a read, and is itself the next turn`() async throws {
        try await run(turnLength: .seconds(4), handing: BlueZHandoverTests.reading) { bench in
            await bench.bluetoothd.ignore(["Read"])
            try await readIPhone(bench)
            let paths = await bench.bluetoothd.paths
            try await Task.sleep(for: .milliseconds(4300))
            #expect(await bench.bluetoothd.paths == paths, "the turn waits")
            let start = ContinuousClock.now
            try await bench.radio.apply(RadioBench.both, renewing: true)
            #expect(ContinuousClock.now - start < .seconds(9))
            #expect(await bench.bluetoothd.log.contains("Disconnect"))
            try await Task.sleep(for: .milliseconds(200))
            #expect(await bench.bluetoothd.paths.count == paths.count + 1, "no turn ends as soon as it has begun")
        }
    }

    @Test func `one format alone stays on the air`() async throws {
        try await run { bench in
            try await bench.radio.apply(RadioPlan(onAir: [RadioBench.bluezone]), renewing: true)
            try await Task.sleep(for: .milliseconds(200))
            #expect(await bench.bluetoothd.paths.count == 1)
        }
    }
}

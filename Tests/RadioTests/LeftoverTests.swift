// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import TestSupport
import Testing

@testable import Radio

/// What bluetoothd left on the air when it died, and the next one does not know of.
@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(2)))
struct LeftoverTests {
    private func numbers(_ bluetoothd: isolated FakeBluetoothd) -> [Int] { bluetoothd.active.map(\.number).sorted() }

    /// Has bluetoothd die and come back once our advertisements have these numbers.
    private func bury(_ bench: RadioBench, _ plan: RadioPlan, at wanted: [Int]) async throws {
        for _ in 0..<10 where await numbers(bench.bluetoothd) != wanted {
            try await Task.sleep(for: .milliseconds(50))
            try await bench.radio.apply(plan, renewing: true)
        }
        #expect(await numbers(bench.bluetoothd) == wanted)
        // Until the numbers of those before are free.
        try await Task.sleep(for: .milliseconds(50))
        await bench.events.clear()
        await bench.bluetoothd.stop()
        try await bench.events.waitFor(.noDaemon)
        try await bench.bluetoothd.start()
        try await bench.events.waitFor(.ready)
        #expect(await bench.bluetoothd.leftovers == Set(wanted), "nobody told bluetoothd of them")
    }

    private func run(_ body: @escaping (RadioBench) async throws -> Void) async throws {
        try await RadioBench.run { bench in
            await bench.events.clear()
            await bench.bluetoothd.tellRoom(5)
            try await bench.bluetoothd.plug(false)
            try await bench.bluetoothd.plug(true)
            try await bench.events.waitFor(.ready)
            try await body(bench)
        }
    }

    private static let alone = RadioPlan(onAir: [RadioBench.bluezone], isScanning: true)

    @Test(arguments: [(RadioBench.both, [3, 4]), (alone, [2])])
    func `what the kernel hid from the next bluetoothd leaves the air`(plan: RadioPlan, wanted: [Int]) async throws {
        try await run { bench in
            try await bury(bench, plan, at: wanted)
            try await bench.radio.apply(plan, renewing: false)
            #expect(await bench.bluetoothd.leftovers.isEmpty)
            let heirs = Array(repeating: BusValue?.none, count: wanted.count)
            #expect(await bench.bluetoothd.heirs == heirs, "an address of before with an identifier of now")
            #expect(await numbers(bench.bluetoothd) == Array(1...plan.onAir.count))
            #expect(await bench.bluetoothd.isDiscovering)
            await bench.bluetoothd.clearLog()
            try await bench.radio.apply(plan, renewing: true)
            let once = await bench.bluetoothd.log.filter { $0 == "Register" }.count
            #expect(once == plan.onAir.count, "once is enough")
        }
    }

    @Test func `each adapter is seen to once, and again with the next bluetoothd`() {
        var leftovers = Leftovers()
        let places = ["/org/bluez/hci0", "/org/bluez/hci1"].map { Leftovers.Place(owner: ":1.1", adapter: $0) }
        for place in places {
            #expect(leftovers.count(at: place, capacity: 5) == 5)
            leftovers.displaced(at: place)
        }
        #expect(places.map { leftovers.count(at: $0, capacity: 5) } == [0, 0])
        #expect(leftovers.count(at: Leftovers.Place(owner: ":1.2", adapter: places[0].adapter), capacity: 5) == 5)
    }

    @Test func `numbers that become free late are waited for`() async throws {
        try await run { bench in
            await bench.bluetoothd.freeNumbers(after: .milliseconds(400))
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.active.count == 2)
        }
    }

    @Test func `who sends nothing displaces what is left over too`() async throws {
        try await run { bench in
            try await bury(bench, RadioBench.both, at: [3, 4])
            try await bench.radio.apply(RadioPlan(), renewing: false)
            #expect(await bench.bluetoothd.leftovers.isEmpty)
            #expect(await bench.bluetoothd.active.isEmpty)
        }
    }

    @Test func `numbers that other programs have are not waited for`() async throws {
        try await run { bench in
            try await bury(bench, RadioBench.both, at: [3, 4])
            await bench.bluetoothd.setSlots(4)
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.leftovers.isEmpty)
            await bench.bluetoothd.clearLog()
            try await bench.radio.apply(RadioBench.both, renewing: true)
            #expect(await bench.bluetoothd.log.filter { $0 == "Register" }.count == 2)
        }
    }

    @Test func `where bluetoothd refuses at first they leave with the next step, and what shall be sent is sent`()
        async throws
    {
        try await run { bench in
            try await bury(bench, RadioBench.both, at: [3, 4])
            await bench.bluetoothd.fail("Register", with: Array(repeating: "org.bluez.Error.Failed", count: 5))
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.active.count == 2)
            #expect(await bench.bluetoothd.leftovers == [3, 4])
            try await bench.radio.apply(RadioBench.both, renewing: true)
            #expect(await bench.bluetoothd.leftovers.isEmpty)
            #expect(await bench.bluetoothd.active.count == 2)
        }
    }

    @Test func `bluetoothd that always refuses is not asked for ever`() async throws {
        try await run { bench in
            for step in 1...Leftovers.tries + 1 {
                // Until the numbers of those before are free.
                try await Task.sleep(for: .milliseconds(50))
                await bench.bluetoothd.clearLog()
                let refused = Array(repeating: "org.bluez.Error.Failed", count: step <= Leftovers.tries ? 5 : 0)
                await bench.bluetoothd.fail("Register", with: refused)
                try await bench.radio.apply(RadioBench.both, renewing: true)
                let asked = await bench.bluetoothd.log.filter { $0 == "Register" }.count
                #expect(asked == (step <= Leftovers.tries ? 7 : 2))
                #expect(await bench.bluetoothd.active.count == 2)
            }
        }
    }

    @Test func `an adapter exposed in the middle of it is left at once, by all of them`() async throws {
        try await run { bench in
            await bench.bluetoothd.ignore(["Register"])
            let applying = Task { try await bench.radio.apply(RadioBench.both, renewing: false) }
            try await bench.until("registering") { $0.log == Array(repeating: "Register", count: 5) }
            try await bench.bluetoothd.set(["Discoverable": .bool(true)])
            try await bench.until("withdrawn") { $0.log.filter { $0 == "Unregister" }.count >= 5 }
            applying.cancel()
            await #expect(throws: RadioError.self) { try await applying.value }
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import TestSupport
import Testing

@testable import Radio

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(2)))
struct BlueZRunningTests {
    @Test(arguments: [["Powered": BusValue.bool(true)], ["Powered": .bool(false)]])
    func `an adapter powered anew makes everything anew`(change: [String: BusValue]) async throws {
        try await RadioBench.run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            await bench.events.clear()
            try await bench.bluetoothd.set(change)
            if change == ["Powered": .bool(false)] {
                try await bench.events.waitFor(.blocked)
                await #expect(throws: RadioError.notReady(.blocked)) {
                    try await bench.radio.apply(RadioBench.both, renewing: false)
                }
                try await bench.bluetoothd.set(["Powered": .bool(true)])
            }
            try await bench.events.waitFor(.ready)
            await bench.bluetoothd.clearLog()
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.log.filter { $0 == "Register" || $0 == "Unregister" }.count == 4)
            #expect(await bench.bluetoothd.active.count == 2)
        }
    }

    @Test func `an answer that is older than what a signal told meanwhile undoes nothing`() async throws {
        try await RadioBench.run(isBluetoothdThere: false) { bench in
            // bluetoothd answers from before its adapter was there, and tells of the adapter first, as it looks to whoever
            // follows signals sooner than answers.
            await bench.bluetoothd.tellAdapterBeforeAnswering()
            try await bench.bluetoothd.start()
            try await bench.events.waitFor(.ready)
            try await Task.sleep(for: .milliseconds(300))
            #expect(await bench.events.events.isEmpty, "it stays ready")
        }
    }

    @Test func `PowerState tells off from blocked`() async throws {
        try await RadioBench.run { bench in
            try await bench.bluetoothd.set(["Powered": .bool(false), "PowerState": .string("off")])
            try await bench.events.waitFor(.off)
            try await bench.bluetoothd.set(["PowerState": .string("off-blocked")])
            try await bench.events.waitFor(.blocked)
        }
    }

    @Test func `a released advertisement is registered anew`() async throws {
        try await RadioBench.run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            await bench.events.clear()
            try await bench.bluetoothd.release(bench.bluetoothd.active[0])
            try await bench.events.waitFor(.ready)
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.active.count == 2)
        }
    }

    @Test func `bluetoothd vanishes and comes back`() async throws {
        try await RadioBench.run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            await bench.events.clear()
            await bench.bluetoothd.stop()
            try await bench.events.waitFor(.noDaemon)
            await #expect(throws: RadioError.notReady(.noDaemon)) {
                try await bench.radio.apply(RadioBench.both, renewing: false)
            }
            try await bench.bluetoothd.start()
            try await bench.events.waitFor(.ready)
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.active.count == 2)
        }
    }

    @Test func `on the way up nothing is told that is only not answered yet`() async throws {
        let ready = RadioEvent.state(.ready, adapter: "hci0")
        try await RadioBench.run { bench in
            #expect(await bench.events.events.filter(\.isState) == [ready])
            await bench.events.clear()
            await bench.radio.bus.reconnect()
            try await bench.events.wait("up again") { $0.contains(ready) }
            #expect(await bench.events.events.filter(\.isState) == [.state(.noBus, adapter: nil), ready])
            await bench.bluetoothd.stop()
            try await bench.events.waitFor(.noDaemon)
            try await bench.bluetoothd.start()
            try await bench.events.wait("it again") { $0.contains(ready) }
            #expect(await bench.events.events.filter(\.isState) == [ready])
        }
    }

    @Test func `bluetoothd vanishes before it has told its adapters`() async throws {
        try await RadioBench.run(isBluetoothdThere: false) { bench in
            await bench.bluetoothd.refuseObjects(true)
            try await bench.bluetoothd.start()
            try await bench.events.waitFor(.noAdapter)
            await bench.bluetoothd.stop()
            try await bench.events.waitFor(.noDaemon)
            await bench.bluetoothd.refuseObjects(false)
            try await bench.bluetoothd.start()
            try await bench.events.waitFor(.ready)
        }
    }

    @Test func `the bus vanishes and comes back`() async throws {
        try await RadioBench.run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            await bench.events.clear()
            await bench.bluetoothd.stop()
            bench.daemon.stop()
            try await bench.events.waitFor(.noBus)
            try bench.daemon.start()
            try await bench.bluetoothd.start()
            try await bench.events.waitFor(.ready)
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.active.count == 2)
        }
    }

    @Test func `the bus comes back without bluetoothd`() async throws {
        try await RadioBench.run { bench in
            await bench.events.clear()
            await bench.bluetoothd.stop()
            bench.daemon.stop()
            try await bench.events.waitFor(.noBus)
            try bench.daemon.start()
            try await bench.events.waitFor(.noDaemon)
        }
    }

    @Test func `the adapter is pulled out and put in again`() async throws {
        try await RadioBench.run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            await bench.events.clear()
            try await bench.bluetoothd.plug(false)
            try await bench.events.waitFor(.noAdapter)
            try await bench.bluetoothd.plug(true)
            try await bench.events.waitFor(.ready)
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.active.count == 2)
        }
    }

    @Test func `a plan carried out while the adapter before is being left is not forgotten`() async throws {
        try await RadioBench.run { bench in
            let fake = bench.bluetoothd
            try await fake.plugSecond()
            try await fake.set(["Powered": .bool(false)])
            try await bench.events.wait("the second") { $0.contains(.state(.ready, adapter: "hci1")) }
            try await bench.radio.apply(RadioBench.both, renewing: false)
            await fake.clearLog()
            await fake.ignore(["Unregister", "Stop"])
            await bench.events.clear()
            try await fake.set(["Powered": .bool(true)])
            try await bench.until("leaving") { $0.log.contains("Unregister") }
            await fake.ignore([])
            try await bench.radio.apply(RadioBench.both, renewing: false)
            try await bench.events.wait("the first again") { $0.contains(.state(.ready, adapter: "hci0")) }
            // The scan on the adapter that was left ended after ours here began.
            let heard = BlueZHearingTests().exposure(Array(1...20))
            try await fake.hear("dev_00_00_00_00_00_01", heard)
            try await fake.hearAgain("dev_00_00_00_00_00_01", heard)
            try await bench.events.wait("both reports") { $0.count { !$0.isState && $0 != .transmitPower(7) } == 2 }
            await fake.clearLog()
            try await bench.radio.apply(RadioBench.both, renewing: true)
            #expect(
                await fake.log == ["Stop", "Unregister", "Unregister", "Register", "Register", "Filter", "Start"])
        }
    }

    @Test func `an adapter of another name is not the one asked for`() async throws {
        try await RadioBench.run(adapter: "hci7", isBluetoothdThere: false) { bench in
            try await bench.bluetoothd.start()
            try await bench.events.wait("noAdapter") { $0.contains(.state(.noAdapter, adapter: nil)) }
        }
    }

    @Test func `a machine that woke up makes everything anew`() async throws {
        try await RadioBench.run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            let login = Bus(address: bench.daemon.address)
            try await login.waitUntilConnected()
            try await login.requestName("org.freedesktop.login1")
            await bench.events.clear()
            func prepareForSleep(_ isGoing: Bool) async throws {
                try await login.emit(
                    path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
                    member: "PrepareForSleep", arguments: [.bool(isGoing)])
            }
            try await prepareForSleep(true)
            try await bench.until("off the air") { $0.active.isEmpty && !$0.isDiscovering }
            await #expect(throws: RadioError.notReady(.off)) {
                try await bench.radio.apply(RadioBench.both, renewing: true)
            }
            try await prepareForSleep(false)
            try await bench.events.waitFor(.ready)
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.paths.count == 4)
            await login.close()
        }
    }

    @Test func `a receiver that hears nothing any more is set to work anew, and told to hear again`()
        async throws
    {
        var patience = RadioBench.impatient
        patience.silenceLimit = .milliseconds(40)
        try await RadioBench.run(patience: patience) { bench in
            func window() async throws {
                try await bench.radio.apply(RadioBench.both, renewing: false)
                try await Task.sleep(for: .milliseconds(30))
                try await bench.radio.apply(RadioPlan(onAir: RadioBench.both.onAir), renewing: false)
            }
            await bench.events.clear()
            for _ in 0..<3 { try await window() }
            try await bench.events.wait("silence") { $0.contains(.silence(true)) }
            try await bench.events.wait("ready again") { $0.contains { $0.isState } }
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.paths.count >= 4, "all of it anew")
            try await bench.bluetoothd.hear("dev_00_00_00_00_00_09", .properties([("RSSI", .int16(-60))]))
            try await bench.radio.apply(RadioPlan(onAir: RadioBench.both.onAir), renewing: false)
            try await bench.events.wait("heard again") { $0.contains(.silence(false)) }
        }
    }
}

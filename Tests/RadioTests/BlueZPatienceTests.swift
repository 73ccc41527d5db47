// SPDX-License-Identifier: GPL-3.0-or-later

import Bus
import TestSupport
import Testing

@testable import Radio

/// Refusals that last: what goes on meanwhile, and for how long anybody waits.
@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(2)))
struct BlueZPatienceTests {
    @Test func `a plan that waits gives up when a newer one is to come, and one that does not goes on`() async throws {
        try await RadioBench.run { bench in
            await bench.bluetoothd.fail("Register", with: Array(repeating: "org.bluez.Error.Failed", count: 10_000))
            let plan = Task { try await bench.radio.apply(RadioBench.both, renewing: false) }
            try await bench.until("tried") { $0.log.count > 3 }
            await bench.radio.hurry(true)
            await #expect(throws: RadioError.overtaken) { try await plan.value }
            await bench.radio.hurry(false)
            await bench.bluetoothd.clearLog()
            let next = Task { try await bench.radio.apply(RadioBench.both, renewing: false) }
            try await bench.until("the next one is patient again") { $0.log.count > 6 }
            next.cancel()
            _ = await next.result
        }
    }

    @Test func `a scan window that does not open leaves what is sent alone`() async throws {
        try await RadioBench.run { bench in
            await bench.bluetoothd.fail("Start", with: Array(repeating: "org.bluez.Error.Failed", count: 2))
            let deaf = RadioError.deaf(name: "org.bluez.Error.Failed", message: "as the test says")
            await #expect(throws: deaf) { try await bench.radio.apply(RadioBench.both, renewing: true) }
            await bench.bluetoothd.clearLog()
            var plan = RadioBench.both
            for isScanning in [false, true] {
                plan.isScanning = isScanning
                try? await bench.radio.apply(plan, renewing: false)
            }
            #expect(await bench.bluetoothd.log == ["Filter", "Start", "Stop"])
            #expect(await bench.bluetoothd.active.count == 2)
            try await bench.radio.apply(plan, renewing: false)
            #expect(await bench.bluetoothd.isDiscovering)
        }
    }

    @Test func `one refusal after the other does not keep us from listening: patience is for all plans together`()
        async throws
    {
        var patience = RadioBench.impatient
        patience.retryLimit = .milliseconds(300)
        try await RadioBench.run(patience: patience) { bench in
            await bench.bluetoothd.fail("Register", with: Array(repeating: "org.bluez.Error.Failed", count: 10_000))
            let radio = bench.radio
            // A plan with each window; each overtakes the one before.
            let plans = Task {
                while !Task.isCancelled {
                    for isScanning in [true, false] {
                        let plan = RadioPlan(onAir: RadioBench.both.onAir, isScanning: isScanning)
                        Task { try? await radio.apply(plan, renewing: false) }
                        try? await Task.sleep(for: .milliseconds(150))
                    }
                }
            }
            defer { plans.cancel() }
            try await bench.until("a scan window") { $0.isDiscovering }
            try await bench.until("its end") { !$0.isDiscovering }
            try await bench.until("the next one") { $0.isDiscovering }
        }
    }
}

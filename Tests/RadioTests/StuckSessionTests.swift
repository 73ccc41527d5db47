// SPDX-License-Identifier: GPL-3.0-or-later

import Bus
import TestSupport
import Testing

@testable import Radio

/// A discovery that bluetoothd never answers, because another program began one at the same moment.
@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(2)))
struct StuckSessionTests {
    private static let hasty: BlueZRadio.Patience = {
        var patience = RadioBench.impatient
        patience.callLimit = .milliseconds(500)
        return patience
    }()
    private static let noAnswer = RadioError.deaf(
        name: "org.bluezone1.Error.NoAnswer", message: BusError.timedOut(member: "StartDiscovery").description)
    private static let inProgress = "org.bluez.Error.InProgress"

    @Test func `what can neither begin nor end is left with the bus, and not again at once`() async throws {
        try await RadioBench.run(patience: Self.hasty) { bench in
            try await bench.radio.apply(RadioPlan(onAir: RadioBench.both.onAir), renewing: false)
            let before = await bench.bluetoothd.active.last?.sender
            await bench.bluetoothd.ignore(["Start"])
            await bench.bluetoothd.fail("Stop", with: Array(repeating: Self.inProgress, count: 10))
            await bench.events.clear()
            await #expect(throws: Self.noAnswer) { try await bench.radio.apply(RadioBench.both, renewing: false) }
            try await bench.events.wait("away") { $0.contains(.state(.noBus, adapter: nil)) }
            try await bench.events.waitFor(.ready)
            await #expect(throws: Self.noAnswer) { try await bench.radio.apply(RadioBench.both, renewing: false) }
            let after = await bench.bluetoothd.active.last?.sender
            #expect(after != before, "bluetoothd knows us by another name")
            await bench.bluetoothd.ignore([])
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.active.last?.sender == after, "and by that one from then on")
            #expect(await bench.bluetoothd.isDiscovering)
            #expect(await bench.events.events.filter(\.isState).isEmpty)
        }
    }

    @Test func `one that can be ended is only that`() async throws {
        try await RadioBench.run(patience: Self.hasty) { bench in
            await bench.bluetoothd.ignore(["Start"])
            await bench.events.clear()
            await #expect(throws: Self.noAnswer) { try await bench.radio.apply(RadioBench.both, renewing: false) }
            #expect(await bench.bluetoothd.log == ["Register", "Register", "Filter", "Start", "Stop"])
            await bench.bluetoothd.ignore([])
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.events.events.filter(\.isState).isEmpty)
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Bus
import Testing

@testable import Radio

/// bluetoothd before 5.73 crashes when an advertisement is withdrawn that it is handing to the kernel anew.
struct RefreshTests {
    private static let patient: BlueZRadio.Patience = {
        var patience = RadioBench.impatient
        patience.refreshTime = .milliseconds(600)
        return patience
    }()

    @Test func `an old bluetoothd may first hand its advertisements to the kernel anew`() async throws {
        try await RadioBench.run(patience: Self.patient) { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            await bench.bluetoothd.takeToRefresh(.milliseconds(300))
            await bench.events.clear()
            try await bench.bluetoothd.set(["Discoverable": .bool(true)])
            try await bench.events.waitFor(.exposed)
            try await bench.until("no scan") { !$0.isDiscovering }
            #expect(await bench.bluetoothd.refresh.isUnderWay, "a scan is ended at once")
            try await bench.until("off the air") { $0.active.isEmpty }
            #expect(await bench.bluetoothd.refresh.withdrawals == 0)
        }
    }

    @Test func `nor is one withdrawn then that is being registered, or by a radio that ends`() async throws {
        try await RadioBench.run(patience: Self.patient) { bench in
            await bench.bluetoothd.ignore(["Register"])
            let applying = Task { try await bench.radio.apply(RadioBench.both, renewing: false) }
            try await bench.until("registering") { $0.log == ["Register", "Register"] }
            await bench.bluetoothd.takeToRefresh(.milliseconds(300))
            try await bench.bluetoothd.set(["Discoverable": .bool(true)])
            try await bench.events.waitFor(.exposed)
            await bench.radio.farewell()
            try await bench.until("withdrawn") { $0.log.count == 4 }
            #expect(await bench.bluetoothd.log == ["Register", "Register", "Unregister", "Unregister"])
            #expect(await bench.bluetoothd.refresh.withdrawals == 0)
            await #expect(throws: RadioError.self) { try await applying.value }
        }
    }

    @Test func `one that is newer is not waited for`() async throws {
        var patience = RadioBench.impatient
        patience.refreshTime = .seconds(600)
        try await RadioBench.run(patience: patience) { bench in
            try await bench.bluetoothd.set(["PowerState": .string("on")])
            try await bench.radio.apply(RadioBench.both, renewing: false)
            await bench.events.clear()
            try await bench.bluetoothd.set(["Discoverable": .bool(true)])
            try await bench.events.waitFor(.exposed)
            try await bench.until("off the air") { $0.active.isEmpty }
        }
    }
}

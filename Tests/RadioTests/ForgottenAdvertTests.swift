// SPDX-License-Identifier: GPL-3.0-or-later

import Bus
import TestSupport
import Testing

@testable import Radio

/// What bluetoothd has of ours and no plan knows of leaves the air all the same: it would be on it under one identifier for
/// ever.
@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(2)))
struct ForgottenAdvertTests {
    @Test func `the next plan withdraws it`() async throws {
        try await RadioBench.run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            let forgotten = Set(await bench.bluetoothd.active.map(\.path))
            await bench.radio.forgetWhatIsOnAir()
            try await bench.radio.apply(RadioBench.both, renewing: false)
            let active = Set(await bench.bluetoothd.active.map(\.path))
            #expect(active.count == 2 && active.isDisjoint(with: forgotten))
        }
    }

    @Test func `an adapter that is exposed, and the end, take it off the air at once`() async throws {
        try await RadioBench.run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            await bench.radio.forgetWhatIsOnAir()
            try await bench.bluetoothd.set(["Discoverable": .bool(true)])
            try await bench.until("off the air") { $0.active.isEmpty }
            try await bench.bluetoothd.set(["Discoverable": .bool(false)])
            try await bench.events.wait("ready") { $0.last(where: \.isState) == .state(.ready, adapter: "hci0") }
            try await bench.radio.apply(RadioBench.both, renewing: false)
            await bench.radio.forgetWhatIsOnAir()
            await bench.radio.farewell()
            #expect(await bench.bluetoothd.active.isEmpty)
        }
    }
}

extension BlueZRadio {
    fileprivate func forgetWhatIsOnAir() { (onAir, isStale) = ([], true) }
}

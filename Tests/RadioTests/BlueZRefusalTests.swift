// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import TestSupport
import Testing

@testable import Radio

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(2)))
struct BlueZRefusalTests {
    @Test func `a registration that fails while others scan is tried again on new paths`() async throws {
        try await RadioBench.run { bench in
            await bench.bluetoothd.fail("Register", with: ["org.bluez.Error.Failed", "org.bluez.Error.Failed"])
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.log == ["Register", "Register", "Register", "Register", "Filter", "Start"])
        }
    }

    @Test func `one that goes on failing is reported, and we listen all the same`() async throws {
        var patience = RadioBench.impatient
        patience.retryLimit = .milliseconds(100)
        try await RadioBench.run(patience: patience) { bench in
            await bench.bluetoothd.fail("Register", with: Array(repeating: "org.bluez.Error.Failed", count: 100))
            let error = await #expect(throws: RadioError.self) {
                try await bench.radio.apply(RadioBench.both, renewing: false)
            }
            #expect(error == .refused(name: "org.bluez.Error.Failed", message: "as the test says"))
            #expect(await bench.bluetoothd.isDiscovering)
        }
    }

    @Test func `a newer plan does not wait for an old one's patience`() async throws {
        try await RadioBench.run { bench in
            await bench.bluetoothd.fail("Register", with: Array(repeating: "org.bluez.Error.Failed", count: 3))
            let old = Task { try await bench.radio.apply(RadioBench.both, renewing: false) }
            try await bench.until("tried") { $0.log == ["Register", "Register", "Register"] }
            try await bench.radio.apply(RadioPlan(onAir: [RadioBench.bluezone]), renewing: false)
            #expect(await bench.bluetoothd.active.count == 1)
            await #expect(throws: RadioError.self) { try await old.value }
        }
    }

    @Test func `too few slots: what has one stays on the air`() async throws {
        try await RadioBench.run { bench in
            await bench.bluetoothd.setSlots(1)
            await #expect(throws: RadioError.noSlot(onAir: 1)) {
                try await bench.radio.apply(RadioBench.both, renewing: false)
            }
            #expect(await bench.bluetoothd.active.count == 1)
            #expect(await bench.bluetoothd.isDiscovering)
        }
    }

    @Test func `too few slots: the scan window opens and closes beside what has one`() async throws {
        try await RadioBench.run { bench in
            await bench.bluetoothd.setSlots(1)
            var plan = RadioBench.both
            await #expect(throws: RadioError.noSlot(onAir: 1)) { try await bench.radio.apply(plan, renewing: true) }
            await bench.bluetoothd.clearLog()
            for isScanning in [false, true, true] {
                plan.isScanning = isScanning
                plan.onAir.reverse()
                await #expect(throws: RadioError.noSlot(onAir: 1)) {
                    try await bench.radio.apply(plan, renewing: false)
                }
            }
            #expect(await bench.bluetoothd.log == ["Stop", "Filter", "Start"])
            try await bench.radio.apply(RadioPlan(onAir: [RadioBench.bluezone]), renewing: false)
            #expect(await bench.bluetoothd.log == ["Stop", "Filter", "Start", "Stop"])
        }
    }

    @Test func `too few slots: the formats are on the air in turn, step by step`() async throws {
        try await RadioBench.run { bench in
            await bench.bluetoothd.setSlots(1)
            func formatOnAir() async -> BeaconFormat? {
                let services = await bench.bluetoothd.active.map { $0.properties["ServiceUUIDs"] }
                guard services.count == 1 else { return nil }
                return services[0] == .strings([BlueZHearingTests.bluezoneUUID]) ? .bluezone : .exposureNotification
            }
            for format in [BeaconFormat.bluezone, .exposureNotification, .bluezone] {
                await #expect(throws: RadioError.noSlot(onAir: 1)) {
                    try await bench.radio.apply(RadioBench.both, renewing: true)
                }
                #expect(await formatOnAir() == format)
                await bench.events.clear()
                try await bench.bluetoothd.set(["Powered": .bool(true)])
                try await bench.events.waitFor(.ready)
                await #expect(throws: RadioError.noSlot(onAir: 1)) {
                    try await bench.radio.apply(RadioBench.both, renewing: false)
                }
                #expect(await formatOnAir() == format, "within its step it is not the other's turn")
            }
        }
    }

    @Test func `too few slots: within a step each format has the slot for some seconds, and we go on listening`()
        async throws
    {
        var patience = RadioBench.impatient
        patience.turnLength = .milliseconds(40)
        try await RadioBench.run(patience: patience) { bench in
            await bench.bluetoothd.setSlots(1)
            await #expect(throws: RadioError.noSlot(onAir: 1)) {
                try await bench.radio.apply(RadioBench.both, renewing: true)
            }
            for services in [
                BlueZHearingTests.exposureUUID, BlueZHearingTests.bluezoneUUID, BlueZHearingTests.exposureUUID,
            ] {
                try await bench.until("its turn") {
                    $0.active.map { $0.properties["ServiceUUIDs"] } == [.strings([services])] && $0.isDiscovering
                }
            }
            await bench.bluetoothd.setSlots(2)
            try await bench.until("both, once there is room") { $0.active.count == 2 && $0.isDiscovering }
            let count = await bench.bluetoothd.paths.count
            try await Task.sleep(for: .milliseconds(200))
            #expect(await bench.bluetoothd.paths.count == count, "with room for both nobody takes turns")
            try await bench.radio.apply(RadioPlan(), renewing: false)
        }
    }

    @Test func `too few slots: turns come between scan windows that open and close all the time`() async throws {
        var patience = RadioBench.impatient
        patience.turnLength = .milliseconds(40)
        try await RadioBench.run(patience: patience) { bench in
            await bench.bluetoothd.setSlots(1)
            let windows = Task {
                var plan = RadioBench.both
                while !Task.isCancelled {
                    plan.isScanning.toggle()
                    try? await bench.radio.apply(plan, renewing: false)
                    try? await Task.sleep(for: .milliseconds(50))
                }
            }
            for services in [BlueZHearingTests.bluezoneUUID, BlueZHearingTests.exposureUUID] {
                try await bench.until("its turn") {
                    $0.active.map { $0.properties["ServiceUUIDs"] } == [.strings([services])]
                }
            }
            windows.cancel()
            await windows.value
        }
    }

    @Test func `no slot at all: when others leave one the station is asked to try again`() async throws {
        try await RadioBench.run { bench in
            await bench.bluetoothd.setSlots(0)
            await #expect(throws: RadioError.noSlot(onAir: 0)) {
                try await bench.radio.apply(RadioBench.both, renewing: true)
            }
            await bench.events.clear()
            try await bench.bluetoothd.leaveSlots(0)
            try await bench.bluetoothd.leaveSlots(2)
            try await bench.events.waitFor(.ready)
            try await bench.bluetoothd.leaveSlots(3)
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.events.events.allSatisfy { !$0.isState }, "asked once")
        }
    }

    @Test func `too few slots: silence ends the turns`() async throws {
        var patience = RadioBench.impatient
        patience.turnLength = .milliseconds(40)
        try await RadioBench.run(patience: patience) { bench in
            await bench.bluetoothd.setSlots(1)
            try? await bench.radio.apply(RadioBench.both, renewing: true)
            try await bench.radio.apply(RadioPlan(), renewing: false)
            await bench.bluetoothd.clearLog()
            try await Task.sleep(for: .milliseconds(200))
            #expect(await bench.bluetoothd.log == [])
        }
    }

    @Test func `discovery in progress is stopped and tried once more`() async throws {
        try await RadioBench.run { bench in
            await bench.bluetoothd.fail("Start", with: ["org.bluez.Error.InProgress"])
            try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false)
            #expect(await bench.bluetoothd.log == ["Filter", "Start", "Stop", "Filter", "Start"])
        }
    }

    @Test func `discovery refused in one short window after the other is told`() async throws {
        var patience = RadioBench.impatient
        patience.inProgressWait = .seconds(60)
        try await RadioBench.run(patience: patience) { bench in
            let name = "org.bluez.Error.InProgress"
            await bench.bluetoothd.fail("Start", with: [name, name])
            let first = Task { try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false) }
            try await bench.until("the refusal") { $0.log.contains("Stop") }
            await bench.radio.hurry(true)
            await #expect(throws: RadioError.overtaken) { try await first.value }
            await bench.radio.hurry(false)
            try await bench.radio.apply(RadioPlan(), renewing: false)
            await #expect(throws: RadioError.deaf(name: name, message: "as the test says")) {
                try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false)
            }
            try await bench.radio.apply(RadioPlan(), renewing: false)
            try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false)
        }
    }

    @Test(arguments: [
        ("org.bluez.Error.NotReady", RadioError.notReady(.off)),
        ("org.freedesktop.DBus.Error.UnknownObject", .notReady(.noAdapter)),
        ("org.freedesktop.DBus.Error.UnknownMethod", .notReady(.noAdapter)),
        ("a.very.Odd_Name9", .refused(name: "a.very.Odd_Name9", message: "as the test says")),
    ])
    func `every refusal has a reason`(name: String, reason: RadioError) async throws {
        try await RadioBench.run { bench in
            await bench.bluetoothd.fail("Start", with: [name])
            var ofScan = reason
            if case .refused(let name, let message) = reason { ofScan = .deaf(name: name, message: message) }
            await #expect(throws: ofScan) { try await bench.radio.apply(RadioPlan(isScanning: true), renewing: false) }
            await bench.bluetoothd.fail("Register", with: [name])
            await #expect(throws: reason) {
                try await bench.radio.apply(RadioPlan(onAir: [RadioBench.exposure]), renewing: false)
            }
        }
    }
}

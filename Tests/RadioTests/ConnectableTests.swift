// SPDX-License-Identifier: GPL-3.0-or-later

import Bus
import TestSupport
import Testing

@testable import Radio

/// What is made of an adapter that a bluetoothd without Connectable (before 5.79) calls discoverable no more.
struct ConnectableTests {
    static let path = "/org/bluez/hci0"
    static let start = Duration.seconds(1000)
    static let on: [(String, BusValue)] = [("Powered", .bool(true))]
    static let off: [(String, BusValue)] = [("Powered", .bool(false))]
    static let seen: [(String, BusValue)] = [("Discoverable", .bool(true))]
    static let hidden: [(String, BusValue)] = [("Discoverable", .bool(false))]

    static func timeout(_ seconds: UInt32) -> [(String, BusValue)] { [("DiscoverableTimeout", .uint32(seconds))] }

    static func interfaces(_ properties: [(String, BusValue)]) -> BusValue {
        .dictionary(
            key: "s", value: "a{sv}",
            [
                BusEntry(.string(AdapterTracker.adapterInterface), .properties(properties)),
                BusEntry(.string(AdapterTracker.managerInterface), .properties([])),
            ])
    }

    /// What bluetoothd answers when it is asked for all objects.
    static func objects(_ properties: [(String, BusValue)]) -> BusValue {
        .dictionary(key: "o", value: "a{sa{sv}}", [BusEntry(.objectPath(path), interfaces(properties))])
    }

    /// A bluetoothd with one adapter that is on, and has these properties besides.
    static func tracker(_ properties: [(String, BusValue)]) -> AdapterTracker {
        var tracker = AdapterTracker(wanted: nil)
        tracker.hasBus = true
        tracker.owner = ":1.1"
        tracker.replace(objects(on + properties))
        return tracker
    }

    /// PropertiesChanged, each so many seconds after the start.
    typealias Signals = [(Int, [(String, BusValue)])]

    /// The state that a tracker would be in after these.
    static func state(_ tracker: AdapterTracker, _ signals: Signals) -> RadioState {
        var tracker = tracker
        follow(&tracker, signals)
        return tracker.state { _ in false }
    }

    static func follow(_ tracker: inout AdapterTracker, _ signals: Signals) {
        for (seconds, properties) in signals {
            _ = tracker.change(path, .properties(properties), at: start + .seconds(seconds))
        }
    }

    @Test(arguments: [
        (0, RadioState.ready), (100, .ready), (169, .ready), (170, .exposed), (180, .exposed), (203, .exposed),
        (235, .exposed), (236, .ready), (1000, .ready),
    ])
    func `who is discoverable for as long as the timeout says is connectable afterwards`(
        seconds: Int, state: RadioState
    ) {
        let tracker = Self.tracker(Self.timeout(180) + Self.hidden)
        #expect(Self.state(tracker, [(0, Self.seen)]) == .exposed)
        #expect(Self.state(tracker, [(0, Self.seen), (seconds, Self.hidden)]) == state)
    }

    @Test(arguments: [(1, RadioState.ready), (3, .exposed), (5, .exposed), (35, .exposed), (36, .ready)])
    func `of a short timeout half is enough`(seconds: Int, state: RadioState) {
        let tracker = Self.tracker(Self.hidden)
        #expect(Self.state(tracker, [(0, Self.timeout(5)), (0, Self.seen), (seconds, Self.hidden)]) == state)
    }

    @Test(arguments: [(UInt32(0), RadioState.ready), (65536, .ready), (65716, .exposed)])
    func `without a timeout, as the kernel is given it, nothing ends by itself`(timeout: UInt32, state: RadioState) {
        let tracker = Self.tracker(Self.timeout(timeout) + Self.hidden)
        #expect(Self.state(tracker, [(0, Self.seen), (180, Self.hidden)]) == state)
    }

    @Test func `whose beginning nobody saw may have ended by itself at any time`() {
        let tracker = Self.tracker(Self.timeout(180) + Self.seen)
        for seconds in [0, 100, 100_000] {
            #expect(Self.state(tracker, [(seconds, Self.hidden)]) == .exposed)
        }
        #expect(Self.state(Self.tracker(Self.timeout(0) + Self.seen), [(180, Self.hidden)]) == .ready)
    }

    @Test func `a new timeout begins anew`() {
        let tracker = Self.tracker(Self.timeout(180) + Self.hidden)
        let begun: Signals = [(0, Self.seen), (100, Self.timeout(60))]
        #expect(Self.state(tracker, begun + [(130, Self.hidden)]) == .ready)
        #expect(Self.state(tracker, begun + [(160, Self.hidden)]) == .exposed)
        #expect(Self.state(tracker, [(0, Self.seen), (100, Self.timeout(180)), (180, Self.hidden)]) == .ready)
        #expect(Self.state(tracker, [(0, Self.seen), (100, Self.timeout(180)), (280, Self.hidden)]) == .exposed)
        #expect(Self.state(tracker, [(0, Self.seen), (100, Self.timeout(0)), (180, Self.hidden)]) == .ready)
        // Both in one word: the timeout that ended was the one before.
        #expect(Self.state(tracker, [(0, Self.seen), (180, Self.hidden + Self.timeout(0))]) == .exposed)
    }

    @Test func `what the kernel switches off stays connectable, what bluetoothd switches off does not`() {
        let tracker = Self.tracker(Self.timeout(180) + Self.hidden)
        #expect(Self.state(tracker, [(0, Self.seen), (5, Self.hidden + Self.off)]) == .off)
        #expect(Self.state(tracker, [(0, Self.seen), (5, Self.hidden + Self.off), (9, Self.on)]) == .exposed)
        #expect(Self.state(tracker, [(0, Self.seen), (5, Self.off), (5, Self.hidden), (9, Self.on)]) == .exposed)
        #expect(Self.state(tracker, [(0, Self.seen), (5, Self.hidden + Self.on)]) == .exposed, "it was reset")
        #expect(Self.state(tracker, [(0, Self.seen), (5, Self.hidden), (5, Self.off), (9, Self.on)]) == .ready)
        #expect(Self.state(tracker, [(0, Self.seen), (900, Self.hidden + Self.off), (901, Self.on)]) == .ready)
    }

    @Test func `it ends with a command, another bluetoothd or another adapter, and with nothing else`() {
        var tracker = Self.tracker(Self.timeout(180) + Self.hidden)
        Self.follow(&tracker, [(0, Self.seen), (180, Self.hidden)])
        #expect(Self.state(tracker, []) == .exposed)
        #expect(Self.state(tracker, [(200, Self.off), (201, Self.on)]) == .exposed)
        #expect(Self.state(tracker, [(300, Self.hidden), (301, Self.timeout(0))]) == .exposed)
        #expect(Self.state(tracker, [(300, Self.seen), (304, Self.hidden)]) == .ready)
        #expect(Self.state(tracker, [(300, Self.seen), (480, Self.hidden)]) == .exposed)

        var plugged = tracker
        plugged.remove(Self.path, [AdapterTracker.adapterInterface, AdapterTracker.managerInterface])
        plugged.add(Self.path, Self.interfaces(Self.on + Self.timeout(180) + Self.hidden))
        #expect(Self.state(plugged, []) == .ready)

        for (owner, state) in [(":1.1", RadioState.exposed), (":1.2", .ready)] {
            var back = tracker
            back.owner = nil
            #expect(Self.state(back, []) == .noDaemon)
            back.owner = owner
            back.replace(Self.objects(Self.on + Self.timeout(180) + Self.hidden))
            #expect(Self.state(back, []) == state)
        }
    }

    @Test func `what ended while the bus was away may have ended by itself`() {
        var tracker = Self.tracker(Self.timeout(180) + Self.hidden)
        Self.follow(&tracker, [(0, Self.seen)])
        tracker.owner = nil
        tracker.owner = ":1.1"
        tracker.replace(Self.objects(Self.on + Self.timeout(180) + Self.hidden))
        #expect(Self.state(tracker, []) == .exposed)
    }

    @Test func `a bluetoothd that tells of connectable is believed`() {
        let isConnectable = [("Connectable", BusValue.bool(true))]
        let isNot = [("Connectable", BusValue.bool(false))]
        let tracker = Self.tracker(Self.timeout(180) + Self.hidden + isNot)
        #expect(Self.state(tracker, [(0, Self.seen + isConnectable), (180, Self.hidden)]) == .exposed)
        #expect(Self.state(tracker, [(0, Self.seen + isConnectable), (180, Self.hidden + isNot)]) == .ready)
        #expect(Self.state(tracker, [(0, Self.seen), (180, Self.hidden)]) == .ready)
    }
}

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(2)))
struct ConnectableRadioTests {
    /// Discoverable ends by itself, and the radio is known to have heard of it: it told what came later.
    static func outlive(_ bench: RadioBench) async throws {
        try await bench.bluetoothd.set(["DiscoverableTimeout": .uint32(1)])
        await bench.events.clear()
        try await bench.bluetoothd.set(["Discoverable": .bool(true)])
        try await bench.events.waitFor(.exposed)
        try await bench.until("off the air") { $0.active.isEmpty && !$0.isDiscovering }
        try await Task.sleep(for: .seconds(1))
        try await bench.bluetoothd.set(["Discoverable": .bool(false)])
        try await bench.bluetoothd.set(["Powered": .bool(false)])
        try await bench.events.waitFor(.blocked)
        try await bench.bluetoothd.set(["Powered": .bool(true)])
        try await bench.events.waitFor(.exposed)
    }

    @Test func `nothing goes on the air after discoverable has run out, until somebody ends it`() async throws {
        try await RadioBench.run { bench in
            try await bench.radio.apply(RadioBench.both, renewing: false)
            try await Self.outlive(bench)
            await bench.bluetoothd.clearLog()
            await #expect(throws: RadioError.notReady(.exposed)) {
                try await bench.radio.apply(RadioBench.both, renewing: true)
            }
            #expect(await bench.bluetoothd.log.isEmpty)
            try await bench.bluetoothd.set(["DiscoverableTimeout": .uint32(180)])
            try await bench.bluetoothd.set(["Discoverable": .bool(true)])
            try await bench.bluetoothd.set(["Discoverable": .bool(false)])
            try await bench.events.waitFor(.ready)
            try await bench.radio.apply(RadioBench.both, renewing: false)
            #expect(await bench.bluetoothd.active.count == 2)
        }
    }

    @Test func `a bluetoothd that starts makes it connectable no more`() async throws {
        try await RadioBench.run { bench in
            try await Self.outlive(bench)
            await bench.bluetoothd.stop()
            try await bench.events.waitFor(.noDaemon)
            try await bench.bluetoothd.start()
            try await bench.events.waitFor(.ready)
        }
    }
}

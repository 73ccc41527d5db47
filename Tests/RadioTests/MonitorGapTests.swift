// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import TestSupport
import Testing

@testable import Radio

/// Which bluetoothd's monitors do not find Exposure Notification.
struct MonitorGapTests {
    static let path = "/org/bluez/hci0"

    /// A tracker that was told of one adapter with these properties, and of a monitor manager with these features.
    func tracker(_ properties: [(String, BusValue)], features: [String]?) -> AdapterTracker {
        var entries = [
            BusEntry(.string(AdapterTracker.adapterInterface), .properties(properties)),
            BusEntry(.string(AdapterTracker.managerInterface), .properties([])),
        ]
        if let features {
            let told = BusValue.properties([("SupportedFeatures", BusValue.strings(features))])
            entries.append(BusEntry(.string(AdapterTracker.monitorInterface), told))
        }
        var tracker = AdapterTracker(wanted: nil)
        tracker.hasBus = true
        tracker.owner = ":1.1"
        tracker.add(Self.path, .dictionary(key: "s", value: "a{sv}", entries))
        return tracker
    }

    static let old: [(String, BusValue)] = [("Powered", .bool(true))]
    static let new: [(String, BusValue)] = old + [("Version", .byte(13))]

    @Test func `only a newer bluetoothd that compares patterns itself misses beacons`() throws {
        let cases: [([(String, BusValue)], [String]?, Bool)] = [
            (Self.old, [], false), (Self.new, [], true), (Self.new, ["controller-patterns"], false),
            (Self.old, ["controller-patterns"], false), (Self.new, nil, false),
        ]
        for (properties, features, isMissing) in cases {
            let adapter = try #require(tracker(properties, features: features).adapter)
            #expect((adapter.monitorGap != nil) == isMissing, "\(properties) \(features ?? ["none"])")
        }
    }

    @Test func `what bluetoothd told once of itself stays told`() {
        var tracker = tracker(Self.new, features: [])
        _ = tracker.change(Self.path, .properties([("Discovering", BusValue.bool(true))]))
        #expect(tracker.adapter?.monitorGap != nil)
        tracker.owner = ":1.2"
        tracker.add(Self.path, .dictionary(key: "s", value: "a{sv}", []))
        #expect(tracker.adapter == nil, "another bluetoothd is asked anew")
    }
}

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(2)))
struct MonitorGapListeningTests {
    /// An experimental bluetoothd goes away and comes back as BlueZ 5.71 or newer.
    static func renew(_ bench: RadioBench) async throws {
        await bench.bluetoothd.stop()
        try await bench.events.waitFor(.noDaemon)
        try await bench.bluetoothd.set(["Version": .byte(13)])
        try await bench.bluetoothd.start()
        try await bench.events.waitFor(.ready)
    }

    @Test func `a monitor that would miss beacons becomes discovery, with a word why`() async throws {
        try await RadioBench.run(way: .monitor, offersMonitors: true) { bench in
            try await bench.radio.apply(ScanWayTests.listening, renewing: false)
            #expect(await bench.events.ways.last == .listens(.monitor, obstacle: nil))
            try await Self.renew(bench)
            try await bench.radio.apply(ScanWayTests.listening, renewing: false)
            guard case .listens(.discovery, let obstacle?) = await bench.events.ways.last else {
                Issue.record("\(await bench.events.ways)")
                return
            }
            #expect(obstacle.contains("Exposure Notification"))
            #expect(await bench.bluetoothd.isDiscovering)
        }
    }

    @Test func `beside a socket the monitor of such a bluetoothd is good enough`() async throws {
        try await RadioBench.run(way: .hci, source: ScanWayTests.pipe().source, offersMonitors: true) { bench in
            try await Self.renew(bench)
            await bench.bluetoothd.clearLog()
            try await bench.radio.apply(ScanWayTests.listening, renewing: false)
            #expect(await bench.events.ways == [.listens(.hci, obstacle: nil)])
            #expect(await bench.bluetoothd.log == ["RegisterMonitor"])
        }
    }
}

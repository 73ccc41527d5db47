// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import TestSupport
import Testing

@testable import Radio

/// A running BlueZRadio on a bus of its own with a fake bluetoothd.
struct RadioBench {
    let daemon: PrivateBus
    let bluetoothd: FakeBluetoothd
    let radio: BlueZRadio
    let events = EventLog()

    static let bluezone = BeaconPayload(
        identifier: EphemeralIdentifier(format: .bluezone, bytes: Array(1...12))!)
    static let exposure = BeaconPayload(
        identifier: EphemeralIdentifier(format: .exposureNotification, bytes: Array(1...16))!, metadata: 0x4000_0000)
    static let both = RadioPlan(onAir: [bluezone, exposure], isScanning: true)

    static let impatient: BlueZRadio.Patience = {
        var patience = BlueZRadio.Patience()
        patience.retryStep = .milliseconds(30)
        patience.inProgressWait = .milliseconds(30)
        patience.refreshTime = .milliseconds(30)
        return patience
    }()

    static func run(
        adapter: String? = nil, isBluetoothdThere: Bool = true, patience: BlueZRadio.Patience = impatient,
        way: ScanWay? = .discovery, source: ReportSource = .kernel, offersMonitors: Bool = false,
        handing: BlueZRadio.Handing = .init(), limits: HandoverQueue.Limits = .init(),
        _ body: @escaping (RadioBench) async throws -> Void
    ) async throws {
        let daemon = try PrivateBus()
        let bus = Bus(address: daemon.address)
        let bench = RadioBench(
            daemon: daemon, bluetoothd: FakeBluetoothd(address: daemon.address),
            radio: BlueZRadio(
                bus: bus, adapter: adapter, way: way, handing: handing, limits: limits, patience: patience,
                source: source
            ) { $0 == "hci0" })
        await bench.bluetoothd.offerMonitors(offersMonitors)
        if isBluetoothdThere { try await bench.bluetoothd.start() }
        let running = Task { await bench.radio.run() }
        let reading = Task { for await event in bench.radio.events { await bench.events.append(event) } }
        defer { reading.cancel() }
        if isBluetoothdThere {
            try await bench.events.wait("ready") { $0.last(where: \.isState) == .state(.ready, adapter: "hci0") }
        }
        do { try await body(bench) } catch { Issue.record(error) }
        running.cancel()
        await running.value
        await bench.bluetoothd.stop()
        await bus.close()
    }

    /// Waits until the fake bluetoothd is as the condition says.
    func until(_ what: String, _ condition: (isolated FakeBluetoothd) -> Bool) async throws {
        for _ in 0..<1000 {
            if await condition(bluetoothd) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("never: \(what)")
    }
}

/// Events as they came.
actor EventLog {
    private(set) var events: [RadioEvent] = []
    /// How the radio said that it listens; not among the other events.
    private(set) var ways: [RadioEvent] = []

    func append(_ event: RadioEvent) {
        if case .listens = event { ways.append(event) } else { events.append(event) }
    }
    func clear() { events = [] }

    /// Waits until the events so far are as the condition says.
    func wait(_ what: String, _ condition: ([RadioEvent]) -> Bool) async throws {
        for _ in 0..<1000 {
            if condition(events) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("never: \(what); only \(events)")
    }

    /// Waits for the next state and forgets the events up to now.
    func waitFor(_ state: RadioState) async throws {
        try await wait("\(state)") { events in
            events.contains { if case .state(state, _) = $0 { true } else { false } }
        }
        events = []
    }
}

extension RadioEvent {
    var isState: Bool { if case .state = self { true } else { false } }
}

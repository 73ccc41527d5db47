// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Bus
internal import Control
internal import Platform
internal import Settings

/// What the daemon said at one moment, or why it said nothing.
struct GateHearing {
    var beacons: [NearbyBeacon] = []
    var trouble: GateTrouble?
    var isClockUntrusted = false
    /// The boot time of the answer.
    var boot: Duration
    var wall: Timestamp
}

/// Asks the daemon, over and over, who is nearby.
struct GateEar {
    /// Between two questions.
    static let interval = Duration.seconds(1)

    let bus: Bus
    /// The daemon's settings, whose pauses between two scans may be too long for a gate.
    let place: SettingsPlace
    let hold: Duration

    /// Tells `hear` each answer, until the task is cancelled. A daemon that does not run is an answer too.
    func listen(_ hear: (GateHearing) -> Void) async {
        // A bus that is there answers at once; the first word shall not be that it is not.
        try? await bus.waitUntilConnected(.seconds(1))
        var scan: (settings: Settings.Scan, since: Duration)?
        while !Task.isCancelled {
            let now = KernelClock.sinceBoot
            // A reload of the daemon's may have changed it.
            if scan.map({ now - $0.since > .seconds(30) }) ?? true {
                scan = ((try? Settings.load(place).scan) ?? scan?.settings ?? Settings().scan, now)
            }
            hear(await ask(scan?.settings ?? Settings().scan))
            try? await Task.sleep(for: GateEar.interval)
        }
    }

    private func ask(_ scan: Settings.Scan) async -> GateHearing {
        let client = ControlClient(bus: bus)
        var hearing = GateHearing(boot: .zero, wall: Daemon.now)
        do throws(ControlError) {
            hearing.beacons = try await client.nearby()
            let status = try await client.status()
            hearing.trouble = GateTrouble(status) ?? (isResting(status.scanProfile, scan) ? .resting : nil)
            hearing.isClockUntrusted = status.state == .clockUntrusted
        } catch {
            hearing.trouble = GateTrouble(error)
        }
        hearing.boot = KernelClock.sinceBoot
        hearing.wall = Daemon.now
        return hearing
    }

    /// Whether the daemon rests between two scans for longer than somebody in front of the gate is held to be there.
    private func isResting(_ profile: StationStatus.ScanProfile, _ scan: Settings.Scan) -> Bool {
        switch profile {
        case .continuous: false
        case .battery, .balanced: true
        case .custom: scan.profile != .continuous && scan.pause.map { $0 > hold } ?? true
        }
    }
}

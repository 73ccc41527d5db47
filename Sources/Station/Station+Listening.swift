// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Logging
internal import Platform
internal import Radio
internal import Settings

extension Station {
    /// Counts a reception in.
    func hear(_ reception: Reception) {
        // Our own identifier comes back when somebody relays us; it says nothing about whom we met.
        let identifier = reception.payload.identifier
        guard !own.recognise(identifier, at: clock.now.boot, through: adapter) else { return }
        var scaled = reception
        scaled.time = clock.scaled(reception.time)
        scaled.rssi = Int8(clamping: min(max(Int(reception.rssi) + Int(calibration.correction), -127), 20))
        nearbyBeacons.note(scaled)
        // What trickles in behind a window's end would stand in the next one as heard before it began.
        guard let time = schedule.sightingTime(scaled.time) else { return }
        scaled.time = time
        tally.add(scaled)
    }

    /// Opens and closes scan windows; answers the one that closed.
    func scan(_ now: Moment) -> Scan? {
        defer { nearbyBeacons.drop(before: now.boot - schedule.pattern.memory) }
        let isAllowed = radioState == .ready && pause == nil && !isEnded
        switch schedule.handle(at: now.boot, allowed: isAllowed, using: &random) {
        case .nothing, .open, .rest: return nil
        case .close(_, let previous): return closeWindow(previous: previous)
        }
    }

    private func closeWindow(previous: Duration?) -> Scan {
        defer { tally = WindowTally() }
        if tally.lost > 0 { logger.warning("one scan heard more beacons than fit: \(tally.lost) receptions were lost") }
        return Scan(tally: tally, previous: previous)
    }

    /// Writes a scan's sightings, or holds them until the clock is trusted.
    func write(_ scan: Scan) async {
        guard clockTrust.isTrusted else { return hold(scan) }
        var scan = scan
        let now = clock.now
        recorded = await recorder.record(scan.tally.take(previous: scan.previous, at: now), at: now.wall)
    }

    /// Keeps the newest scans that heard anything, as far as about 100 000 sightings: 10 MB.
    private func hold(_ scan: Scan) {
        guard scan.tally.count > 0 else { return }
        held.append(scan)
        var count = held.reduce(0) { $0 + $1.tally.count }
        while count > 100_000, let oldest = held.first {
            count -= oldest.tally.count
            held.removeFirst()
        }
    }

    /// Writes everything held, now that the times are known.
    func writeHeld(at now: Moment) async {
        var sightings: [Sighting] = []
        for var scan in held { sightings += scan.tally.take(previous: scan.previous, at: now) }
        held = []
        if !sightings.isEmpty { recorded = await recorder.record(sightings, at: now.wall) }
    }

    /// Writes what the window under way has heard so far: at the end of the daemon.
    package func finish() async {
        let scan = schedule.handle(at: clock.now.boot, allowed: false, using: &random)
        if case .close(_, let previous) = scan { await write(closeWindow(previous: previous)) }
        logger.info("heard our own identifiers \(own.heard) times, \(malformed) malformed reports")
    }
}

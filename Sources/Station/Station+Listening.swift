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
        guard let time = schedule.sightingTime(scaled.time) else { return noteLate(scaled) }
        scaled.time = time
        tally.add(scaled)
    }

    /// Counts what was heard in the window before as lost when this station is more than a second behind: it had no time.
    /// Up to that it is the ragged edge of a window (docs/scanning.md). An iPhone's answer may come later than that by nature.
    private func noteLate(_ reception: Reception) {
        guard !reception.isRead, let window = schedule.lastWindow, window.contains(reception.time) else { return }
        let late = clock.kernelTime(of: clock.now.boot) - clock.kernelTime(of: window.upperBound)
        if late > .seconds(1) { lostReports += 1 }
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
        if tally.lost > 0 {
            lostReports += tally.lost
            logger.warning("one scan heard more beacons than fit: \(tally.lost) receptions were lost")
        }
        return Scan(tally: tally, previous: previous)
    }

    /// Writes a scan's sightings, or holds them until the clock is trusted.
    func write(_ scan: Scan) async {
        guard clockTrust.isTrusted else { return hold(scan) }
        var scan = scan
        let now = clock.now
        note(await recorder.record(scan.tally.take(previous: scan.previous, at: now), at: now.wall))
    }

    /// Takes the recorder's word, and tells once a day what of it is too much.
    private func note(_ new: RecorderStatus) {
        let old = recorded.day == new.day ? recorded : RecorderStatus(day: new.day)
        recorded = new
        if new.isCrowded, !old.isCrowded {
            logger.warning("more identifiers are around than are told apart: today's counts are at least so many")
        }
        if new.isFull, !old.isFull {
            logger.warning("more is heard than a day may take on disk: the journal leaves out a part of it")
        }
    }

    /// Keeps the newest scans that heard anything, as far as about 100 000 sightings: 10 MB. Older ones are lost.
    func hold(_ scan: Scan) {
        guard scan.tally.count > 0 else { return }
        held.append(scan)
        var count = held.reduce(0) { $0 + $1.tally.count }
        while count > 100_000, let oldest = held.first {
            count -= oldest.tally.count
            lostReports += oldest.tally.count
            held.removeFirst()
        }
    }

    /// Writes everything held, now that the times are known.
    func writeHeld(at now: Moment) async {
        var sightings: [Sighting] = []
        for var scan in held { sightings += scan.tally.take(previous: scan.previous, at: now) }
        held = []
        if !sightings.isEmpty { note(await recorder.record(sightings, at: now.wall)) }
    }

    /// Writes what the window under way has heard so far: at the end of the daemon.
    package func finish() async {
        let scan = schedule.handle(at: clock.now.boot, allowed: false, using: &random)
        if case .close(_, let previous) = scan { await write(closeWindow(previous: previous)) }
        logger.info("heard our own identifiers \(own.heard) times, \(malformed) malformed reports")
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import Station

/// A neighbour is within range for a while; the station's own schedule listens. Times in seconds.
package struct Stay: Sendable {
    package let neighbour: Neighbour
    package let pattern: ScanPattern
    package let air: Air
    package var length = 300.0

    /// BlueZ's discovery: interval and window are both 11.25 ms, one channel after another (bluez-facts 2).
    static let channelTime = 0.01125
    /// An advertisement of 31 bytes at 1 Mbit/s, and the time from one channel to the next.
    static let packetTime = 0.000376
    static let hop = 0.0005

    package init(_ neighbour: Neighbour, _ pattern: ScanPattern, _ air: Air) {
        self.neighbour = neighbour
        self.pattern = pattern
        self.air = air
    }

    /// In how many scans of one stay the neighbour is heard.
    package func scansHeard(using random: inout some RandomNumberGenerator) -> Int {
        // Far enough into the schedule that its pauses have spread, at no moment rather than another.
        let begin = Double.random(in: 600..<1200, using: &random)
        let end = begin + length
        // One station in ten is slow to start a discovery.
        let slowness: Double? = Int.random(in: 0..<10, using: &random) == 0 ? 0.5 : nil
        var sender = Sender(neighbour, from: begin, using: &random)
        var there = AirThere(air, from: begin, using: &random)
        var walk = ScheduleWalk(pattern)
        var (scans, lastScan) = (0, -1)
        while let window = walk.next(using: &random), window.start < end {
            guard window.end > begin, window.scan != lastScan else { continue }
            let from = max(window.start + (slowness ?? Double.random(in: 0.1..<0.3, using: &random)), begin)
            let isHeard = sender.isHeard(
                from: from, to: min(window.end, end), scanStart: window.start, there: &there, using: &random)
            if isHeard { (scans, lastScan) = (scans + 1, window.scan) }
        }
        return scans
    }
}

/// The windows of a schedule under a simulated clock.
package struct ScheduleWalk: Sendable {
    package struct Window: Hashable, Sendable {
        package var start: Double
        package var end: Double
        package var scan: Int
    }

    private var schedule: ScanSchedule
    private var now = Duration.zero
    private var scan = 0

    package init(_ pattern: ScanPattern) {
        schedule = ScanSchedule(pattern)
    }

    /// The next window; nil only if the schedule came to a halt.
    package mutating func next(using random: inout some RandomNumberGenerator) -> Window? {
        var begun: Duration?
        // A window takes at most four questions: open, rest or close, and what lies between.
        for _ in 0..<8 {
            switch schedule.handle(at: now, allowed: true, using: &random) {
            case .open: begun = now
            case .rest: return begun.map { Window(start: seconds($0), end: seconds(now), scan: scan) }
            case .close:
                defer { scan += 1 }
                return begun.map { Window(start: seconds($0), end: seconds(now), scan: scan) }
            case .nothing: break
            }
            guard let deadline = schedule.deadline else { return nil }
            now = max(now, deadline)
        }
        return nil
    }

    /// The share of a day's time that `pattern` listens.
    package static func share(of pattern: ScanPattern, using random: inout some RandomNumberGenerator) -> Double {
        var walk = ScheduleWalk(pattern)
        var (open, end) = (0.0, 0.0)
        while end < 86_400, let window = walk.next(using: &random) {
            open += window.end - window.start
            end = window.end
        }
        return end > 0 ? open / end : 0
    }

    private func seconds(_ time: Duration) -> Double { time / .seconds(1) }
}

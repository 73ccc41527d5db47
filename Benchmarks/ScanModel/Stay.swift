// SPDX-License-Identifier: GPL-3.0-or-later

package import Station

/// How a controller listens: one channel after another, on each for `window` of every `interval`. Times in seconds.
package struct Receiver: Sendable {
    package let interval: Double
    package let window: Double

    /// BlueZ's discovery, which never rests (bluez-facts 2).
    package static let discovery = Receiver(interval: 0.01125, window: 0.01125)
    /// The kernel's passive scan for an advertisement monitor: half of the time (bluez-facts 2).
    package static let passive = Receiver(interval: 0.06, window: 0.03)
    /// The same without a rest, as the administrator of bluetoothd can have it (docs/decisions/0008-scanning.md): its
    /// ScanWindowAdvMonitor as long as the kernel's interval. With 11.25 ms for both it is discovery's.
    package static let restless = Receiver(interval: 0.06, window: 0.06)

    /// Whether it is on a channel (0 for 37) all the while between two times since the scan began.
    func isOn(_ channel: Int, from: Double, to: Double) -> Bool {
        let place = (from / interval).rounded(.down)
        return Int(place) % 3 == channel && to - place * interval < window
    }
}

/// How long one station takes to start a discovery: one in ten is slow each time. In seconds.
struct StartDelay {
    private let slowness: Double?

    init(using random: inout some RandomNumberGenerator) {
        slowness = Int.random(in: 0..<10, using: &random) == 0 ? 0.5 : nil
    }

    func next(using random: inout some RandomNumberGenerator) -> Double {
        slowness ?? Double.random(in: 0.1..<0.3, using: &random)
    }
}

/// A neighbour is within range for a while; the station's own schedule listens. Times in seconds.
package struct Stay: Sendable {
    package let neighbour: Neighbour
    package let pattern: ScanPattern
    package let air: Air
    package var length = 300.0
    package var receiver = Receiver.discovery
    /// Nil where every format has a slot of its own.
    package var turns: OwnTurns?

    /// An advertisement of 31 bytes at 1 Mbit/s, and the time from one channel to the next.
    static let packetTime = 0.000376
    static let hop = 0.0005

    package init(_ neighbour: Neighbour, _ pattern: ScanPattern, _ air: Air) {
        self.neighbour = neighbour
        self.pattern = pattern
        self.air = air
    }

    /// In how many scans of one stay the neighbour is heard.
    package func scansHeard(using random: inout some RandomNumberGenerator) -> Int { hearings(using: &random).count }

    /// How many minutes of one stay the exposure windows count: whole clock minutes from scan to scan, at most five
    /// (docs/exposure.md).
    package func minutes(using random: inout some RandomNumberGenerator) -> Int {
        hearings(using: &random).reduce(0) { sum, hearing in
            guard let previous = hearing.previous else { return sum + 2 }
            return sum + Int(min(5, max(0, minute(hearing.time) - minute(previous))))
        }
    }

    /// When the sightings of one stay were, and the scans before them.
    private func hearings(
        using random: inout some RandomNumberGenerator
    ) -> [(time: Duration, previous: Duration?)] {
        // Far enough into the schedule that its pauses have spread, at no moment rather than another.
        let begin = Double.random(in: 600..<1200, using: &random)
        let end = begin + length
        let delay = StartDelay(using: &random)
        let phase = turns.map { Double.random(in: 0..<$0.length + $0.deafness, using: &random) } ?? 0
        var sender = Sender(neighbour, from: begin, using: &random)
        var there = AirThere(air, from: begin, using: &random)
        var walk = ScheduleWalk(pattern)
        var hearings: [(time: Duration, previous: Duration?)] = []
        var lastScan = -1
        while let window = walk.next(using: &random), window.start < end {
            guard window.end > begin, window.scan != lastScan else { continue }
            let from = max(window.start + delay.next(using: &random), begin)
            let to = min(window.end, end)
            for part in turns?.listening(from: from, to: to, phase: phase) ?? [(from, to)] {
                let isFirst = part.from == from
                let scanStart = isFirst ? window.start : part.from
                let start = isFirst ? from : scanStart + delay.next(using: &random)
                let moment = sender.heard(
                    by: receiver, from: start, to: part.to, scanStart: scanStart, there: &there, using: &random)
                guard let moment, let time = window.schedule.sightingTime(.seconds(moment)) else { continue }
                hearings.append((time, window.previous))
                lastScan = window.scan
                break
            }
        }
        return hearings
    }

    private func minute(_ time: Duration) -> Int64 { time.components.seconds / 60 }
}

/// The windows of a schedule under a simulated clock.
package struct ScheduleWalk: Sendable {
    package struct Window: Sendable {
        package var start: Double
        package var end: Double
        package var scan: Int
        /// The start of the scan before; nil for the first.
        package var previous: Duration?
        /// The schedule as it was while the window was open.
        package var schedule: ScanSchedule
    }

    private var schedule: ScanSchedule
    private var now = Duration.zero
    private var scan = 0
    private var previous: Duration?

    package init(_ pattern: ScanPattern) {
        schedule = ScanSchedule(pattern)
    }

    /// The next window; nil only if the schedule came to a halt.
    package mutating func next(using random: inout some RandomNumberGenerator) -> Window? {
        var open: Window?
        // A window takes at most four questions: open, rest or close, and what lies between.
        for _ in 0..<8 {
            let action = schedule.handle(at: now, allowed: true, using: &random)
            switch action {
            case .nothing: break
            case .open:
                open = Window(start: seconds(now), end: 0, scan: scan, previous: previous, schedule: schedule)
            case .rest, .close:
                if case .close(let start, _) = action { (scan, previous) = (scan + 1, start) }
                open?.end = seconds(now)
                return open
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

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Bus
internal import Radio

/// The radio's own queue, and the read under way. Times in seconds; asked in order of time.
struct Reader {
    struct Phone {
        /// Between two advertisements.
        var interval: Double
        /// In dBm: the queue asks the strongest first.
        var rssi: Int8
    }

    private struct Read {
        var phone: Int
        /// When it is over, and what it comes to.
        var end: Double
        var outcome: HandoverQueue.Outcome
        var isConcluded = false
        var deafness: [ClosedRange<Double>]
    }

    /// A quarter of an hour: with it the identifiers end, and what is known of them.
    private static let slot = 900.0
    /// bluetoothd takes two seconds to let a connection go (docs/decisions/0009-handover.md).
    private static let ending = 2.0

    /// The phones of which the station has a sighting.
    private(set) var sighted: Set<Int> = []
    private let phones: [Phone]
    private var queue: HandoverQueue
    private var link: Link
    private let windows: [ClosedRange<Double>]
    private var read: Read?
    /// When the allowance has room again.
    private var wake: Double?

    init(_ phones: [Phone], limits: HandoverQueue.Limits, link: Link, windows: [ClosedRange<Double>]) {
        self.phones = phones
        queue = HandoverQueue(limits: limits)
        self.link = link
        self.windows = windows
    }

    mutating func hear(_ phone: Int, at time: Double, using random: inout some RandomNumberGenerator) {
        let known = queue.hear(
            DeviceAddress(bits: UInt64(phone)), rssi: phones[phone].rssi, at: .seconds(time), slot: Self.slot(time))
        if known == nil { ask(at: time, using: &random) } else { sighted.insert(phone) }
    }

    /// When the station hears again; nil if it hears at `time`.
    func deafness(at time: Double) -> Double? {
        guard let read, !read.isConcluded else { return nil }
        return read.deafness.first { $0.contains(time) }?.upperBound
    }

    /// Lets the time pass: reads end, and others begin.
    mutating func advance(to time: Double, using random: inout some RandomNumberGenerator) {
        while true {
            if var under = read {
                if !under.isConcluded {
                    guard under.end <= time else { return }
                    conclude(under)
                    under.isConcluded = true
                    read = under
                }
                let gone = under.end + Self.ending
                guard gone <= time else { return }
                queue.end()
                read = nil
                ask(at: gone, using: &random)
            } else if let wake, wake <= time {
                ask(at: wake, using: &random)
            } else {
                return
            }
        }
    }

    private mutating func ask(at now: Double, using random: inout some RandomNumberGenerator) {
        wake = nil
        guard read == nil else { return }
        switch queue.next(at: .seconds(now), slot: Self.slot(now)) {
        case .nothing: break
        case .wait(let until): wake = max(until / .seconds(1), now + 0.001)
        case .ask(let address):
            let phone = Int(address.bits)
            let found = link.read(every: phones[phone].interval, at: now, using: &random)
            // With the quarter the identifiers on the air change, and reads are given up for that.
            let boundary = (Double(Self.slot(now)) + 1) * Self.slot
            read = Read(
                phone: phone, end: min(found.end, boundary),
                outcome: found.end > boundary ? .givenUp : found.isAnswered ? .answered(beacon(phone)) : .failed,
                deafness: found.deafness)
        }
    }

    /// An answer makes a sighting by itself if the window is still open in which the phone was last heard.
    private mutating func conclude(_ read: Read) {
        let heard = queue.conclude(read.outcome, at: .seconds(read.end), slot: Self.slot(read.end))
        guard let time = heard?.time, let window = windows.first(where: { $0.contains(read.end) }) else { return }
        if window.contains(time / .seconds(1)) { sighted.insert(read.phone) }
    }

    private func beacon(_ phone: Int) -> BeaconPayload {
        BeaconPayload(identifier: EphemeralIdentifier(format: .bluezone, low: UInt64(phone), high: 0))
    }

    private static func slot(_ time: Double) -> Int64 { Int64(time / slot) }
}

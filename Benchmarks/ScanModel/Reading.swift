// SPDX-License-Identifier: GPL-3.0-or-later

package import Radio
package import Station

/// iPhones stay near a station for a while: it hears them by its own schedule and reads them, one by one, in the order of its
/// own queue. Times in seconds.
package struct Reading: Sendable {
    package let neighbour: Neighbour
    package let pattern: ScanPattern
    package let air: Air
    /// How many iPhones there are.
    package let count: Int
    package var limits = HandoverQueue.Limits()
    package var length = 300.0

    package init(_ neighbour: Neighbour, _ pattern: ScanPattern, _ air: Air, count: Int) {
        self.neighbour = neighbour
        self.pattern = pattern
        self.air = air
        self.count = count
    }

    /// How many of them are not sighted in one stay.
    package func missed(using random: inout some RandomNumberGenerator) -> Int {
        let begin = Double.random(in: 600..<1500, using: &random)
        let windows = windows(of: begin, using: &random)
        var there = AirThere(air, from: begin, using: &random)
        var senders = (0..<count).map { _ in Sender(neighbour, from: begin, using: &random) }
        let phones = senders.map { sender in
            Reader.Phone(interval: sender.interval, rssi: Int8.random(in: -75 ... -45, using: &random))
        }
        let link = Link(within: limits, there: there)
        var reader = Reader(phones, limits: limits, link: link, windows: windows)
        var due = hearings(of: &senders, in: windows, &there, using: &random)
        while let hearing = due.popLast() {
            reader.advance(to: hearing.time, using: &random)
            guard let until = reader.deafness(at: hearing.time) else {
                reader.hear(hearing.phone, at: hearing.time, using: &random)
                continue
            }
            guard let later = hearing.next(from: until, &there, using: &random) else { continue }
            due.insert(later, at: due.firstIndex { $0.time < later.time } ?? due.endIndex)
        }
        reader.advance(to: begin + length, using: &random)
        return count - reader.sighted.count
    }

    private func windows(of begin: Double, using random: inout some RandomNumberGenerator) -> [ClosedRange<Double>] {
        let delay = StartDelay(using: &random)
        var walk = ScheduleWalk(pattern)
        var found: [ClosedRange<Double>] = []
        while let window = walk.next(using: &random), window.start < begin + length {
            let from = max(window.start + delay.next(using: &random), begin)
            let to = min(window.end, begin + length)
            if from < to { found.append(from...to) }
        }
        return found
    }

    /// Each phone's first advertisement in each window, the latest first: the controller hides the others.
    private func hearings(
        of senders: inout [Sender], in windows: [ClosedRange<Double>], _ there: inout AirThere,
        using random: inout some RandomNumberGenerator
    ) -> [Hearing] {
        var found: [Hearing] = []
        for window in windows {
            for phone in senders.indices {
                let from = window.lowerBound
                let time = senders[phone].heard(
                    from: from, to: window.upperBound, scanStart: from, there: &there, using: &random)
                if let time { found.append(Hearing(time: time, phone: phone, window: window, sender: senders[phone])) }
            }
        }
        return found.sorted { $0.time > $1.time }
    }
}

/// An advertisement that a window hears, if the station is not deaf at that moment.
private struct Hearing {
    var time: Double
    let phone: Int
    let window: ClosedRange<Double>
    /// As it was after this one.
    var sender: Sender

    /// The first that the same window hears from `from` on.
    func next(
        from: Double, _ there: inout AirThere, using random: inout some RandomNumberGenerator
    ) -> Hearing? {
        var later = self
        let time = later.sender.heard(
            from: from, to: window.upperBound, scanStart: window.lowerBound, there: &there, using: &random)
        guard let time else { return nil }
        later.time = time
        return later
    }
}

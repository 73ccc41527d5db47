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
        for window in windows { hear(&senders, in: window, &reader, &there, using: &random) }
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

    /// Each phone's first advertisement in a window: the controller hides the others.
    private func hear(
        _ senders: inout [Sender], in window: ClosedRange<Double>, _ reader: inout Reader, _ there: inout AirThere,
        using random: inout some RandomNumberGenerator
    ) {
        let scanStart = window.lowerBound
        func heard(_ phone: Int, from: Double) -> Double? {
            senders[phone].heard(from: from, to: window.upperBound, scanStart: scanStart, there: &there, using: &random)
        }
        var due = senders.indices.map { phone in heard(phone, from: scanStart) }
        while let (phone, time) = earliest(of: due) {
            reader.advance(to: time, using: &random)
            if let until = reader.deafness(at: time) {
                due[phone] = heard(phone, from: until)
            } else {
                due[phone] = nil
                reader.hear(phone, at: time, using: &random)
            }
        }
    }

    private func earliest(of due: [Double?]) -> (phone: Int, time: Double)? {
        var found: (phone: Int, time: Double)?
        for case (let phone, let time?) in due.enumerated() where time < found?.time ?? .infinity { found = (phone, time) }
        return found
    }
}

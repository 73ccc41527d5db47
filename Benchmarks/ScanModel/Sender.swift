// SPDX-License-Identifier: GPL-3.0-or-later

/// One neighbour's advertisements, one after another. Times in seconds; asked in order of time.
struct Sender {
    private let neighbour: Neighbour
    let interval: Double
    /// When a turn on the air began.
    private let turnStart: Double
    private var next: Double

    init(_ neighbour: Neighbour, from time: Double, using random: inout some RandomNumberGenerator) {
        self.neighbour = neighbour
        interval = Double.random(in: neighbour.intervals, using: &random)
        turnStart = time - Double.random(in: 0..<(neighbour.turn + neighbour.silence), using: &random)
        next = time + Double.random(in: 0..<interval, using: &random)
    }

    /// When a receiver that listens from `from` to `to`, its channels counted from `scanStart` on, first hears anything.
    mutating func heard(
        by receiver: Receiver = .discovery, from: Double, to: Double, scanStart: Double, there: inout AirThere,
        using random: inout some RandomNumberGenerator
    ) -> Double? {
        skip(to: from, using: &random)
        while next < to {
            defer { next += interval + Double.random(in: 0..<0.01, using: &random) }
            guard next >= from, isOnAir(next) else { continue }
            for channel in 0..<3 {
                let sent = next + Double(channel) * Stay.hop
                let isOn = receiver.isOn(channel, from: sent - scanStart, to: sent + Stay.packetTime - scanStart)
                if isOn, there.carries(channel, at: sent, using: &random) { return sent }
            }
        }
        return nil
    }

    private func isOnAir(_ time: Double) -> Bool {
        neighbour.silence == 0
            || (time - turnStart).truncatingRemainder(dividingBy: neighbour.turn + neighbour.silence) < neighbour.turn
    }

    /// Lets pass what nobody listens to: the delays of many advertisements together are nearly normal.
    private mutating func skip(to time: Double, using random: inout some RandomNumberGenerator) {
        let count = ((time - next) / (interval + 0.005)).rounded(.down) - 3
        guard count > 12 else { return }
        next += count * interval + normal(0.005 * count, 0.01 * (count / 12).squareRoot(), using: &random)
    }
}

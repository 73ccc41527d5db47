// SPDX-License-Identifier: GPL-3.0-or-later

internal import Radio

/// One read of an iPhone on the air, as long as it takes and with what becomes of it. Times in seconds.
struct Link {
    struct Outcome {
        var end: Double
        var isAnswered: Bool
        /// While a connection is being made, once for each try: the scan stops, and nobody is heard.
        var deafness: [ClosedRange<Double>] = []
    }

    /// Linux asks for connection events 30 to 50 ms apart and gives a silent connection up after 420 ms.
    private static let events = 0.03...0.05
    private static let supervision = 0.42
    /// A controller that hears nothing in the first six events takes the connection for not established.
    private static let establishing = 6
    /// From the connection, or the end of its making, until the scan goes on.
    private static let resuming = 0.1
    /// Requests and answers until bluetoothd knows the services of an iPhone, and the one that reads: assumed.
    private static let trips = 30...50

    private let limits: HandoverQueue.Limits
    private var there: AirThere

    init(within limits: HandoverQueue.Limits, there: AirThere) {
        self.limits = limits
        self.there = there
    }

    /// What becomes of a read of a phone that advertises every `interval`, begun at `begin`.
    mutating func read(
        every interval: Double, at begin: Double, using random: inout some RandomNumberGenerator
    ) -> Outcome {
        let deadline = begin + limits.read / .seconds(1)
        var time = begin
        var outcome = Outcome(end: deadline, isAnswered: false)
        for _ in 0..<limits.tries {
            let making = connect(every: interval, at: &time, before: deadline, using: &random)
            if let making { outcome.deafness.append(making.lowerBound...making.upperBound + Self.resuming) }
            guard time < deadline else { return outcome }
            let spacing = Double.random(in: Self.events, using: &random)
            guard isEstablished(at: &time, spacing, using: &random) else {
                time += limits.tryStep / .seconds(1)
                continue
            }
            outcome.isAnswered = isAnswered(at: &time, spacing, before: deadline, using: &random)
            outcome.end = min(time, deadline)
            return outcome
        }
        outcome.end = min(time, deadline)
        return outcome
    }

    private mutating func isAnswered(
        at time: inout Double, _ spacing: Double, before deadline: Double, using random: inout some RandomNumberGenerator
    ) -> Bool {
        var silence = 0.0
        // A request in one event, its answer in the next.
        var left = 2 * Int.random(in: Self.trips, using: &random)
        while left > 0 {
            time += spacing
            let isCarried = goesBothWays(time, using: &random)
            silence = isCarried ? 0 : silence + spacing
            if isCarried { left -= 1 }
            if time >= deadline || silence > Self.supervision { return false }
        }
        return true
    }

    /// Two advertisements have to be heard: one tells the kernel that the phone is there, to the other the controller answers. The time
    /// from the first to the second, or to the deadline; nil where none is heard.
    private mutating func connect(
        every interval: Double, at time: inout Double, before deadline: Double,
        using random: inout some RandomNumberGenerator
    ) -> ClosedRange<Double>? {
        var first: Double?
        time += Double.random(in: 0..<interval, using: &random) - interval
        while true {
            time += interval + Double.random(in: 0..<0.01, using: &random)
            if time >= deadline { return first.map { $0...deadline } }
            guard carries(time, using: &random) else { continue }
            guard let first else {
                first = time
                continue
            }
            return first...time
        }
    }

    /// Whether the request to connect arrives, and then anything at all.
    private mutating func isEstablished(
        at time: inout Double, _ spacing: Double, using random: inout some RandomNumberGenerator
    ) -> Bool {
        let hasArrived = carries(time, using: &random)
        for _ in 0..<Self.establishing {
            time += spacing
            if hasArrived, goesBothWays(time, using: &random) { return true }
        }
        return false
    }

    private mutating func goesBothWays(_ time: Double, using random: inout some RandomNumberGenerator) -> Bool {
        carries(time, using: &random) && carries(time, using: &random)
    }

    /// Each packet has a channel of its own; a third of them are lost where one of three channels is.
    private mutating func carries(_ time: Double, using random: inout some RandomNumberGenerator) -> Bool {
        there.carries(Int.random(in: 0..<3, using: &random), at: time, using: &random)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

/// What becomes of an advertisement on its way: each packet is lost with a probability, one of the three channels may be
/// lost altogether, and a body may stand between for a while. Times in seconds.
package struct Air: Sendable {
    package let name: String
    /// Lost packets of a hundred, as a share, while nobody stands between.
    package let loss: Double
    /// Whether one of the channels 37, 38 and 39 is lost for the whole stay, as Wi-Fi beside it does.
    package let losesChannel: Bool
    /// The share of time that somebody stands between, in spells of `spell` on average, and the share of packets lost then.
    package let shade: Double
    package let shadeLoss: Double
    package let spell: Double

    /// The far edge of what is heard at all: half of the packets, on two of three channels.
    package static let edge = Air(name: "edge", loss: 0.5, losesChannel: true, shade: 0, shadeLoss: 0, spell: 1)
    /// The edge, and a body between for a third of the time that swallows nine packets of ten.
    package static let body = Air(
        name: "edge and body", loss: 0.5, losesChannel: true, shade: 1.0 / 3, shadeLoss: 0.9, spell: 20)
    /// Two metres apart, and a pocket between: one packet in four.
    package static let between = Air(name: "pocket", loss: 0.25, losesChannel: false, shade: 0, shadeLoss: 0, spell: 1)
    /// A few metres apart, nothing between.
    package static let near = Air(name: "near", loss: 0.1, losesChannel: false, shade: 0, shadeLoss: 0, spell: 1)
}

/// One stay's air: which channel is lost, and when somebody stands between. Asked in order of time.
struct AirThere {
    private let air: Air
    private let lostChannel: Int?
    private var isShaded: Bool
    private var until: Double

    init(_ air: Air, from time: Double, using random: inout some RandomNumberGenerator) {
        self.air = air
        lostChannel = air.losesChannel ? Int.random(in: 0..<3, using: &random) : nil
        isShaded = Double.random(in: 0..<1, using: &random) < air.shade
        until = time
        until += length(using: &random)
    }

    /// Whether a packet on `channel` (0 for 37) at `time` arrives.
    mutating func carries(
        _ channel: Int, at time: Double, using random: inout some RandomNumberGenerator
    ) -> Bool {
        while until < time {
            isShaded.toggle()
            until += length(using: &random)
        }
        if channel == lostChannel { return false }
        return Double.random(in: 0..<1, using: &random) >= (isShaded ? air.shadeLoss : air.loss)
    }

    private func length(using random: inout some RandomNumberGenerator) -> Double {
        guard air.shade > 0 else { return .infinity }
        let mean = isShaded ? air.spell : air.spell * (1 - air.shade) / air.shade
        return exponential(mean, using: &random)
    }
}

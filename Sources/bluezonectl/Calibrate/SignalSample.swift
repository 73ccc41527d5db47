// SPDX-License-Identifier: GPL-3.0-or-later

internal import Control

/// What was heard of one device at one metre: many signal strengths, of which the middle one counts. Reflections make
/// single ones 10 dB too weak or too strong.
struct SignalSample: Equatable {
    /// How many make a measurement.
    static let enough = 12
    /// dB between the quarters of the sample past which something is in the way.
    static let widest = 12
    /// dB that a metre of air takes away at 2.4 GHz (free space).
    static let metre = 40

    /// Signal strengths in dBm, in the order heard.
    private(set) var strengths: [Int8] = []

    var isEnough: Bool { strengths.count >= Self.enough }

    /// Takes the strongest beacon of a look around, when it was heard since the look before, at most `seconds` ago.
    /// `correction` is what the daemon has added.
    mutating func take(_ beacons: [NearbyBeacon], within seconds: UInt32, correction: Int8) {
        guard let strongest = beacons.filter({ $0.age <= seconds }).max(by: { $0.rssi < $1.rssi }) else { return }
        strengths.append(Int8(clamping: Int(strongest.rssi) - Int(correction)))
    }

    /// The middle strength in dBm; nil with none.
    var median: Int? {
        strengths.isEmpty ? nil : Int(strengths.sorted()[strengths.count / 2])
    }

    /// dB between the lower and the upper quarter; 0 with none.
    var spread: Int {
        let sorted = strengths.sorted()
        return sorted.isEmpty ? 0 : Int(sorted[sorted.count * 3 / 4]) - Int(sorted[sorted.count / 4])
    }
}

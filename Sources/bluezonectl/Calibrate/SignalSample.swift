// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
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

    /// Seconds for which the strongest device stands for the one at one metre although it is silent: a weaker one that is
    /// heard meanwhile is another. Some phones are silent for 15 s of every 30.
    static let patience: UInt32 = 20

    /// What tells the beacons of a look apart.
    private struct Name: Hashable {
        var prefix: String
        var format: BeaconFormat

        init(_ beacon: NearbyBeacon) { (prefix, format) = (beacon.prefix, beacon.format) }
    }

    /// Signal strengths in dBm, in the order heard.
    private(set) var strengths: [Int8] = []
    /// How often each beacon had been heard at the look before; nil before the first.
    private var before: [Name: UInt32]?

    var isEnough: Bool { strengths.count >= Self.enough }

    /// Takes the strongest beacon of a look around, when the daemon heard it since the look before. The first look only says
    /// where its counts stand. `correction` is what the daemon has added.
    mutating func take(_ beacons: [NearbyBeacon], correction: Int8) {
        defer { before = Dictionary(beacons.map { (Name($0), $0.samples) }, uniquingKeysWith: max) }
        let recent = beacons.filter { $0.age <= Self.patience }
        guard let before, let strongest = recent.max(by: { $0.rssi < $1.rssi }),
            before[Name(strongest)] != strongest.samples
        else { return }
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

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Control

/// Decides who stands in front of the gate: whoever was heard at `near` dBm or more a moment ago.
///
/// A signal strays by some 8 dB while nobody moves, so whoever is there stays there until it is `slack` weaker, and a
/// single weak or missing signal ends nothing: without any newer signal somebody counts as there for `hold`, with a
/// newer one that is clearly weaker for `patience`.
struct GateJudge {
    /// How many dB weaker than `near` somebody may become who is there already.
    static let slack = 6
    /// How long whoever is clearly weaker now still counts as there.
    static let patience = Duration.seconds(3)

    /// dBm from which on somebody is near.
    let near: Int8
    /// How long after the newest near signal somebody counts as there.
    let hold: Duration
    /// Who is there, and the boot time of the newest signal that says so.
    private var present: [GateBeacon: Duration] = [:]

    init(near: Int8, hold: Duration) {
        self.near = near
        self.hold = hold
    }

    /// What the daemon heard, as it stands at boot time `now`.
    mutating func judge(_ beacons: [NearbyBeacon], at now: Duration) -> GateSight {
        var sight = GateSight()
        var weak: Set<GateBeacon> = []
        for beacon in beacons {
            let age = Duration.seconds(Int64(beacon.age))
            guard age <= hold else { continue }
            sight.strongest = max(beacon.rssi, sight.strongest ?? beacon.rssi)
            let key = GateBeacon(beacon)
            let limit = Int(near) - (present[key] == nil ? 0 : GateJudge.slack)
            if Int(beacon.rssi) >= limit {
                present[key] = max(now - age, present[key] ?? now - age)
            } else {
                weak.insert(key)
            }
        }
        present = present.filter { now - $0.value <= (weak.contains($0.key) ? min(hold, GateJudge.patience) : hold) }
        sight.present = Set(present.keys)
        return sight
    }

    /// Forgets who was there: while nothing can be heard, nobody is known to be.
    mutating func forget() { present = [:] }
}

/// What is in front of the gate at one moment.
struct GateSight: Hashable {
    /// Beacons within about a metre.
    var present: Set<GateBeacon> = []
    /// The strongest signal of the last seconds in dBm; nil when nothing was heard.
    var strongest: Int8?

    /// The strongest signal in a word.
    var signal: GateSignal { !present.isEmpty ? .near : strongest == nil ? .nobody : .away }
}

/// How near the strongest signal is.
enum GateSignal: String, CaseIterable {
    case near, away, nobody
}

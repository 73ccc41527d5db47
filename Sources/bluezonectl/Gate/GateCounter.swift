// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

/// Counts each beacon that came near once in a quarter of an hour.
///
/// To know whom it has counted it keeps, for the quarter under way and in memory only, a hash of each beacon under a salt of
/// that quarter; both are forgotten at the quarter's end, and what is left is a `QuarterCount`. Two beacons of one format
/// whose three bytes agree are counted as one: of a thousand in a quarter, 0.03 on average.
struct GateCounter {
    private(set) var quarter: Quarter
    private var salt = UInt64.random(in: 0 ... .max)
    private var seen: [BeaconFormat: Set<Int>] = [:]
    /// Who stood there when the quarter began. A phone changes its identifier at that moment or a few seconds late: under the
    /// old one it belongs to the quarter before.
    private var leftovers: Set<Int> = []
    private var present: Set<GateBeacon> = []
    private var heard = Duration.zero

    init(at time: Timestamp) {
        quarter = Quarter(at: time)
    }

    /// Takes in who is there at `time`; `elapsed` is how long the gate could hear since the last call. Answers the
    /// quarter that ended meanwhile, if one did.
    mutating func note(_ sight: GateSight, at time: Timestamp, heardFor elapsed: Duration) -> QuarterCount? {
        let ended = roll(to: Quarter(at: time))
        heard += max(.zero, elapsed)
        for beacon in sight.present {
            let hash = hash(of: beacon)
            if !leftovers.contains(hash) { seen[beacon.format, default: []].insert(hash) }
        }
        present = sight.present
        return ended
    }

    /// Different identifiers of a format so far.
    func count(of format: BeaconFormat) -> Int { seen[format]?.count ?? 0 }

    /// At least so many people so far: a device that sends both formats is one of them.
    var people: Int { max(count(of: .bluezone), count(of: .exposureNotification)) }

    /// The quarter under way, as far as it got, as it may be kept.
    var kept: QuarterCount {
        QuarterCount(
            quarter: quarter, bluezone: Tally(count(of: .bluezone)),
            exposureNotification: Tally(count(of: .exposureNotification)), people: Tally(people),
            seconds: Int(clamping: min(Quarter.seconds, heard.wholeMilliseconds / 1000)))
    }

    private mutating func roll(to now: Quarter) -> QuarterCount? {
        guard now != quarter else { return nil }
        let ended = kept
        quarter = now
        salt = UInt64.random(in: 0 ... .max)
        seen = [:]
        heard = .zero
        leftovers = Set(present.map(hash))
        return ended
    }

    /// SipHash under a key of this process's own and the quarter's salt.
    private func hash(of beacon: GateBeacon) -> Int {
        var hasher = Hasher()
        hasher.combine(salt)
        hasher.combine(beacon)
        return hasher.finalize()
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Radio

/// What this device sent or may have sent in the last two days, and how often somebody sent it back.
///
/// A controller does not hear itself, so an own identifier that is heard is one that somebody repeats, or that another
/// device sends with a copy of our keys. Only one thing else is possible: an advertisement that was left behind on an
/// adapter used before.
struct OwnIdentifiers {
    /// Days before the newest key's whose identifiers are ours as well.
    private static let daysBefore = 2
    /// Two hearings less than this apart are one.
    private static let gap = Duration.seconds(10)
    private static let hour = Duration.seconds(3600)

    private var source: [OwnKey] = []
    private var derived: Set<EphemeralIdentifier> = []
    /// The newest that were sent and by which adapter, those too whose key has been forgotten since.
    private var sent: [(identifier: EphemeralIdentifier, adapter: String?)] = []
    /// The two newest hearings that cannot be our own doing.
    private var relays: [Duration] = []
    /// How often any was heard since the start.
    private(set) var heard = 0

    /// Takes over the newest days' keys.
    mutating func derive(from ring: KeyRing) {
        guard let newest = ring.keys.map(\.day).max() else { return }
        let keys = ring.keys.filter { $0.day >= newest.advanced(by: -Self.daysBefore) }
        guard keys != source else { return }
        source = keys
        derived = []
        for own in keys { derived.formUnion(own.key.identifiers(firstInterval: own.day.firstInterval)) }
    }

    /// Identifiers go out through `adapter`.
    mutating func send(_ payloads: [BeaconPayload], through adapter: String?) {
        sent = Array((payloads.map { ($0.identifier, adapter) } + sent).prefix(16))
    }

    /// Whether what `adapter` heard at boot time `now` is our own; such a hearing is counted.
    mutating func recognise(_ identifier: EphemeralIdentifier, at now: Duration, through adapter: String?) -> Bool {
        let sendings = sent.filter { $0.identifier == identifier }
        guard !sendings.isEmpty || derived.contains(identifier) else { return false }
        heard += 1
        let isEcho = sendings.contains { $0.adapter != adapter }
        if !isEcho, relays.last.map({ now - $0 >= Self.gap }) ?? true { relays = relays.suffix(1) + [now] }
        return true
    }

    /// Whether somebody sent our identifiers back more than once within the hour before `now`. Once may be chance: a copy
    /// that was replayed for a test, a report that came late.
    func isRelayed(at now: Duration) -> Bool {
        relays.count > 1 && relays.allSatisfy { now - $0 < Self.hour }
    }
}

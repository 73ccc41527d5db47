// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

/// Sightings by identifier, and the days on which anything was heard.
///
/// Identifiers are chosen by whoever is on the air. Swift's hasher is seeded afresh in every process, so nobody can aim
/// collisions; many sightings of one identifier make one chain, which is walked only when a case key derives it.
struct SightingIndex: Sendable {
    private var sightings: [Sighting] = []
    /// Where the sighting added before of the same identifier stands, or -1: parallel to `sightings`.
    private var earlier: [Int] = []
    /// Where the newest sighting of an identifier stands.
    private var newest: [EphemeralIdentifier: Int] = [:]
    private var bluezoneDays: Set<UTCDay> = []
    private var exposureNotificationDays: Set<UTCDay> = []

    /// How many sightings have been added.
    var count: Int { sightings.count }

    /// How many different identifiers they show.
    var identifierCount: Int { newest.count }

    mutating func add(_ sighting: Sighting) {
        let position = sightings.count
        earlier.append(newest.updateValue(position, forKey: sighting.payload.identifier) ?? -1)
        sightings.append(sighting)
        switch sighting.payload.identifier.format {
        case .bluezone: bluezoneDays.insert(sighting.time.day)
        case .exposureNotification: exposureNotificationDays.insert(sighting.time.day)
        }
    }

    /// Whether anything of `format` was heard on any UTC day that lies in or touches the given time.
    func heard(_ format: BeaconFormat, from first: Timestamp, through last: Timestamp) -> Bool {
        let days = format == .bluezone ? bluezoneDays : exposureNotificationDays
        guard !days.isEmpty, first <= last else { return false }
        return (first.day.number...last.day.number).contains { days.contains(UTCDay(number: $0)) }
    }

    /// Calls `body` with every sighting of `identifier`, the one added last first.
    func forEachSighting(of identifier: EphemeralIdentifier, _ body: (Sighting) -> Void) {
        var position = newest[identifier] ?? -1
        while position >= 0 {
            body(sightings[position])
            position = earlier[position]
        }
    }
}

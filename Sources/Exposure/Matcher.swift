// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Cases

/// Compares what was heard with what was published. Exact; every rule is in `docs/exposure.md`.
///
/// First `add` all sightings, in any order; then `check` the keys one by one, in the order the authority published them;
/// `matches` has the result. `match` answers for a single key and changes nothing.
package struct Matcher: Sendable {
    /// Exposure Notification: how far a sighting's interval may lie from its identifier's own, in intervals (2 hours).
    package static let toleranceIntervals: Int64 = 12
    /// Exposure Notification: sightings of one identifier this long after its first are replays (20 minutes).
    package static let replayMilliseconds: Int64 = 1_200_000

    /// Bluezone: how many slots before and after its own an identifier still counts.
    package let toleranceSlots: Int
    /// Keys that never match, because they are this device's own.
    package let ownKeys: Set<DailyKey>

    private var index = SightingIndex()
    private var found: [Identity: Match] = [:]
    private var revoked: Set<DailyKey> = []
    /// Keys and entries handed to `check` so far.
    package private(set) var keysChecked = 0

    /// What makes two published keys the same one; the later replaces the earlier.
    private struct Identity: Hashable {
        var key: DailyKey
        var day: UTCDay
    }

    /// A matcher that has heard nothing. With `toleranceSlots` 0 it decides Bluezone cases as the published app does,
    /// to the millisecond; values outside 0 ... 96 are clamped.
    package init(toleranceSlots: Int = 1, ownKeys: Set<DailyKey> = []) {
        self.toleranceSlots = min(max(toleranceSlots, 0), 96)
        self.ownKeys = ownKeys
    }

    /// How many sightings have been added.
    package var sightingCount: Int { index.count }

    /// The matched keys so far, by day, then by key.
    package var matches: [Match] {
        found.values.sorted { a, b in
            (a.day.number, a.key.key.format.rawValue) != (b.day.number, b.key.key.format.rawValue)
                ? (a.day.number, a.key.key.format.rawValue) < (b.day.number, b.key.key.format.rawValue)
                : a.key.key.bytes.lexicographicallyPrecedes(b.key.key.bytes)
        }
    }

    /// Adds one sighting, from whatever source.
    package mutating func add(_ sighting: Sighting) {
        index.add(sighting)
    }

    /// Compares one published key and keeps what it finds. A key published again (revised) replaces its earlier state;
    /// one that was ever published as revoked matches no more, whichever came first.
    package mutating func check(_ key: CaseKey) {
        keysChecked += 1
        if key.reportType == .revoked {
            revoked.insert(key.key)
            for identity in found.keys where identity.key == key.key { found[identity] = nil }
        } else if let match = match(key) {
            keep(match)
        }
    }

    /// Compares one entry of the Bluezone app's case message and keeps what it finds.
    package mutating func check(_ entry: BluezoneCase) {
        keysChecked += 1
        for match in matches(entry) { keep(match) }
    }

    /// What was heard of `key`; nil for nothing, for a revoked key, one of our own, and one whose period is not
    /// 1 ... 144.
    package func match(_ key: CaseKey) -> Match? {
        guard key.reportType != .revoked, !ownKeys.contains(key.key), (1...144).contains(key.rollingPeriod),
            key.rollingStart <= UInt32.max - 144
        else { return nil }
        let (sightings, replays) =
            switch key.key.format {
            case .bluezone: (bluezoneSightings(key), 0)
            case .exposureNotification: exposureNotificationSightings(key)
            }
        return sightings.isEmpty
            ? nil : Match(key: key, day: key.day, sightings: sightings.sorted(by: byTime), replays: replays)
    }

    /// What was heard of each day of `entry`, one match for each day of which anything was heard.
    package func matches(_ entry: BluezoneCase) -> [Match] {
        var matches: [Match] = []
        var key = entry.key
        var first = entry.start
        let slot = entry.slotMilliseconds
        while first <= entry.end {
            let steps = min(Int64(entry.slotsPerDay), (entry.end.milliseconds - first.milliseconds) / slot + 1)
            let slots = Slots(first: first, length: slot, numbers: 0..<Int(steps))
            let sightings = ownKeys.contains(key) ? [] : bluezoneSightings(key, slots)
            if !sightings.isEmpty {
                let published = CaseKey(key: entry.key, rollingStart: first.interval)
                matches.append(Match(key: published, day: first.day, sightings: sightings.sorted(by: byTime)))
            }
            first.milliseconds += slot * Int64(entry.slotsPerDay)
            guard let next = DailyKey(format: .bluezone, bytes: BluezoneDerivation.nextDay(key.bytes)) else { break }
            key = next
        }
        return matches
    }

    private mutating func keep(_ match: Match) {
        guard !revoked.contains(match.key.key) else { return }
        found[Identity(key: match.key.key, day: match.day)] = match
    }
}

extension Matcher {
    /// A run of a Bluezone day's slots: slot `n` begins at `first` + n * `length` milliseconds.
    private struct Slots {
        var first: Timestamp
        var length: Int64
        var numbers: Range<Int>

        func start(_ number: Int) -> Int64 { first.milliseconds + Int64(number) * length }
    }

    /// A published Bluezone key covers its UTC day's slots as far as they overlap its period.
    private func bluezoneSightings(_ key: CaseKey) -> [Sighting] {
        let format = BeaconFormat.bluezone
        let midnight = key.day.start
        let slot = format.slotLength.wholeMilliseconds
        let from = Int64(key.rollingStart) * 600_000 - midnight.milliseconds
        let to = from + Int64(key.rollingPeriod) * 600_000
        let numbers = Int(from / slot)..<min(format.slotsPerDay, Int((to + slot - 1) / slot))
        return bluezoneSightings(key.key, Slots(first: midnight, length: slot, numbers: numbers))
    }

    private func bluezoneSightings(_ key: DailyKey, _ slots: Slots) -> [Sighting] {
        guard let firstNumber = slots.numbers.first, let lastNumber = slots.numbers.last else { return [] }
        let slack = Int64(toleranceSlots) * slots.length
        let from = Timestamp(milliseconds: slots.start(firstNumber) - slack)
        let through = Timestamp(milliseconds: slots.start(lastNumber) + slots.length + slack)
        guard index.heard(.bluezone, from: from, through: through) else { return [] }
        var sightings: [Sighting] = []
        var number = 0
        BluezoneDerivation.forEachIdentifier(key: key.bytes, count: slots.numbers.upperBound) { identifier in
            let start = slots.start(number)
            if slots.numbers.contains(number) {
                // Both ends belong to the slot, as in the app.
                let times = start - slack...start + slots.length + slack
                index.forEachSighting(of: identifier) {
                    if times.contains($0.time.milliseconds) { sightings.append($0) }
                }
            }
            number += 1
        }
        return sightings
    }

    /// The sightings that count, and how many more are replays.
    private func exposureNotificationSightings(_ key: CaseKey) -> ([Sighting], Int) {
        let tolerance = Matcher.toleranceIntervals
        let start = Int64(key.rollingStart)
        let end = start + Int64(key.rollingPeriod)
        let from = Timestamp(seconds: (start - tolerance) * 600)
        let through = Timestamp(seconds: (end + tolerance) * 600)
        guard index.heard(.exposureNotification, from: from, through: through) else { return ([], 0) }
        let identifiers = key.key.identifiers(firstInterval: key.rollingStart, slots: Int(key.rollingPeriod))
        var sightings: [Sighting] = []
        var valids = 0
        for (offset, identifier) in identifiers.enumerated() {
            let interval = start + Int64(offset)
            let valid = interval - tolerance..<interval + tolerance + 1
            var heard: [Sighting] = []
            index.forEachSighting(of: identifier) {
                if valid.contains(Int64($0.time.interval)) { heard.append($0) }
            }
            guard let first = heard.map(\.time.milliseconds).min() else { continue }
            valids += heard.count
            sightings += heard.filter { $0.time.milliseconds - first <= Matcher.replayMilliseconds }
        }
        return (sightings, valids - sightings.count)
    }
}

/// Whether `a` was heard before `b`; equal times are ordered by signal and identifier, so that results do not depend on
/// the order of adding.
private func byTime(_ a: Sighting, _ b: Sighting) -> Bool {
    if a.time != b.time { return a.time < b.time }
    if a.rssi != b.rssi { return a.rssi > b.rssi }
    let (x, y) = (a.payload.identifier, b.payload.identifier)
    return (x.low, x.high, a.payload.metadata) < (y.low, y.high, b.payload.metadata)
}

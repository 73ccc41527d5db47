// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// Tells replays among sightings without a case key: an Exposure Notification identifier heard more than 20 minutes after
/// it was first heard. No honest device sends one for so long. What a case key's match counts is `Matcher`'s to say.
///
/// A Bluezone identifier is bound to its slot instead, and never counts as a replay here.
///
/// With a limit it forgets, when that is reached, the half that was not heard for the longest time. So it may miss a replay
/// while somebody floods the air, it tells the next ones again when the flood is over, and what keeps being repeated it does
/// not forget. To learn nothing new instead would leave it blind for the rest of the day. Neither ever takes an honest
/// sighting for a replay, and neither reaches a match.
package struct ReplayWatch: Sendable {
    /// When each identifier was first heard, of those heard lately ...
    private var recent: [EphemeralIdentifier: Timestamp] = [:]
    /// ... and of those not heard again since `recent` was begun.
    private var older: [EphemeralIdentifier: Timestamp] = [:]
    /// The most that either holds.
    private let half: Int
    /// Whether an identifier was forgotten for want of room: what is counted as replays is then at least so many.
    package private(set) var hasForgotten = false

    /// A watch that knows nobody, and never more than `limit` identifiers, or two.
    package init(limit: Int = .max) {
        half = max(1, limit / 2)
    }

    /// Whether no identifier is known.
    package var isEmpty: Bool { recent.isEmpty && older.isEmpty }

    /// Identifiers known.
    package var count: Int { recent.count + older.count }

    /// Takes a sighting in and answers whether it is a replay of an earlier one.
    package mutating func isReplay(_ sighting: Sighting) -> Bool {
        let identifier = sighting.payload.identifier
        guard identifier.format == .exposureNotification else { return false }
        let first = min(recent[identifier] ?? older.removeValue(forKey: identifier) ?? sighting.time, sighting.time)
        keep(identifier, first)
        return sighting.time.duration(since: first) > .milliseconds(Matcher.replayMilliseconds)
    }

    /// Forgets identifiers first heard before `time`.
    package mutating func drop(before time: Timestamp) {
        recent = recent.filter { $0.value >= time }
        older = older.filter { $0.value >= time }
        hasForgotten = false
    }

    private mutating func keep(_ identifier: EphemeralIdentifier, _ first: Timestamp) {
        if recent.count >= half, recent[identifier] == nil {
            if !older.isEmpty { hasForgotten = true }
            (older, recent) = (recent, [:])
        }
        recent[identifier] = first
    }
}

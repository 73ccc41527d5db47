// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// Tells replays among sightings without a case key: an Exposure Notification identifier heard more than 20 minutes after
/// it was first heard. No honest device sends one for so long. What a case key's match counts is `Matcher`'s to say.
///
/// A Bluezone identifier is bound to its slot instead, and never counts as a replay here.
package struct ReplayWatch: Sendable {
    private var first: [EphemeralIdentifier: Timestamp] = [:]

    package init() {}

    /// Takes a sighting in and answers whether it is a replay of an earlier one.
    package mutating func isReplay(_ sighting: Sighting) -> Bool {
        let identifier = sighting.payload.identifier
        guard identifier.format == .exposureNotification else { return false }
        guard let first = first[identifier], first <= sighting.time else {
            first[identifier] = sighting.time
            return false
        }
        return sighting.time.duration(since: first) > .milliseconds(Matcher.replayMilliseconds)
    }

    /// Forgets identifiers first heard before `time`.
    package mutating func drop(before time: Timestamp) {
        first = first.filter { $0.value >= time }
    }
}

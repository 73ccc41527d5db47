// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Cases

/// A case key whose identifiers this device heard, with what it heard of them.
package struct Match: Hashable, Sendable {
    /// The key as it was published. For a later day of a `BluezoneCase`, the entry's first key with that day's
    /// rolling start.
    package var key: CaseKey
    /// The UTC day whose identifiers were heard.
    package var day: UTCDay
    /// The sightings in order of time, at least one. Their metadata may still be unreadable: a window leaves such out.
    package var sightings: [Sighting]
    /// Sightings that do not count, and are not among `sightings`, because they are replays.
    package var replays: Int

    package init(key: CaseKey, day: UTCDay, sightings: [Sighting], replays: Int = 0) {
        self.key = key
        self.day = day
        self.sightings = sightings
        self.replays = replays
    }
}

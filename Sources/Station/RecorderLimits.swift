// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Control

/// How much of one UTC day the recorder takes, whoever sends whatever for as long as he likes: what the figures mean, and
/// what gives way, is in docs/decisions/0015-bounds.md.
package struct RecorderLimits: Hashable, Sendable {
    /// Identifiers that are told apart, for the day's counts alone.
    package var identifiers = Int(StationStatus.mostIdentifiers)
    /// Sightings that a day's segment takes at any hour ...
    package var sightingsAtOnce = 1_000_000
    /// ... and how many come to them, evenly over the day: what is over them at one hour leaves the next its share.
    package var sightingsOverDay = 1_000_000

    package init() {}

    /// Sightings that the segment of `now`'s day may have by now.
    func sightings(by now: Timestamp) -> Int {
        sightingsAtOnce + sightingsOverDay * Int(now.millisecondsOfDay) / Int(UTCDay.milliseconds)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// Sightings day by day, each day readable several times: comparing reads them once to count, once to look up, and once
/// more when a case was among them.
package struct SightingSource {
    /// The UTC days that have sightings, in order.
    package let days: [UTCDay]
    private let reading: (UTCDay, (Sighting) -> Void) -> Void

    /// A source of `days`; `reading` hands over all sightings of one of them. What it cannot read it leaves out, and tells
    /// whom it concerns by itself. What comes to a day between two readings may count or not.
    package init(days: [UTCDay], reading: @escaping (UTCDay, (Sighting) -> Void) -> Void) {
        self.days = days.sorted()
        self.reading = reading
    }

    /// Hands over the sightings of `day`, in any order.
    package func read(_ day: UTCDay, _ body: (Sighting) -> Void) {
        reading(day, body)
    }

    /// Hands over the sightings of the source's days among `days`.
    package func read(_ days: ClosedRange<UTCDay>, _ body: (Sighting) -> Void) {
        for day in self.days where days.contains(day) { read(day, body) }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Radio

/// Everything heard within one scan window, one entry for each beacon: what becomes the journal's records.
package struct WindowTally: Sendable {
    private struct Entry {
        var first: Duration
        var strongest: Int8
        var sum: Int
        var count: Int
    }

    /// The most beacons one window holds; more than ever stood within range of one antenna.
    package static let capacity = 20_000
    private var entries: [BeaconPayload: Entry] = [:]
    /// Receptions that found no room.
    package private(set) var lost = 0

    package init() {}

    /// Beacons heard.
    package var count: Int { entries.count }

    /// Counts a reception in.
    package mutating func add(_ reception: Reception) {
        guard var entry = entries[reception.payload] else {
            guard entries.count < Self.capacity else {
                lost += 1
                return
            }
            entries[reception.payload] = Entry(
                first: reception.time, strongest: reception.rssi, sum: Int(reception.rssi), count: 1)
            return
        }
        entry.strongest = max(entry.strongest, reception.rssi)
        entry.sum += Int(reception.rssi)
        entry.count += 1
        entries[reception.payload] = entry
    }

    /// The sightings of the window, in the order the beacons were first heard, each at that time; empties the tally.
    /// `previous` is the boot time of the scan before.
    package mutating func take(previous: Duration?, at now: Moment) -> [Sighting] {
        defer { entries.removeAll(keepingCapacity: entries.count <= 256) }
        return entries.sorted { $0.value.first < $1.value.first }
            .map { payload, entry in
                Sighting(
                    payload: payload, time: now.wall(at: entry.first), previousScan: previous.map { now.wall(at: $0) },
                    rssi: entry.strongest, meanRSSI: Int8(clamping: roundedMean(entry.sum, entry.count)))
            }
    }

    private func roundedMean(_ sum: Int, _ count: Int) -> Int {
        Int((Double(sum) / Double(count)).rounded())
    }
}

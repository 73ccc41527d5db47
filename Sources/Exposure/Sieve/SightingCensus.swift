// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// How many sightings of each format were heard in each slot: what a comparison needs to know before it looks anything up.
package struct SightingCensus: Sendable {
    /// The counts of one UTC day.
    private struct Day {
        var bluezone = [UInt32](repeating: 0, count: BeaconFormat.bluezone.slotsPerDay)
        var exposureNotification = [UInt32](repeating: 0, count: BeaconFormat.exposureNotification.slotsPerDay)
        var total = 0

        mutating func add(_ sighting: Sighting) {
            let slot = Int(sighting.time.millisecondsOfDay / sighting.format.slotMilliseconds)
            switch sighting.format {
            case .bluezone: bluezone[slot] &+= 1
            case .exposureNotification: exposureNotification[slot] &+= 1
            }
            total += 1
        }
    }

    private var days: [UTCDay: Day] = [:]

    /// All sightings counted.
    package var total: Int { days.values.reduce(0) { $0 + $1.total } }

    /// Counts all that `source` has.
    package init(_ source: SightingSource) {
        for day in source.days {
            var counts = Day()
            source.read(day) { sighting in
                if sighting.time.day == day { counts.add(sighting) }
            }
            if counts.total > 0 { days[day] = counts }
        }
    }

    /// How many were heard in the slot number `slot`, counted from 1970.
    func count(_ format: BeaconFormat, slot: Int) -> UInt32 {
        let (number, within) = slot.quotientAndRemainder(dividingBy: format.slotsPerDay)
        guard slot >= 0, let day = days[UTCDay(number: Int32(clamping: number))] else { return 0 }
        switch format {
        case .bluezone: return day.bluezone[within]
        case .exposureNotification: return day.exposureNotification[within]
        }
    }

    /// Runs of days whose keys can match anything that was counted, each with at most `limit` sightings within its reach unless a
    /// single day has more. Memory holds one run's sightings at a time.
    package func runs(limit: Int = 600_000) -> [DayRun] {
        let keyDays = Set(days.keys.flatMap { day in (-DayRun.ahead...DayRun.behind).map { day.advanced(by: -$0) } })
        var runs: [DayRun] = []
        for day in keyDays.sorted() where day.number >= DayRun.firstDay {
            if let last = runs.last, last.keyDays.upperBound.advanced(by: 1) == day {
                let longer = DayRun(keyDays: last.keyDays.lowerBound...day)
                if sightings(in: longer) <= limit {
                    runs[runs.count - 1] = longer
                    continue
                }
            }
            runs.append(DayRun(keyDays: day...day))
        }
        return runs
    }

    /// How many sightings the keys of a run are compared with.
    package func sightings(in run: DayRun) -> Int {
        days.reduce(0) { $0 + (run.heardDays.contains($1.key) ? $1.value.total : 0) }
    }
}

/// Some days' keys, and the days on which they may have been heard.
package struct DayRun: Hashable, Sendable {
    /// 1971-01-01: published keys are not older.
    static let firstDay: Int32 = 365
    /// A sighting may come from a key of the day after its own, two hours early.
    static let ahead = 1
    /// ... and from one that began two days before: at the end of a day, for 24 hours, heard two hours late.
    static let behind = 2

    /// How many days before its own a key may have been heard.
    package static let reach = ahead

    /// The UTC days in which the keys begin.
    package let keyDays: ClosedRange<UTCDay>

    package init(keyDays: ClosedRange<UTCDay>) {
        self.keyDays = keyDays
    }

    /// The UTC days on which they may have been heard.
    package var heardDays: ClosedRange<UTCDay> {
        keyDays.lowerBound.advanced(by: -DayRun.ahead)...keyDays.upperBound.advanced(by: DayRun.behind)
    }
}

extension Sighting {
    /// The format of the identifier.
    var format: BeaconFormat { payload.identifier.format }
}

extension BeaconFormat {
    /// The length of a slot in milliseconds.
    var slotMilliseconds: Int64 {
        switch self {
        case .bluezone: 900_000
        case .exposureNotification: 600_000
        }
    }
}

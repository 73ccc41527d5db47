// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// One entry of the published Bluezone app's own case message: `{"daily_key", "time_start", "time_end", "max"}`.
///
/// The app walks from `start` in steps of a slot while the step's time is at most `end`, takes the next sub-key at
/// each step, and hashes the key forward after `slotsPerDay` steps. The slot that begins exactly at `end` is walked too.
package struct BluezoneCase: Hashable, Sendable {
    /// What `init` accepts, for messages to a person.
    package static let requirement =
        "a daily key of 32 bytes, times in seconds from 0 to 9999-12-31, at most 366 days apart, and max from 1 to 1440"

    /// The longest span that is walked. The app publishes two weeks; a forged entry must not keep us hashing for ever.
    static let longestSpan: Int64 = 366 * 86_400
    /// The last second of the year 9999.
    static let lastSecond: Int64 = 253_402_300_799

    /// The key of the UTC day that begins at `start`: 32 bytes.
    package let key: DailyKey
    /// The moment of the first slot's beginning; the app demands a UTC midnight.
    package let start: Timestamp
    /// The last moment at which a slot may begin.
    package let end: Timestamp
    /// Slots in a day (`max`), 96 unless the app's server changed it.
    package let slotsPerDay: Int

    /// The entry with both times in seconds since the Unix epoch; nil when it breaks `requirement`. An `end` before
    /// `start` is accepted and names no slot at all, as in the app.
    package init?(dailyKey: [UInt8], timeStart: Int64, timeEnd: Int64, slotsPerDay: Int = 96) {
        let seconds = 0...BluezoneCase.lastSecond
        guard let key = DailyKey(format: .bluezone, bytes: dailyKey),
            seconds.contains(timeStart), seconds.contains(timeEnd), timeEnd - timeStart <= BluezoneCase.longestSpan,
            (1...1440).contains(slotsPerDay)
        else { return nil }
        self.key = key
        self.start = Timestamp(seconds: timeStart)
        self.end = Timestamp(seconds: timeEnd)
        self.slotsPerDay = slotsPerDay
    }

    /// Milliseconds of a slot; a day that `slotsPerDay` does not divide loses the remainder, as in the app.
    var slotMilliseconds: Int64 { UTCDay.milliseconds / Int64(slotsPerDay) }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

/// A quarter of an hour, aligned to UTC as Bluezone's slots are: within one, a phone sends one Bluezone identifier.
struct Quarter: Hashable, Comparable {
    /// Seconds in a quarter.
    static let seconds: Int64 = 900

    /// Quarters since 1970-01-01T00:00:00Z.
    let number: Int64

    /// The quarter that a moment lies in.
    init(at time: Timestamp) {
        let seconds = time.seconds
        number = seconds / Quarter.seconds - (seconds % Quarter.seconds < 0 ? 1 : 0)
    }

    var start: Timestamp { Timestamp(seconds: number * Quarter.seconds) }

    /// The moment at which the next quarter begins.
    var end: Timestamp { Timestamp(seconds: (number + 1) * Quarter.seconds) }

    static func < (a: Quarter, b: Quarter) -> Bool { a.number < b.number }
}

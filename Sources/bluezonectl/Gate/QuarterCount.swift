// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

/// What is kept of a quarter of an hour that is over.
struct QuarterCount: Hashable {
    let quarter: Quarter
    /// Different identifiers that were near, by format.
    let bluezone: Tally
    let exposureNotification: Tally
    /// The larger of the two: a device that sends both formats is one person.
    let people: Tally
    /// Seconds of the quarter, 900 at most, in which the gate could hear.
    let seconds: Int

    /// The first line of a file of counts.
    static let header = "start,bluezone,exposure_notification,people,seconds"

    /// One line of such a file, without its end: `2026-11-21T07:00:00Z,<3,7,7,900`.
    var line: String {
        [quarter.start.stamp, bluezone.text, exposureNotification.text, people.text, String(seconds)]
            .joined(separator: ",")
    }

    init(
        quarter: Quarter, bluezone: Tally, exposureNotification: Tally, people: Tally, seconds: Int
    ) {
        self.quarter = quarter
        self.bluezone = bluezone
        self.exposureNotification = exposureNotification
        self.people = people
        self.seconds = seconds
    }

    /// The count that `line` spells; nil for anything else.
    init?(line: some StringProtocol) {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 5, let start = Timestamp(stamp: fields[0]), Quarter(at: start).start == start,
            let bluezone = Tally(fields[1]), let exposureNotification = Tally(fields[2]), let people = Tally(fields[3]),
            let seconds = Int(fields[4]), (0...Int(Quarter.seconds)).contains(seconds)
        else { return nil }
        self.init(
            quarter: Quarter(at: start), bluezone: bluezone, exposureNotification: exposureNotification, people: people,
            seconds: seconds)
    }
}

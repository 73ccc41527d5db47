// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

/// What `gate counts` prints.
struct CountList {
    let counts: [QuarterCount]
    let damagedLines: Int
    let time: LocalTime

    /// A line for each quarter, without a line break at the end.
    func text(in style: Style) -> String {
        guard !counts.isEmpty else { return style.say("Nothing was counted.", "Chưa đếm được gì.") }
        let heading = [
            style.say("quarter of an hour", "15 phút từ"), style.say("people", "người"), "bluezone",
            "exposure-notification", style.say("heard", "đã nghe"),
        ]
        let rows = counts.map { count in
            let start = count.quarter.start
            return [
                "\(time.day(of: start)) \(time.clock(start))", count.people.text, count.bluezone.text,
                count.exposureNotification.text, "\(count.seconds * 100 / Int(Quarter.seconds)) %",
            ]
        }
        return ([heading] + rows).map(CountList.aligned).joined(separator: "\n")
    }

    /// Columns of fixed widths: what they are of on the left, numbers on the right.
    private static func aligned(_ cells: [String]) -> String {
        zip(cells, [18, 8, 10, 23, 9]).enumerated().map { index, cell in
            let blanks = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
            return index == 0 ? cell.0 + blanks : blanks + cell.0
        }.joined()
    }

    /// The same for spreadsheets.
    var csv: String {
        let header = "start,local,bluezone,exposure_notification,people,seconds"
        let rows = counts.map { count in
            [
                count.quarter.start.stamp, time.stamp(count.quarter.start), count.bluezone.text,
                count.exposureNotification.text, count.people.text, String(count.seconds),
            ].joined(separator: ",")
        }
        return ([header] + rows).joined(separator: "\n")
    }

    /// The same for programs; null is a count below `Tally.least`.
    var json: JSON {
        .object([
            schema,
            .init("counts", .array(counts.map(object))),
            .init("damagedLines", .integer(Int64(damagedLines))),
        ])
    }

    private func object(_ count: QuarterCount) -> JSON {
        .object([
            .init("start", .string(count.quarter.start.stamp)),
            .init("local", .string(time.stamp(count.quarter.start))),
            .init("bluezone", number(count.bluezone)),
            .init("exposureNotification", number(count.exposureNotification)),
            .init("people", number(count.people)),
            .init("seconds", .integer(Int64(count.seconds))),
        ])
    }

    private func number(_ tally: Tally) -> JSON {
        switch tally {
        case .few: .null
        case .number(let count): .integer(Int64(count))
        }
    }
}

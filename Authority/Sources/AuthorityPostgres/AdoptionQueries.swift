// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
internal import Beacon

/// Weekly counts: no time of arrival, no address.
struct AdoptionQueries {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func add(_ week: ISOWeek, _ province: String) throws(Fault) {
        try session.ask(
            """
            INSERT INTO adoption (monday, province, devices) VALUES ($1, $2, 1)
            ON CONFLICT (monday, province) DO UPDATE SET devices = adoption.devices + 1
            """, [.integer(Int64(week.firstDay.number)), .text(province)])
    }

    func counts(_ weeks: ClosedRange<ISOWeek>) throws(Fault) -> [AdoptionCount] {
        var counts: [AdoptionCount] = []
        try session.ask(
            """
            SELECT monday, province, devices FROM adoption WHERE monday BETWEEN $1 AND $2
            ORDER BY monday, province COLLATE "C"
            """,
            [.integer(Int64(weeks.lowerBound.firstDay.number)), .integer(Int64(weeks.upperBound.firstDay.number))]
        ) { row in
            guard let monday = row.integer(0), let province = row.text(1), let devices = row.integer(2) else { return }
            counts.append(
                AdoptionCount(
                    week: ISOWeek(UTCDay(number: Int32(clamping: monday))), province: province, devices: devices))
        }
        return counts
    }
}

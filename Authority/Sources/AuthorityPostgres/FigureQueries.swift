// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Beacon

/// Counts for officials.
struct FigureQueries {
    private let session: Session

    init(_ session: Session) { self.session = session }

    /// One more publication on the day of `now`. The number is kept in parts, by the connection that counts: publishes at once
    /// would wait for one another at a single row.
    func count(_ caseClass: CaseClass, now: Int64) throws(Fault) {
        try session.ask(
            """
            INSERT INTO publications (day, class, part, count) VALUES ($1, $2, pg_backend_pid() % 64, 1)
            ON CONFLICT (day, class, part) DO UPDATE SET count = publications.count + 1
            """, [.integer(Int64(Timestamp(seconds: now).day.number)), .text(caseClass.rawValue)])
    }

    func publications(from first: Int32, through last: Int32) throws(Fault) -> [PublicationCount] {
        var counts: [PublicationCount] = []
        try session.ask(
            """
            SELECT day, class, sum(count)::bigint FROM publications WHERE day BETWEEN $1 AND $2
            GROUP BY day, class ORDER BY day, class
            """, [.integer(Int64(first)), .integer(Int64(last))]
        ) { row in
            guard let day = row.integer(0), let caseClass = row.text(1).flatMap({ CaseClass(rawValue: $0) }),
                let count = row.integer(2)
            else { return }
            counts.append(PublicationCount(day: Int32(clamping: day), caseClass: caseClass, count: count))
        }
        return counts
    }

    func batches(limit: Int) throws(Fault) -> [BatchSummary] {
        try summaries("ORDER BY number DESC LIMIT $1", [.integer(Int64(limit))])
    }

    func batches(from start: Int64, before end: Int64) throws(Fault) -> [BatchSummary] {
        try summaries("WHERE finished >= $1 AND finished < $2 ORDER BY number", [.integer(start), .integer(end)])
    }

    private func summaries(_ condition: String, _ parameters: [SQLValue]) throws(Fault) -> [BatchSummary] {
        var summaries: [BatchSummary] = []
        try session.ask(
            """
            SELECT number, region, format, start, "end", finished,
                (SELECT count(*) FROM placements WHERE batch = number AND placements.region = batches.region),
                (SELECT string_agg(path, ',' ORDER BY place) FROM files
                    WHERE batch = number AND files.region = batches.region)
            FROM batches \(condition)
            """, parameters
        ) { row in
            guard let number = row.integer(0), let region = row.text(1), let start = row.integer(3),
                let end = row.integer(4)
            else { return }
            let isBluezone = row.integer(2) == Int64(BeaconFormat.bluezone.rawValue)
            summaries.append(
                BatchSummary(
                    number: number, region: region, format: isBluezone ? "bluezone" : "exposure-notification",
                    start: start, end: end, keys: row.integer(6) ?? 0,
                    files: (row.text(7) ?? "").split(separator: ",").map(String.init), finished: row.integer(5)))
        }
        return summaries
    }

    func enter(_ counts: [ReportedCount]) throws(Fault) {
        // In one order, so that two who enter at once never wait for each other.
        for count in counts.sorted(by: { ($0.province, $0.day) < ($1.province, $1.day) }) {
            try session.ask(
                """
                INSERT INTO reported (province, day, devices) VALUES ($1, $2, $3)
                ON CONFLICT (province, day) DO UPDATE SET devices = excluded.devices
                """, [.text(count.province), .integer(Int64(count.day)), .integer(count.devices)])
        }
    }

    func reported(until day: Int32) throws(Fault) -> [ReportedCount] {
        var counts: [ReportedCount] = []
        try session.ask(
            """
            SELECT DISTINCT ON (province COLLATE "C") province, day, devices FROM reported WHERE day <= $1
            ORDER BY province COLLATE "C", day DESC
            """, [.integer(Int64(day))]
        ) { row in
            guard let province = row.text(0), let day = row.integer(1), let devices = row.integer(2) else { return }
            counts.append(ReportedCount(province: province, day: Int32(clamping: day), devices: devices))
        }
        return counts
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Beacon

/// Reads what an official typed or pasted: a line a province, with its code, the date and the number of devices.
enum ReportedRows {
    struct Fault: Error, Hashable {
        /// The first line that is wrong.
        var line: Int
    }

    private static let maximumRows = 200

    /// The counts; empty lines, and a first line that names the columns, are passed over.
    static func read(_ text: String, known: Set<String>, today: UTCDay) throws(Fault) -> [ReportedCount] {
        var counts: [ReportedCount] = []
        for (index, fields) in CSVReader.rows(text).enumerated() where !fields.allSatisfy(\.isEmpty) {
            if index == 0 && fields[0].lowercased() == "province" { continue }
            guard fields.count == 3, known.contains(fields[0]), let day = UTCDay(fields[1]), day <= today,
                day.number > 0, let devices = Int64(fields[2]), (0...1_000_000_000).contains(devices),
                counts.count < maximumRows
            else { throw Fault(line: index + 1) }
            counts.append(ReportedCount(province: fields[0], day: day.number, devices: devices))
        }
        guard !counts.isEmpty else { throw Fault(line: 1) }
        return counts
    }
}

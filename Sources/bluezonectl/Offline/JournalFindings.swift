// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Journal

/// What `journal verify` prints.
struct JournalFindings {
    /// The file of keys; nil when there is none.
    var keys: KeyReport?
    var reports: [SegmentReport] = []
    /// Segments that were not read at all, and why.
    var unread: [(file: String, reason: String)] = []
    /// Files that the daemon set aside because nothing in them could be read.
    var setAside: [String] = []
    /// Files in the folder that no journal has.
    var foreignFiles: [String] = []

    var isDamaged: Bool {
        reports.contains(where: \.isDamaged) || keys?.isDamaged == true || !unread.isEmpty || !setAside.isEmpty
    }

    /// One line for each file.
    var text: String {
        var lines = keys.map { [JournalFindings.line($0)] } ?? []
        lines += reports.map { "\($0.file): " + JournalFindings.clauses($0).joined(separator: "; ") }
        lines += unread.map { "\($0.file): NOT READ: \($0.reason)" }
        lines += setAside.map { "\($0): SET ASIDE, nothing in it can be read" }
        lines += foreignFiles.map { "\($0): not part of a journal, left alone" }
        return lines.isEmpty ? "The journal is empty." : lines.joined(separator: "\n")
    }

    private static func line(_ keys: KeyReport) -> String {
        if keys.isUnreadable { return "\(keys.file): UNREADABLE file of keys" }
        var clauses = [Quantity.count(keys.keys, "key", "keys") + (keys.isSealed ? ", sealed" : "")]
        if keys.lostKeys > 0 {
            clauses.append("LOST \(Quantity.count(keys.lostKeys, "key", "keys")) in both copies")
        } else if keys.isDamaged {
            clauses.append("DAMAGED in one of its two copies, the other is whole")
        }
        return "\(keys.file): \(clauses.joined(separator: "; "))"
    }

    private static func clauses(_ report: SegmentReport) -> [String] {
        switch report.obstacle {
        case .noKey: return ["UNREADABLE, its key is lost"]
        case .otherKey: return ["UNREADABLE, its key is not the one in the file of keys"]
        case nil: break
        }
        var clauses = [Quantity.count(report.records, "sighting", "sightings")]
        if report.isHeaderDamaged { clauses.append("DAMAGED header page") }
        if report.damagedRecords > 0 {
            let place = report.firstDamage.map { ", the first at byte \($0)" } ?? ""
            clauses.append("\(Quantity.count(report.damagedRecords, "DAMAGED record", "DAMAGED records"))\(place)")
        }
        if report.tornBytes > 0 {
            clauses.append("\(Quantity.count(report.tornBytes, "byte", "bytes")) of a torn tail, no harm")
        }
        return clauses
    }

    /// The findings for programs.
    var json: JSON {
        .object([
            schema, .init("keys", keys.map(JournalFindings.json) ?? .null),
            .init("segments", .array(reports.map(JournalFindings.json))),
            .init(
                "unread",
                .array(unread.map { .object([.init("file", .string($0.file)), .init("reason", .string($0.reason))]) })),
            .init("setAside", .array(setAside.map { .string($0) })),
            .init("foreignFiles", .array(foreignFiles.map { .string($0) })),
        ])
    }

    private static func json(_ keys: KeyReport) -> JSON {
        .object([
            .init("file", .string(keys.file)), .init("keys", .integer(Int64(keys.keys))),
            .init("sealed", .bool(keys.isSealed)), .init("lost", .integer(Int64(keys.lostKeys))),
            .init("damaged", .bool(keys.isDamaged)),
        ])
    }

    private static func json(_ report: SegmentReport) -> JSON {
        .object([
            .init("file", .string(report.file)), .init("day", .string(report.day.description)),
            .init("records", .integer(Int64(report.records))),
            .init("damagedRecords", .integer(Int64(report.damagedRecords))),
            .init("firstDamage", .integer(report.firstDamage.map(Int64.init))),
            .init("headerDamaged", .bool(report.isHeaderDamaged)),
            .init("readable", .bool(report.obstacle == nil)),
            .init("tornBytes", .integer(Int64(report.tornBytes))),
        ])
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Beacon
internal import Journal

struct JournalVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every record of a journal.",
        discussion: """
            A torn tail is what a crash leaves of an append, and no damage. Exits with 1 when something that was once
            written cannot be read.

            Examples:
              bluezonectl journal verify /tmp/journal
              bluezonectl journal verify /tmp/journal --json

            \(ExitStatus.help)
            """)

    @Argument(help: "The journal's folder.")
    var folder: String

    @Flag(help: "Print JSON for programs instead of text for people.")
    var json = false

    func run() throws {
        let reader = try JournalCommand.reader(folder)
        var reports: [SegmentReport] = []
        for day in try reader.days() { reports.append(try reader.read(day) { _ in }) }
        let foreign = try reader.foreignFiles()
        let findings = JournalFindings(reports: reports, foreignFiles: foreign)
        print(json ? findings.json.text : findings.text)
        if findings.isDamaged { throw CommandFailure("\(folder) is damaged; its good records are still read") }
    }
}

/// What `journal verify` prints.
struct JournalFindings {
    let reports: [SegmentReport]
    /// Files in the folder that no journal has.
    let foreignFiles: [String]

    var isDamaged: Bool { reports.contains(where: \.isDamaged) }

    /// One line for each segment and each foreign file.
    var text: String {
        let lines = reports.map { "\($0.file): " + JournalFindings.clauses($0).joined(separator: "; ") }
        let all = lines + foreignFiles.map { "\($0): not part of a journal, left alone" }
        return all.isEmpty ? "The journal is empty." : all.joined(separator: "\n")
    }

    private static func clauses(_ report: SegmentReport) -> [String] {
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
            schema,
            .init(
                "segments",
                .array(
                    reports.map { report in
                        .object([
                            .init("file", .string(report.file)), .init("day", .string(report.day.description)),
                            .init("records", .integer(Int64(report.records))),
                            .init("damagedRecords", .integer(Int64(report.damagedRecords))),
                            .init("firstDamage", .integer(report.firstDamage.map(Int64.init))),
                            .init("headerDamaged", .bool(report.isHeaderDamaged)),
                            .init("tornBytes", .integer(Int64(report.tornBytes))),
                        ])
                    })),
            .init("foreignFiles", .array(foreignFiles.map { .string($0) })),
        ])
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Beacon
internal import Control

struct GateCountsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "counts",
        abstract: "List how many people came near in each quarter of an hour, as the service counted them.",
        discussion: """
            Counts below \(Tally.least), none included, are kept as <\(Tally.least) only. A quarter in which the service was
            restarted has a line for each part.

            Examples:
              bluezonectl gate counts
              bluezonectl gate counts --since 2026-11-01 --csv

            \(ExitStatus.help)
            """)

    @Option(help: ArgumentHelp("Leave out what was before this UTC day, YYYY-MM-DD.", valueName: "date"))
    var since: UTCDay?

    @Flag(help: "Print JSON for programs instead of text for people.")
    var json = false

    @Flag(help: "Print CSV.")
    var csv = false

    @Option(help: ArgumentHelp("The file of counts.", valueName: "file"))
    var file = CountFile.standardPath

    func validate() throws {
        if json && csv { throw ValidationError("--json and --csv exclude one another") }
    }

    func run() throws {
        var (counts, damagedLines) = try CountFile(path: file).read()
        if let since { counts.removeAll { $0.quarter.start.day < since } }
        let list = CountList(counts: counts, damagedLines: damagedLines, time: .system)
        let text =
            json
            ? list.json.text : csv ? list.csv : list.text(in: Style(language: .init(environment: environmentValue)))
        print(text)
        if damagedLines > 0 { writeError("bluezonectl: \(damagedLines) lines of \(file) cannot be read\n") }
    }
}

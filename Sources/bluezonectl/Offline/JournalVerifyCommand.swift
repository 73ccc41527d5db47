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
            written cannot be read; the other days and records are read all the same.

            Examples:
              bluezonectl journal verify /tmp/journal
              bluezonectl journal verify /tmp/journal --json

            \(ExitStatus.help)
            """)

    @Argument(help: "The journal's folder.")
    var folder: String

    @Option(help: ArgumentHelp("The credential that seals the journal's keys.", valueName: "file"))
    var credential: String?

    @Flag(help: "Print JSON for programs instead of text for people.")
    var json = false

    func run() throws {
        let reader = try JournalCommand.reader(folder, credential: credential)
        var findings = JournalFindings()
        findings.keys = try reader.keyReport()
        for day in try reader.days() {
            do throws(JournalError) {
                findings.reports.append(try reader.readPacked(day) { _ in })
            } catch {
                findings.unread.append((JournalFormat.fileName(of: day), error.description))
            }
        }
        findings.setAside = try reader.filesSetAside()
        findings.foreignFiles = try reader.foreignFiles()
        print(json ? findings.json.text : findings.text)
        if findings.isDamaged { throw CommandFailure("\(folder) is damaged; its good records are still read") }
    }
}

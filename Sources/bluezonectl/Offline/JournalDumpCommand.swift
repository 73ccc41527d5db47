// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Beacon
internal import Exposure
internal import Journal

struct JournalDumpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump",
        abstract: "Print the sightings of a journal, oldest day first.",
        discussion: """
            With --json each line is {"format","id","metadata","time","rssi","mean","previousScan"}, as journal load
            reads it; "replay":true stands at the end of one heard more than 20 minutes after it was first heard, which
            no honest device does. In text such a line ends in "replay".

            Examples:
              bluezonectl journal dump /tmp/journal
              bluezonectl journal dump /tmp/journal --json

            \(ExitStatus.help)
            """)

    @Argument(help: "The journal's folder.")
    var folder: String

    @Option(help: ArgumentHelp("The credential that seals the journal's keys.", valueName: "file"))
    var credential: String?

    @Flag(help: "Print JSON lines for programs instead of text for people.")
    var json = false

    func run() throws {
        let reader = try JournalCommand.reader(folder, credential: credential)
        var damaged: [String] = []
        var replays = ReplayWatch()
        for day in try reader.days() {
            do throws(JournalError) {
                let report = try reader.read(day) { sighting in
                    let isReplay = replays.isReplay(sighting)
                    print(json ? SightingLine.text(sighting, isReplay: isReplay) : line(sighting, isReplay))
                }
                if report.isDamaged { damaged.append(report.file) }
            } catch .newerVersion(let file, _) {
                damaged.append(file)
            }
        }
        if !damaged.isEmpty {
            throw CommandFailure(
                "what cannot be read was left out of \(damaged.joined(separator: ", ")); "
                    + "see: bluezonectl journal verify \(folder)")
        }
    }

    private func line(_ sighting: Sighting, _ isReplay: Bool) -> String {
        let identifier = sighting.payload.identifier
        return "\(sighting.time.description)  \(identifier.hex)  \(sighting.rssi) dBm  \(identifier.format)"
            + (isReplay ? "  replay" : "")
    }
}

extension Timestamp {
    /// `2026-03-02T09:00:00Z`.
    var description: String {
        func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
        let second = millisecondsOfDay / 1000
        return "\(day)T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
    }
}

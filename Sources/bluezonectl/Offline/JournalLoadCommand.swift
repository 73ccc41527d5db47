// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Beacon
internal import FoundationEssentials
internal import Glibc
internal import Journal

struct JournalLoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Append sightings, given as JSON lines on standard input, to a journal.",
        discussion: """
            Each line is {"format","id","metadata","time","rssi","mean","previousScan"}: bytes as hexadecimal digits,
            times as Unix seconds, with a fraction if need be; metadata, mean and previousScan may be missing. Nothing
            is written when a line is wrong.

            Example:
              echo '{"format":"bluezone","id":"000102030405060708090a0b","time":1772442000,"rssi":-60}' |
                bluezonectl journal load /tmp/journal

            \(ExitStatus.help)
            """)

    @Argument(help: "The journal's folder, made when missing.")
    var folder: String

    @Option(help: ArgumentHelp("The credential that seals the journal's keys.", valueName: "file"))
    var credential: String?

    @Option(
        help: ArgumentHelp(
            "Make so many sightings safe at a time, and print how many are after each; else all at once.",
            valueName: "sightings"))
    var batch: Int?

    func validate() throws {
        if let batch, batch < 1 { throw ValidationError("--batch is \(batch), at least 1 is needed") }
    }

    func run() throws {
        let decoder = JSONDecoder()
        var sightings: [Sighting] = []
        var number = 0
        while let line = readLine() {
            number += 1
            guard !line.allSatisfy(\.isWhitespace) else { continue }
            do throws(SightingLine.Fault) {
                sightings.append(try SightingLine.read(line, decoder))
            } catch {
                throw CommandFailure("line \(number) of standard input: \(error); nothing was written")
            }
        }
        let writer = try JournalWriter(
            storage: DiskStorage(folder: folder), credential: JournalCommand.credential(credential))
        let step = batch ?? max(1, sightings.count)
        for begin in stride(from: 0, to: sightings.count, by: step) {
            let end = min(begin + step, sightings.count)
            try writer.append(Array(sightings[begin..<end]))
            try writer.commit()
            guard batch != nil else { continue }
            print(end)
            // Whoever reads this may count on it at once.
            fflush(nil)
        }
    }
}

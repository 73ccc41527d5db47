// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Beacon
internal import Cases
internal import Glibc
internal import Platform

struct ExportMakeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make",
        abstract: "Make a signed case export.",
        discussion: """
            The keys are JSON as export show prints them: {"keys":[{"key","rollingStart","rollingPeriod","reportType",
            "daysSinceOnset","transmissionRisk"}]} or the list alone. All have one format: 32 hexadecimal digits for
            exposure-notification, 64 for bluezone. Only key and rollingStart must be there.

            Example:
              openssl ecparam -name prime256v1 -genkey -noout -out key.pem
              bluezonectl export make --keys keys.json --region VN --sign key.pem --out cases.zip

            \(ExitStatus.help)
            """)

    @Option(help: ArgumentHelp("The case keys as JSON; - is standard input.", valueName: "file"))
    var keys: String

    @Option(help: "The region the keys are for, such as VN.")
    var region: String

    @Option(help: ArgumentHelp("The authority's private key, P-256 in PEM.", valueName: "file"))
    var sign: String

    @Option(help: ArgumentHelp("Where to write the export.", valueName: "file"))
    var out: String

    @Option(help: ArgumentHelp("The name of the authority's key; usually the mobile country code.", valueName: "text"))
    var keyId = "452"

    @Option(help: ArgumentHelp("The version of the authority's key.", valueName: "text"))
    var keyVersion = "v1"

    @Option(
        help: ArgumentHelp(
            "The start of the window in which the keys were published, in Unix seconds; when not given, the first "
                + "key's start.", valueName: "time"))
    var start: Int64?

    @Option(help: ArgumentHelp("The end of that window; when not given, the last key's end.", valueName: "time"))
    var end: Int64?

    func run() throws {
        let file = try CaseKeyFile(keys == "-" ? standardInput() : Folder.contents(of: keys), name: keys)
        let window = window(of: file.keys + file.revisedKeys)
        guard window.start < window.end else {
            throw CommandFailure("the window ends (\(window.end)) no later than it starts (\(window.start))")
        }
        let info = CaseSigner(key: try SigningKey(file: sign), keyID: keyId, keyVersion: keyVersion)
        let header = CaseExportHeader(
            start: Timestamp(seconds: window.start), end: Timestamp(seconds: window.end), region: region)
        let writer = try CaseExportWriter(header: header, keys: file.keys, revisedKeys: file.revisedKeys)
        try Folder.replace(out, with: writer.archive(signedBy: [info]))
        // An export is published: whoever fetches or imports it must be able to read it.
        _ = unsafe chmod(out, 0o644)
    }

    private func window(of keys: [CaseKey]) -> (start: Int64, end: Int64) {
        let first = keys.map { Int64($0.rollingStart) * 600 }.min() ?? Daemon.now.day.start.seconds
        let last = keys.map { (Int64($0.rollingStart) + Int64($0.rollingPeriod)) * 600 }.max()
        return (start ?? first, end ?? last ?? Daemon.now.day.end.seconds)
    }
}

/// All of standard input.
func standardInput() -> [UInt8] {
    var bytes: [UInt8] = []
    while let line = readLine(strippingNewline: false) { bytes += Array(line.utf8) }
    return bytes
}

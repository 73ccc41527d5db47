// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Beacon
internal import Cases

struct ExportShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a case export says, without checking its signature.",
        discussion: """
            Examples:
              bluezonectl export show cases.zip
              bluezonectl export show cases.zip --json | jq '.keys | length'

            \(ExitStatus.help)
            """)

    @Argument(help: "The case export.")
    var file: String

    @Flag(help: "Print JSON for programs instead of text for people.")
    var json = false

    func run() throws {
        let export = ExportText(
            export: try CaseFile.named(file) { () throws(CaseError) in
                try CaseExport(CaseFile.source(file), trust: .nobody)
            })
        print(json ? export.json.text : export.text)
    }
}

/// What `export show` prints.
struct ExportText {
    let export: CaseExport

    /// The header in aligned lines, then one key a line.
    var text: String {
        let header = export.header
        let signers = header.signatureInfos.map(\.keyName).joined(separator: ", ")
        let lines = [
            "Region:  \(header.region)",
            "Window:  \(header.start.description) to \(header.end.description)",
            "Batch:   \(header.batchNumber) of \(header.batchSize)",
            "Signer:  \(signers.isEmpty ? "nobody" : signers) (not checked)",
            "Keys:    \(export.keys.count), \(export.revisedKeys.count) revised",
        ]
        return (lines + export.keys.map(line) + export.revisedKeys.map { line($0) + "  revised" })
            .joined(separator: "\n")
    }

    private func line(_ key: CaseKey) -> String {
        let onset = key.daysSinceOnset.map { "  onset \($0 < 0 ? "" : "+")\($0) d" } ?? ""
        return "  \(key.key.bytes.hex)  from \(Timestamp(seconds: Int64(key.rollingStart) * 600).description)  "
            + "\(key.rollingPeriod) intervals  \(key.reportType)\(onset)"
    }

    /// The export for programs; times are Unix seconds.
    var json: JSON {
        let header = export.header
        return .object([
            .init("start", .integer(header.start.seconds)),
            .init("end", .integer(header.end.seconds)),
            .init("region", .string(header.region)),
            .init(
                "batch",
                .object([
                    .init("num", .integer(Int64(header.batchNumber))),
                    .init("size", .integer(Int64(header.batchSize))),
                ])),
            .init(
                "signatureInfos",
                .array(
                    header.signatureInfos.map { info in
                        .object([
                            .init("keyId", .string(info.keyID)), .init("keyVersion", .string(info.keyVersion)),
                            .init("algorithm", .string(info.algorithm)),
                        ])
                    })),
            .init("keys", .array(export.keys.map(\.json))),
            .init("revisedKeys", .array(export.revisedKeys.map(\.json))),
        ])
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Cases

struct ExportVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a case export's form and signature.",
        discussion: """
            Exits with 0 when the export is whole and the key's owner signed it, else with 1 and the reason.

            Example:
              bluezonectl export verify cases.zip --key 452-v1.pem

            \(ExitStatus.help)
            """)

    @Argument(help: "The case export.")
    var file: String

    @Option(help: ArgumentHelp("The authority's public key, P-256 in PEM.", valueName: "file"))
    var key: String

    func run() throws {
        let keys = AuthorityKeys(picked: try AuthorityKey(file: key))
        let receipt = try CaseFile.named(file) { () throws(CaseError) in
            try CaseExportReader.verify(CaseFile.source(file), keys: keys)
        }
        let count = Quantity.count(receipt.keyCount + receipt.revisedKeyCount, "key", "keys")
        print("\(file): good signature, \(count)")
    }
}

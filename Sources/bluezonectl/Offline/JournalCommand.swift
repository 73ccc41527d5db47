// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import FoundationEssentials
internal import Journal
internal import Platform

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Write, read and check an encounter journal; needs no daemon.",
        discussion: """
            The daemon's own journal is /var/lib/bluezone/journal and needs root to read. docs/journal-format.md has
            the format.

            Examples:
              sudo bluezonectl journal verify /var/lib/bluezone/journal
              sudo bluezonectl journal dump /var/lib/bluezone/journal --json | wc -l

            Where a credential seals the journal's keys, systemd hands it over:
              sudo systemd-run --pipe --wait -p LoadCredentialEncrypted=bluezone.journal \\
                bluezonectl journal verify /var/lib/bluezone/journal

            \(ExitStatus.help)
            """,
        subcommands: [JournalLoadCommand.self, JournalDumpCommand.self, JournalVerifyCommand.self])

    /// A reader of a folder that is there.
    static func reader(_ folder: String, credential: String? = nil) throws -> JournalReader {
        guard Folder.exists(folder) else { throw CommandFailure("there is no folder \(folder)") }
        return JournalReader(folder: folder, credential: self.credential(credential))
    }

    /// The credential in `file`, else the one that systemd hands over, if it does.
    static func credential(_ file: String?) -> JournalCredential? {
        if let file { return JournalCredential(file: file) }
        return JournalCredential(systemdFolder: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
    }
}

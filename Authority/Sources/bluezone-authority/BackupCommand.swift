// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import AuthorityServer
internal import AuthorityStore

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write all of an authority to one file, while it serves.",
        discussion: """
            The keys that sign and the secret are in the file, which nobody but you can read: keep it as you keep them.
            A store in a PostgreSQL database is not; make its backup first, with pg_dump.

            Example:
              bluezone-authority backup /var/lib/bluezone-authority /mnt/safe/authority-2026-11-21.tar
            """)

    @Argument(help: "The authority's folder.")
    var folder: String

    @Argument(help: "The file to write, which must not be there.")
    var file: String

    func run() async throws {
        let place = AuthorityFolder(folder)
        let backup = Backup(of: place)
        print("\(try backup.write(to: file)) files are in \(file), the keys and the secret among them: keep it safe")
        if try backup.hasDatabase { print("The store is in a database and not in this file; pg_dump is for that") }
        await place.note(.backupTaken, file: file)
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make an authority's folder from a backup.",
        discussion: """
            The backup is checked first; of one that is damaged nothing is restored. Take care that the old authority does
            not go on anywhere: two with the same keys contradict each other.

            Example:
              bluezone-authority restore /mnt/safe/authority-2026-11-21.tar /var/lib/bluezone-authority
            """)

    @Argument(help: "The backup.")
    var file: String

    @Argument(help: "The folder to make, which must be new or empty.")
    var folder: String

    func run() async throws {
        let place = AuthorityFolder(folder)
        let count = try Restoration(file).restore(to: place)
        print("\(count) files restored to \(folder)")
        if try Backup(of: place).hasDatabase {
            // Nothing is written there: tables would stand in pg_restore's way.
            print("The store is in a database and was not in this file; pg_restore is for that")
        } else {
            await place.note(.backupRestored, file: file)
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser

@main
struct AuthorityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bluezone-authority",
        abstract: "The health authority's server: issues codes, takes keys in, publishes case exports.",
        discussion: """
            One folder holds everything: keys, settings, the store and the files for everybody.

            Examples:
              bluezone-authority init /var/lib/bluezone-authority
              bluezone-authority serve /var/lib/bluezone-authority
              bluezone-authority issue /var/lib/bluezone-authority --class f0 --symptom-date 2026-11-18
            """,
        subcommands: [
            InitCommand.self, ServeCommand.self, IssueCommand.self, ExportCommand.self, RevokeCommand.self,
            PolicyCommand.self, OfficialCommand.self, APIKeyCommand.self, BackupCommand.self, RestoreCommand.self,
        ])
}

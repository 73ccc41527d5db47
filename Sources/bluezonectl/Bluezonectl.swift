// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Control

/// The root command: a list of verbs.
struct Bluezonectl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bluezonectl",
        abstract: "Look at and control the contact-tracing daemon bluezoned.",
        discussion: """
            Without a verb it shows the status. The verbs derive, export, journal and match --journal need no daemon.

            Examples:
              bluezonectl
              bluezonectl status --json
              bluezonectl alerts
              bluezonectl pause 4h

            \(ExitStatus.help)
            """,
        version: "bluezonectl \(BluezoneVersion.current)",
        subcommands: [
            StatusCommand.self, AlertsCommand.self, NearbyCommand.self, PauseCommand.self, ResumeCommand.self,
            ForgetCommand.self, PublishCommand.self, CalibrateCommand.self, MatchCommand.self, ConfigCommand.self,
            DeriveCommand.self,
            ExportCommand.self, JournalCommand.self, GateCommand.self,
        ],
        defaultSubcommand: StatusCommand.self)
}

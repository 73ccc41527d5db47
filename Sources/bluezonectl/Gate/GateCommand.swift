// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser

/// A group of verbs; without one it watches.
struct GateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Tell at an entrance whether somebody with a working beacon is within about a metre.",
        discussion: """
            Without a verb it watches. What the counts mean, and what is kept: bluezonectl-gate(1).

            Examples:
              bluezonectl gate
              bluezonectl gate --full-screen --language vi
              bluezonectl gate counts --since 2026-11-01 --csv

            \(ExitStatus.help)
            """,
        subcommands: [GateWatchCommand.self, GateCountsCommand.self],
        defaultSubcommand: GateWatchCommand.self)
}

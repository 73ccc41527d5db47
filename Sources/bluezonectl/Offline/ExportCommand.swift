// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Make, show and check case exports; needs no daemon.",
        discussion: """
            Examples:
              bluezonectl export show cases.zip
              bluezonectl export verify cases.zip --key /etc/bluezone/keys.d/452-v1.pem

            \(ExitStatus.help)
            """,
        subcommands: [ExportMakeCommand.self, ExportShowCommand.self, ExportVerifyCommand.self])
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Control

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "End a pause.",
        discussion: """
            Examples:
              bluezonectl resume

            \(ExitStatus.help)
            """)

    func run() async throws {
        try await Daemon.with { try await $0.resume() }
        print("Bluezone goes on.")
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Control

struct AlertsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "List the alerts: on which days you were near a case, and for how long.",
        discussion: """
            Examples:
              bluezonectl alerts
              bluezonectl alerts --json
              bluezonectl alerts --exit-code

            \(ExitStatus.help)
            """)

    @OptionGroup var output: OutputOptions

    @Flag(help: "Exit with 10 when there is an alert.")
    var exitCode = false

    func run() async throws {
        let alerts = try await Daemon.with { try await $0.alerts() }
        print(
            output.json
                ? JSON.object([schema, .init("alerts", .array(alerts.map(\.json)))]).text
                : AlertsText(alerts: alerts, style: output.style).text)
        if exitCode && !alerts.isEmpty { throw CommandFailure(.exposureFound) }
    }
}

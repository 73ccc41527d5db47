// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Control
internal import Glibc

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what the daemon does, what it heard, and whether you were near a case (the default).",
        discussion: """
            Examples:
              bluezonectl
              bluezonectl status --json
              bluezonectl status --watch
              bluezonectl status --exit-code >/dev/null; test $? -eq 10 && echo "exposure found"

            \(ExitStatus.help)
            """)

    @OptionGroup var output: OutputOptions

    @Flag(name: .shortAndLong, help: "Show it again at every change, until interrupted; with --json one object a line.")
    var watch = false

    @Flag(help: "Exit with 10 when an alert stands.")
    var exitCode = false

    func run() async throws {
        let style = output.style
        if watch { return try await follow(style) }
        let status = try await Daemon.with { try await $0.status() }
        print(rendered(status, style))
        if exitCode && status.alertLevel != .none { throw CommandFailure(.exposureFound) }
        if status.state.isBluetoothUnusable { throw CommandFailure(.bluetoothUnusable) }
    }

    private func rendered(_ status: StationStatus, _ style: Style) -> String {
        output.json ? status.json.text : StatusText(status: status, now: Daemon.now, style: style).text
    }

    /// Outlives the daemon: its absence is shown like any other state.
    private func follow(_ style: Style) async throws {
        let clearing = output.clearing
        var shown = ""
        try await Daemon.with { client in
            try await client.followChanges { () async throws(ControlError) in
                let text: String
                do throws(ControlError) {
                    text = rendered(try await client.status(), style)
                } catch {
                    guard error == .notRunning || error == .busUnreachable else { throw error }
                    text =
                        output.json
                        ? JSON.object([schema, .init("state", .string("not-running"))]).text
                        : CommandFailure(error).description
                }
                if text == shown { return }
                shown = text
                print(clearing + text)
                fflush(nil)
            }
        }
    }
}

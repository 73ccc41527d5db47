// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Control
internal import Glibc

struct NearbyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nearby",
        abstract: "Show how many identifiers are heard now, the strongest first.",
        discussion: """
            An identifier is never shown in full: three bytes tell the lines apart. Whoever is shown here was in range;
            that does not mean contact with a case.

            Examples:
              bluezonectl nearby
              bluezonectl nearby --watch
              bluezonectl nearby --json

            \(ExitStatus.help)
            """)

    @OptionGroup var output: OutputOptions

    @Flag(
        name: .shortAndLong, help: "Show it again every two seconds, until interrupted; with --json one object a line.")
    var watch = false

    func run() async throws {
        let style = output.style
        let clearing = output.clearing
        try await Daemon.with { client in
            guard watch else { return print(try await rendered(client, style)) }
            while true {
                print(clearing + (try await rendered(client, style)))
                fflush(nil)
                try await Task.sleep(for: .seconds(2))
            }
        }
    }

    private func rendered(_ client: ControlClient, _ style: Style) async throws -> String {
        let beacons = try await client.nearby()
        if beacons.isEmpty {
            let state = try await client.status().state
            if state.isBluetoothUnusable {
                throw CommandFailure(
                    .bluetoothUnusable, "Bluetooth cannot be used (\(state.rawValue)); see: bluezonectl status")
            }
        }
        guard output.json else { return NearbyText(beacons: beacons, style: style).text }
        return JSON.object([schema, .init("nearby", .array(beacons.map(\.json)))]).text
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Control
internal import Platform
internal import Publishing
internal import Settings

struct ForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Delete everything that Bluezone stores on this device, and start anew with fresh keys.",
        discussion: """
            Deletes the encounter journal, your own keys, the imported case keys, the alerts and what waits to be published; it
            asks first. Alerts that were written to the system log stay there, with their day and minutes.

            Examples:
              bluezonectl forget
              bluezonectl forget --yes

            \(ExitStatus.help)
            """)

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    func run() async throws {
        guard yes || ForgetCommand.isConsent(ask()) else {
            throw CommandFailure("nothing was deleted; to delete without being asked: bluezonectl forget --yes")
        }
        try await Daemon.with { try await $0.forget() }
        forgetPublications()
        print("Everything is deleted. Alerts in the system log stay: journalctl -u bluezoned shows them.")
    }

    /// What is on its way to the health authority goes too. Without the socket nothing ever came there.
    private func forgetPublications() {
        let socket = (try? Settings.load())?.publish.socket ?? Settings().publish.socket
        guard Folder.exists(socket) else { return }
        do {
            _ = try Outbox(socket: socket, program: nil, config: nil).ask(.forget)
        } catch {
            writeError("bluezonectl: what waits to be published could not be dropped: \(error)\n")
        }
    }

    private func ask() -> String? {
        writeError(
            """
            This deletes what this device heard in the last days, its keys, and all alerts. Nobody can bring it back,
            and encounters of the last days will never be compared with cases. Delete everything? [y/N]\u{20}
            """)
        return readLine()
    }

    /// Whether an answer is a clear yes, in English or Vietnamese; anything else, and the end of the input, is a no.
    static func isConsent(_ answer: String?) -> Bool {
        ["y", "yes", "có", "co"].contains(answer?.lowercased() ?? "")
    }
}

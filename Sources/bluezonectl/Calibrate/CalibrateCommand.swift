// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Control
internal import Platform
internal import Settings

struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Measure at one metre how strongly this adapter sends and how well it hears.",
        discussion: """
            Asks you to put a phone with a contact-tracing app, or a second board with bluezoned, one metre away, and walks
            you through two measurements; either may be left out. The result goes to /etc/bluezone/adapters.toml, where an
            adapter of the same model finds it; without the right to write there it is only shown.

            Examples:
              sudo bluezonectl calibrate
              sudo bluezonectl calibrate --reference-power=-23 --reference-correction=4
              bluezonectl calibrate --print

            \(ExitStatus.help)
            """)

    @Option(
        help: ArgumentHelp(
            "dBm that the other device radiates, if you know it: its maker's calibration, or what this command said there.",
            valueName: "dBm"))
    var referencePower: Int8?

    @Option(
        help: ArgumentHelp(
            "dB to add to what the other device says it hears, if you know it.", valueName: "dB"))
    var referenceCorrection: Int8?

    @Flag(name: .customLong("print"), help: "Only show the result, change nothing.")
    var isOnlyShown = false

    private static let file = "/etc/bluezone/adapters.toml"

    func validate() throws {
        if let referencePower, !(-60...20).contains(referencePower) {
            throw ValidationError("--reference-power is -60 to 20 dBm")
        }
        if let referenceCorrection, !(-30...30).contains(referenceCorrection) {
            throw ValidationError("--reference-correction is -30 to 30 dB")
        }
    }

    func run() async throws {
        let style = Style(language: MessageLanguage(environment: environmentValue))
        try await Daemon.with { client in
            let status = try await client.status()
            guard !status.adapter.isEmpty, !status.state.isBluetoothUnusable else {
                throw CommandFailure(
                    .bluetoothUnusable, "Bluetooth cannot be used (\(status.state.rawValue)); see: bluezonectl status")
            }
            let dialogue = CalibrationDialogue(
                status: status, style: style, referencePower: referencePower, referenceCorrection: referenceCorrection,
                look: { try await client.nearby() }, rest: { try await Task.sleep(for: .seconds(1)) },
                ask: { text in
                    writeError(text)
                    return readLine()
                }, show: { writeError($0 + "\n") })
            guard let row = try await dialogue.run() else {
                throw CommandFailure("nothing was measured, nothing was changed")
            }
            let model = status.adapterModel.isEmpty ? AdapterTable.anyModel : status.adapterModel
            print(row.text(model: model), terminator: "")
            if !isOnlyShown { try write(row, model) }
        }
    }

    private func write(_ row: AdapterCalibration, _ model: String) throws {
        do throws(SystemError) {
            let old = Folder.exists(Self.file) ? try Folder.text(of: Self.file) : ""
            let text = AdapterFile.text(old, setting: row, of: model)
            try Folder.replace(Self.file, with: Array(text.utf8), isPublic: true)
        } catch {
            throw CommandFailure(
                error.isNotPermitted ? .notPermitted : .failure,
                "it was not stored (\(error)): put the lines above into \(Self.file) as root")
        }
        writeError("Stored in \(Self.file). To use it: sudo systemctl reload bluezoned\n")
    }
}

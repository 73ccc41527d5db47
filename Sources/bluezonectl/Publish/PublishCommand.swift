// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Beacon
internal import Control
internal import Publishing
internal import Settings

struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish your keys of the days you agree to, with a code of the health authority.",
        discussion: """
            Shows what will be sent (days, formats, number of keys, nothing else), asks,
            and lets you leave out days. Whoever was near you on these days may then be
            warned. Today's key is closed first and another takes its place. What could
            not be sent goes on by itself, and with another code after a wrong one;
            nobody is asked again.

            Examples:
              bluezonectl publish --code 12345678
              bluezonectl publish --code 12345678 --leave-out 2026-11-18
              bluezonectl publish --status
              bluezonectl publish --withdraw

            \(ExitStatus.help)
            """)

    @Option(
        help: ArgumentHelp("The health authority's code: 8 digits, or the 16 letters of a link.", valueName: "code"))
    var code: PublishCode?

    @Option(help: ArgumentHelp("A UTC day whose keys stay here; may be repeated.", valueName: "YYYY-MM-DD"))
    var leaveOut: [UTCDay] = []

    @Flag(name: .shortAndLong, help: "Do not ask: what would be shown is agreed.")
    var yes = false

    @Flag(name: .customLong("status"), help: "Say how it stands, and send nothing.")
    var isAsking = false

    @Flag(name: .customLong("withdraw"), help: "Drop what was agreed and is not sent.")
    var isWithdrawing = false

    @Option(
        help: ArgumentHelp(
            "Start this bluezone-sync, as the user you are, in place of asking systemd's.", valueName: "path"))
    var program: String?

    @Option(help: ArgumentHelp("Read this configuration in place of the installed one.", valueName: "file"))
    var config: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !(isAsking && isWithdrawing), code == nil || !(isAsking || isWithdrawing) else {
            throw ValidationError("--status and --withdraw stand alone")
        }
    }

    func run() async throws {
        let settings = try Settings.load(config.map { .file($0) } ?? .system)
        let outbox = Outbox(socket: settings.publish.socket, program: program, config: config)
        let style = Style(language: output.style.language)
        if isAsking || isWithdrawing {
            let report = try outbox.ask(isAsking ? .ask : .withdraw)
            return show(PublishText(report: report, style: style), isEnd: false)
        }
        let server = settings.publish.server?.description ?? ""
        let report = try await Daemon.with { client in
            try await PublishDialogue(
                server: server, code: code, leftOut: Set(leaveOut), isAgreed: yes, style: style,
                send: { try outbox.ask($0) }, list: { try await client.publishable() },
                take: { try await client.handOutKeys(of: $0) },
                question: { text in
                    writeError(text)
                    return readLine()
                }, show: { writeError($0 + "\n") }
            ).run()
        }
        let text = PublishText(report: report, style: style)
        show(text, isEnd: true)
        if report.state != .done { throw CommandFailure(.failure, output.json ? "" : text.verdict) }
    }

    /// Programs get all of it; people the verdict, which stands on standard error when it is none they wished for.
    private func show(_ text: PublishText, isEnd: Bool) {
        if output.json {
            print(text.json.text)
        } else if !isEnd || text.report.state == .done {
            print(text.verdict)
        }
    }
}

extension PublishCode: ExpressibleByArgument {
    init?(argument: String) { self.init(argument) }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Bus
internal import Control
internal import Platform
internal import Settings

extension MessageLanguage: ExpressibleByArgument {}

struct GateWatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show live whether somebody is there, until interrupted (the default).",
        discussion: """
            Who cannot be heard is not missing for certain: while bluezoned does not run, is paused, has no adapter or rests
            between two scans, the answer is neither yes nor no, and says why.

            Examples:
              bluezonectl gate
              bluezonectl gate --full-screen
              bluezonectl gate --page /run/user/1000/gate.html --language vi
              bluezonectl gate --near -65 --json

            \(ExitStatus.help)
            """)

    @Flag(help: "Fill the terminal: green with YES, dark with NO, yellow where nobody can say.")
    var fullScreen = false

    @Flag(help: "Draw with ASCII alone, for displays whose font has no Vietnamese letters.")
    var ascii = false

    @Option(help: ArgumentHelp("Besides, keep a web page in this file that shows the same.", valueName: "file"))
    var page: String?

    @Flag(help: "Print a JSON object at each change.")
    var json = false

    @Flag(help: "Print a line of CSV at each change.")
    var csv = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Signal from on which somebody is near, instead of [Gate] NearSignal.", valueName: "dBm"))
    var near: Int8?

    @Option(help: ArgumentHelp("The language: en or vi, instead of the locale's.", valueName: "language"))
    var language: MessageLanguage?

    @Flag(help: "Run as bluezone-gate.service: counts and page go into the folders that systemd gives.")
    var service = false

    @Flag(help: "Only write the page that says that the gate is closed, and end.")
    var closed = false

    @Option(help: ArgumentHelp("Read this configuration alone instead of the system's.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Colour the text: never, auto or always.", valueName: "when"))
    var color = ColourChoice.auto

    func validate() throws {
        if [fullScreen, json, csv].count(where: { $0 }) > 1 {
            throw ValidationError("--full-screen, --json and --csv exclude one another")
        }
        if let near, !(-100...(-20)).contains(near) { throw ValidationError("--near is -100 to -20 dBm") }
        if let page, page.isEmpty { throw ValidationError("--page is the name of a file") }
    }

    func run() async throws {
        let place = config.map { SettingsPlace.file($0) } ?? .system
        let settings = try Settings.load(place)
        let words = GateWords(style: style(settings), time: .system)
        let pagePath = page ?? folder("RUNTIME_DIRECTORY").map { $0 + "/index.html" }
        if closed { return try close(pagePath, words) }
        if fullScreen && !Terminal.isPresent {
            throw CommandFailure("--full-screen needs a terminal on standard output")
        }
        let counts = try countFile(settings.gate.retentionDays)
        var displays = pagePath.map { [PageDisplay(path: $0, page: GatePage(words: words)) as any GateDisplay] } ?? []
        displays.append(standardOutput(words))
        if service { displays.append(LogDisplay(words: words)) }
        let ear = GateEar(bus: Bus(), place: place, hold: settings.gate.hold)
        let run = GateRun(ear: ear, time: .system, displays: displays, counts: counts)
        await run.run(near: near ?? settings.gate.nearSignal)
    }

    private func standardOutput(_ words: GateWords) -> any GateDisplay {
        if json { return LineDisplay(line: GateLines.json) }
        if csv { return LineDisplay(header: GateLines.header, line: GateLines.csv) }
        if fullScreen || service && Terminal.isPresent { return ScreenDisplay(words: words, isPlain: ascii) }
        if service { return LineDisplay { _ in "" } }
        let clearing = Terminal.isPresent ? "\u{1B}[H\u{1B}[2J" : ""
        return LineDisplay { clearing + (ascii ? PlainLetters.of(text($0, words)) : text($0, words)) }
    }

    private func text(_ view: GateView, _ words: GateWords) -> String { GateLines.text(view, words: words) }

    /// A service speaks the language of the station's alerts, a person's terminal that of the locale.
    private func style(_ settings: Settings) -> Style {
        let configured: MessageLanguage = settings.station.language == .vietnamese ? .vietnamese : .english
        return Style(
            isColoured: color.isOn(isTerminal: Terminal.isPresent, environment: environmentValue),
            language: language ?? (service ? configured : MessageLanguage(environment: environmentValue)))
    }

    private func countFile(_ days: Int) throws -> (file: CountFile, days: Int)? {
        guard service else { return nil }
        guard let folder = folder("STATE_DIRECTORY") else {
            throw CommandFailure(
                "--service is for systemd, which says in STATE_DIRECTORY where counts are kept; without it the gate "
                    + "shows itself and keeps nothing")
        }
        return (CountFile(path: folder + "/counts.csv"), days)
    }

    /// A folder that systemd gave the service; the first of several.
    private func folder(_ name: String) -> String? {
        guard service || closed else { return nil }
        return environmentValue(name)?.split(separator: ":").first.map(String.init)
    }

    private func close(_ path: String?, _ words: GateWords) throws {
        guard let path else { throw CommandFailure("--closed needs --page FILE, or systemd's RUNTIME_DIRECTORY") }
        let view = GateView(verdict: .unknown(.closed), quarter: Quarter(at: Daemon.now), now: Daemon.now)
        try GatePage.store(GatePage(words: words).text(view), at: path)
    }
}

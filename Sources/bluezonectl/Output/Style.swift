// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Control
internal import Glibc

/// When to colour what people read.
enum ColourChoice: String, CaseIterable, ExpressibleByArgument {
    case never, auto, always

    /// Whether to colour: `always` and `never` are the person's own word; `auto` colours on a terminal that is not
    /// dumb, unless NO_COLOR holds anything (no-color.org).
    func isOn(isTerminal: Bool, environment value: (String) -> String?) -> Bool {
        switch self {
        case .never: false
        case .always: true
        case .auto: isTerminal && (value("NO_COLOR") ?? "").isEmpty && value("TERM") != "dumb"
        }
    }
}

/// How text for people looks: in which language, and whether in colour.
struct Style: Equatable {
    enum Colour: String {
        case good = "32"
        case caution = "33"
        case bad = "1;31"
        case faint = "2"
    }

    var isColoured = false
    var language = MessageLanguage.english

    /// `text` in `colour`, or plain.
    func paint(_ text: String, _ colour: Colour) -> String {
        isColoured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// The English or the Vietnamese words.
    func say(_ english: String, _ vietnamese: String) -> String {
        switch language {
        case .english: english
        case .vietnamese: vietnamese
        }
    }
}

/// The options of every command that shows something.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON for programs instead of text for people.")
    var json = false

    @Option(help: ArgumentHelp("Colour the text: never, auto or always.", valueName: "when"))
    var color = ColourChoice.auto

    /// The style for this process's standard output.
    var style: Style {
        Style(
            isColoured: color.isOn(isTerminal: isatty(STDOUT_FILENO) == 1, environment: environmentValue),
            language: MessageLanguage(environment: environmentValue))
    }

    /// What to write before text that takes the place of the last: clears a terminal, nothing elsewhere.
    var clearing: String { isatty(STDOUT_FILENO) == 1 && !json ? "\u{1B}[H\u{1B}[2J" : "" }
}

/// The value of an environment variable; nil when it is not set.
func environmentValue(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
}

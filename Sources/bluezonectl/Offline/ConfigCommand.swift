// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Settings

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print the merged configuration, and where each value comes from.",
        discussion: """
            Reads the files as the daemon does at its start or reload; a file that the daemon would refuse is refused
            here too, with file, line and what would be right.

            Examples:
              bluezonectl config
              bluezonectl config --json
              bluezonectl config --file ./bluezone.conf

            \(ExitStatus.help)
            """)

    @Flag(help: "Print JSON for programs instead of text for people.")
    var json = false

    @Option(help: ArgumentHelp("Read this file alone instead of the system's files.", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("Read the system's files below this folder.", valueName: "folder"))
    var root: String?

    func validate() throws {
        if file != nil && root != nil { throw ValidationError("--file and --root exclude one another") }
    }

    func run() throws {
        let settings = try Settings.load(file.map { .file($0) } ?? .installed(root: root ?? ""))
        print(json ? ConfigText(entries: settings.entries).json.text : ConfigText(entries: settings.entries).text)
    }
}

/// What `config` prints: the settings in force as a configuration file that says the same, origins as comments.
struct ConfigText {
    let entries: [SettingsEntry]

    /// Sections and `Key=Value` lines, each followed by its origin. Comments stand on lines of their own, so that the
    /// text can be read back.
    var text: String {
        var lines: [String] = []
        var section = ""
        for entry in entries {
            if entry.section != section {
                if !lines.isEmpty { lines.append("") }
                lines.append("[\(entry.section)]")
                section = entry.section
            }
            lines.append("# \(entry.origin)")
            lines.append("\(entry.key)=\(entry.value)")
        }
        return lines.joined(separator: "\n")
    }

    /// The settings for programs; file and line are null for a default.
    var json: JSON {
        .object([
            schema,
            .init(
                "settings",
                .array(
                    entries.map { entry in
                        let (file, line) = ConfigText.place(entry.origin)
                        return .object([
                            .init("section", .string(entry.section)), .init("key", .string(entry.key)),
                            .init("value", .string(entry.value)), .init("file", file), .init("line", line),
                        ])
                    })),
        ])
    }

    private static func place(_ origin: SettingsOrigin) -> (file: JSON, line: JSON) {
        switch origin {
        case .standard: (.null, .null)
        case .line(let file, let number): (.string(file), .integer(Int64(number)))
        }
    }
}

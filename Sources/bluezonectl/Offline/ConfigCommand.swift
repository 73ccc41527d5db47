// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Control
internal import Settings

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print the merged configuration, and where each value comes from.",
        discussion: """
            Reads the files as the daemon does at its start or reload; a file that the daemon would refuse is refused
            here too, with file, line and what would be right. Of the system's configuration a running daemon knows more: the
            thresholds of the health authority's policy, which stand below as a comment.

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

    func run() async throws {
        let settings = try Settings.load(file.map { .file($0) } ?? .installed(root: root ?? ""))
        // A daemon that does not run keeps nobody from reading the files.
        let status = file == nil && root == nil ? try? await Daemon.with { try await $0.status() } : nil
        let text = ConfigText(entries: settings.entries, status: status)
        print(json ? text.json.text : text.text)
    }
}

/// What `config` prints: the settings in force as a configuration file that says the same, origins as comments.
struct ConfigText {
    let entries: [SettingsEntry]
    /// What the daemon says that runs by them; nil without one.
    var status: StationStatus?

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
        return (lines + policy).joined(separator: "\n")
    }

    /// The authority's policy as a comment: [Policy] wins over it.
    private var policy: [String] {
        guard let status, status.policySerial > 0 else { return [] }
        let whose = "policy \(status.policySerial) of \(status.policyRegion), signed by \(status.policySigner)"
        return ["", "# In force by the health authority's \(whose), where [Policy] above says nothing else:"]
            + status.policyEntries.map { "# " + $0 }
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
            .init("policyEntries", .array((status?.policyEntries ?? []).map { .string($0) })),
        ])
    }

    private static func place(_ origin: SettingsOrigin) -> (file: JSON, line: JSON) {
        switch origin {
        case .standard: (.null, .null)
        case .line(let file, let number): (.string(file), .integer(Int64(number)))
        }
    }
}

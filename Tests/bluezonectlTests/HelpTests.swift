// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Control
import Testing

@testable import bluezonectl

@Suite struct HelpTests {
    /// Every command, the root first.
    static let commands: [any ParsableCommand.Type] = descendants(of: Bluezonectl.self)

    static func descendants(of command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
        [command] + command.configuration.subcommands.flatMap(descendants)
    }

    @Test func `every command explains itself with an example and the exit statuses`() {
        #expect(Self.commands.count > 6)
        for command in Self.commands {
            let help = Bluezonectl.helpMessage(for: command, columns: 100)
            let name = command.configuration.commandName ?? "\(command)"
            #expect(!command.configuration.abstract.isEmpty, "\(name)")
            #expect(help.contains("USAGE: bluezonectl"), "\(name)")
            #expect(help.contains("Example"), "\(name)")
            #expect(help.contains("Exit status:\n  0   done"), "\(name)")
        }
    }

    @Test func `every exit status is in the help`() {
        for status in ExitStatus.allCases { #expect(ExitStatus.help.contains("\n  \(status.rawValue)  ")) }
    }

    @Test func `the version is one line on standard output`() async throws {
        let outcome = try await Tool.run(["--version"])
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.output == "bluezonectl \(BluezoneVersion.current)\n")
    }

    @Test func `status is what happens without a verb`() throws {
        #expect(try Bluezonectl.parseAsRoot([]) is StatusCommand)
        #expect(try Bluezonectl.parseAsRoot(["--json"]) is StatusCommand)
    }
}

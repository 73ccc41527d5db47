// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Foundation
import Testing

@testable import bluezonectl

/// bluezonectl(1) against the tool.
@Suite struct ManualTests {
    static let text: String = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return (try? String(contentsOf: package.appendingPathComponent("docs/man/bluezonectl.1"), encoding: .utf8))
            ?? ""
    }()

    @Test func `every verb has an entry`() {
        func check(_ command: any ParsableCommand.Type, _ prefix: String) {
            for verb in command.configuration.subcommands {
                let name = prefix + (verb.configuration.commandName ?? "")
                let isGroup = !verb.configuration.subcommands.isEmpty
                #expect(isGroup || Self.text.firstRange(of: ".TP\n.B \(name)\n") != nil || name == "pause", "\(name)")
                check(verb, name + " ")
            }
        }
        check(Bluezonectl.self, "")
    }

    @Test(arguments: bluezonectl.ExitStatus.allCases)
    func `every exit status has an entry`(status: bluezonectl.ExitStatus) {
        #expect(Self.text.contains(".TP\n.B \(status.rawValue)\n"))
    }

    @Test func `every member of the status for programs is named`() throws {
        guard case .object(let members) = StatusTextTests.running.json else { return }
        for member in members { #expect(Self.text.contains("\"\(member.name)\""), "\(member.name)") }
    }
}

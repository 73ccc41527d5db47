// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import AuthorityServer

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Make the exports that are due, once.",
        discussion: """
            A server makes them by itself; this is for a machine that has only files to serve. A policy that is published is
            signed again if the keys that sign are others than before.

            Example:
              bluezone-authority export /var/lib/bluezone-authority
            """)

    @Argument(help: "The authority's folder.")
    var folder: String

    func run() async throws {
        let authority = try Authority(AuthorityFolder(folder))
        guard let outcome = try await CommandDesk.export(authority, now: .now) else {
            throw ValidationError("another process is making the exports now")
        }
        print(
            "\(outcome.files) files with \(outcome.keys) keys, padding included; \(outcome.retired) old files removed")
        let renewed = try await PolicyDesk(authority).renewSignatures(now: .now)
        if renewed > 0 { print("\(renewed) policies signed again, because other keys sign now") }
    }
}

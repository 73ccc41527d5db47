// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import AuthorityServer
internal import Beacon
internal import Cases

struct RevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take published keys back.",
        discussion: """
            For keys that nobody's code can take back: published with codes that were issued by a stolen API key, say. Who was
            confirmed by mistake gets a code instead, `issue --class none`: his device knows its keys, the server does not.

            The next export has the keys as revoked, and devices take back what they alerted because of them. Nothing brings a
            revoked key back.

            Examples:
              bluezone-authority revoke /var/lib/bluezone-authority --key 0f1e2d3c4b5a69788796a5b4c3d2e1f0
              bluezone-authority revoke /var/lib/bluezone-authority --export public/v1/VN/bz/1795251600-1795255200-00001.zip
            """)

    @Argument(help: "The authority's folder.")
    var folder: String

    @Option(name: .customLong("key"), help: ArgumentHelp("A key in hexadecimal digits.", valueName: "key"))
    var keys: [String] = []

    @Option(
        name: .customLong("export"), help: ArgumentHelp("An export, all keys of which are meant.", valueName: "file"))
    var exports: [String] = []

    func validate() throws {
        guard !keys.isEmpty || !exports.isEmpty else { throw ValidationError("say which: --key or --export") }
        for key in keys where RevokeDesk.key(hexadecimal: key) == nil {
            throw ValidationError("'\(key)' is no key: 32 or 64 hexadecimal digits")
        }
    }

    func run() async throws {
        let desk = RevokeDesk(try Authority(AuthorityFolder(folder)))
        var bytes = keys.compactMap { RevokeDesk.key(hexadecimal: $0) }
        for file in exports { bytes += try desk.keys(inExport: file) }
        let count = try await desk.revoke(bytes, from: exports, who: "root", way: "command", now: .now)
        print("\(count) keys were taken back; the next export says so.")
    }
}

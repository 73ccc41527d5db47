// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import AuthorityServer

struct APIKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api-key",
        abstract: "Keys of programs that issue codes: add, list, remove.",
        discussion: """
            A program sends its key in the header X-API-Key of POST /api/issue. A server that runs knows a new key at once, and
            refuses one that was removed with the next request. Where several servers share a database, copy the file
            api-keys to all of them.

            Examples:
              bluezone-authority api-key add /var/lib/bluezone-authority hospital-4
              bluezone-authority api-key remove /var/lib/bluezone-authority hospital-4
            """,
        subcommands: [AddAPIKey.self, ListAPIKeys.self, RemoveAPIKey.self])
}

struct AddAPIKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make a key. It is shown once and kept nowhere.")

    @Argument(help: "The authority's folder.")
    var folder: String

    @Argument(help: "Whose the key is: 1 to 32 letters, digits, dots, hyphens, underscores.")
    var name: String

    func validate() throws {
        guard APIKeyFile.isName(name) else {
            throw ValidationError("a name has 1 to 32 letters, digits, dots, hyphens and underscores")
        }
    }

    func run() async throws {
        let desk = APIKeyDesk(try Authority(AuthorityFolder(folder)), who: "root", way: "command")
        guard let key = try await desk.add(name, now: .now) else {
            throw ValidationError("there is an API key of the name \(name)")
        }
        print("API key of \(name), shown this once: \(key)")
    }
}

struct ListAPIKeys: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List whose the keys are.")

    @Argument(help: "The authority's folder.")
    var folder: String

    func run() throws {
        for name in try Authority(AuthorityFolder(folder)).apiKeys.names() { print(name) }
    }
}

struct RemoveAPIKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a key. Codes that were issued with it stay good.")

    @Argument(help: "The authority's folder.")
    var folder: String

    @Argument(help: "Whose the key is.")
    var name: String

    func run() async throws {
        let desk = APIKeyDesk(try Authority(AuthorityFolder(folder)), who: "root", way: "command")
        guard try await desk.remove(name, now: .now) else {
            throw ValidationError("there is no API key of the name \(name)")
        }
    }
}

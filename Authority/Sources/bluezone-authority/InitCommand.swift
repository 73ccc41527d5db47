// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import AuthorityServer

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new authority: keys, settings, an empty store, an API key.",
        discussion: """
            Keys and secrets get the permissions 0600. The API key is shown once and kept nowhere.

            Example:
              bluezone-authority init /var/lib/bluezone-authority --province VN-04 --province VN-HN
              bluezone-authority init /var/lib/bluezone-authority --store 'postgresql://authority@db.example.org/bluezone'
            """)

    @Argument(help: "The folder to make it in.")
    var folder: String

    @Option(help: ArgumentHelp("The country's region, whose exports hold all keys.", valueName: "code"))
    var region = "VN"

    @Option(help: ArgumentHelp("A region within it that has exports of its own; may be repeated.", valueName: "code"))
    var province: [String] = []

    @Option(help: ArgumentHelp("The id of the key for exports; usually the mobile country code.", valueName: "text"))
    var keyId = "452"

    @Option(help: ArgumentHelp("The version of that key.", valueName: "text"))
    var keyVersion = "v1"

    @Option(help: ArgumentHelp("Whose the first API key is.", valueName: "name"))
    var admin = "admin"

    @Option(help: ArgumentHelp("A PostgreSQL database as the store, instead of the folder.", valueName: "address"))
    var store: String?

    func run() async throws {
        var settings = AuthoritySettings()
        settings.region = region
        settings.provinces = province
        settings.store = store
        let made = try await CommandDesk.make(
            AuthorityFolder(folder), settings: settings, keyID: keyId, keyVersion: keyVersion, admin: admin, now: .now)
        print("Public key for devices, to put into /etc/bluezone/keys.d: \(made.publicKeyPath)")
        print("API key of \(admin), shown this once: \(made.apiKey)")
    }
}

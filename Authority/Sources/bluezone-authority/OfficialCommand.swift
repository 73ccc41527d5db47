// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import AuthorityModel
internal import AuthorityServer
internal import AuthorityStore
internal import Beacon

struct OfficialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "official",
        abstract: "Officials who work with the console: add, list, disable, enable, password.",
        discussion: """
            Passwords are asked for at the terminal and not shown; without a terminal they are the first line of the
            standard input. They have 12 characters or more.

            Examples:
              bluezone-authority official add /var/lib/bluezone-authority lan --role issuer --region VN-04
              bluezone-authority official disable /var/lib/bluezone-authority lan
            """,
        subcommands: [
            AddOfficial.self, ListOfficials.self, DisableOfficial.self, EnableOfficial.self, OfficialPassword.self,
        ])
}

extension Official.Role: ExpressibleByArgument {}

struct AddOfficial: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add an official.")

    @Argument(help: "The authority's folder.")
    var folder: String

    @Argument(help: "The name to sign in with: small letters, digits, dots, hyphens, underscores.")
    var name: String

    @Option(help: "reader sees figures, issuer also issues codes, supervisor also sees what all did and enters counts.")
    var role = Official.Role.issuer

    @Option(help: ArgumentHelp("Where codes may be issued for; the country when not given.", valueName: "code"))
    var region: String?

    func run() async throws {
        let authority = try Authority(AuthorityFolder(folder))
        let region = region ?? authority.settings.region
        guard authority.settings.regions.contains(region) else {
            throw ValidationError("the region is none of \(authority.settings.regions.joined(separator: ", "))")
        }
        guard let official = Official(name: name, role: role, region: region) else {
            throw ValidationError("a name has 1 to 32 small letters, digits, dots, hyphens and underscores")
        }
        let hash = try NewPassword.ask(for: name, cost: authority.passwordCost)
        guard try await authority.officials.add(official, password: hash, now: .now) else {
            throw ValidationError("there is an official of the name \(name)")
        }
    }
}

struct ListOfficials: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List officials: name, role, region, last sign-in (UTC), and whether disabled.")

    @Argument(help: "The authority's folder.")
    var folder: String

    func run() async throws {
        for entry in try await Authority(AuthorityFolder(folder)).console.officials() {
            let last = entry.lastSignIn.map { Timestamp(seconds: $0).day.description } ?? "never"
            let state = entry.isDisabled ? "  disabled" : ""
            print("\(entry.official.name)  \(entry.official.role.rawValue)  \(entry.official.region)  \(last)\(state)")
        }
    }
}

struct DisableOfficial: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Keep an official out, and end all sessions of that name.")

    @Argument(help: "The authority's folder.")
    var folder: String
    @Argument(help: "The official's name.")
    var name: String

    func run() async throws { try await Authority(AuthorityFolder(folder)).set(isDisabled: true, name) }
}

struct EnableOfficial: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Let an official in again.")

    @Argument(help: "The authority's folder.")
    var folder: String
    @Argument(help: "The official's name.")
    var name: String

    func run() async throws { try await Authority(AuthorityFolder(folder)).set(isDisabled: false, name) }
}

struct OfficialPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Set an official's password, and end all sessions of that name.")

    @Argument(help: "The authority's folder.")
    var folder: String
    @Argument(help: "The official's name.")
    var name: String

    func run() async throws {
        let authority = try Authority(AuthorityFolder(folder))
        let hash = try NewPassword.ask(for: name, cost: authority.passwordCost)
        guard try await authority.officials.set(password: hash, of: name, now: .now) else {
            throw ValidationError("there is no official of the name \(name)")
        }
    }
}

/// A password that is asked for, twice at a terminal.
private enum NewPassword {
    static func ask(for name: String, cost: PasswordHash.Cost) throws -> String {
        guard let password = TerminalInput.secret("Password of \(name)") else {
            throw ValidationError("no password was given")
        }
        switch PasswordHash.objection(to: password, name: name) {
        case .short: throw ValidationError("a password has \(PasswordHash.minimumLength) characters or more")
        case .long: throw ValidationError("the password has more than \(PasswordHash.maximumLength) bytes")
        case .plain:
            throw ValidationError("the password is too easily guessed: it has the name in it, or hardly any letters")
        case nil: break
        }
        if TerminalInput.isTerminal && TerminalInput.secret("Once more") != password {
            throw ValidationError("the passwords differ")
        }
        guard let hash = PasswordHash(of: password, cost: cost) else { throw ValidationError("no hash can be made") }
        return hash.text
    }
}

extension Authority {
    fileprivate var officials: OfficialDesk { OfficialDesk(self, who: "root", way: "command") }

    fileprivate func set(isDisabled: Bool, _ name: String) async throws {
        guard try await officials.set(isDisabled: isDisabled, name, now: .now) else {
            throw ValidationError("there is no official of the name \(name)")
        }
    }
}

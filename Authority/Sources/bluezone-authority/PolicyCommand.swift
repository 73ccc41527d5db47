// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import AuthorityServer
internal import AuthorityStore
internal import Beacon
internal import Cases

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Publish the thresholds that devices judge by, or show them.",
        subcommands: [SetPolicyCommand.self, ShowPolicyCommand.self])
}

struct SetPolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Sign thresholds and publish them beside the exports.",
        discussion: """
            The file has lines Key=value as in the section [Policy] of bluezone.conf(5); what it does not name is as the program
            has it. Thresholds under which nobody, or everybody, would be alerted are refused. Devices take the new policy with
            their next exports, judge anew what they heard, and refuse every older one.

            Examples:
              bluezone-authority policy set /var/lib/bluezone-authority thresholds.conf
              bluezone-authority policy set /var/lib/bluezone-authority thresholds.conf --region VN-04 --days 30
            """)

    @Argument(help: "The authority's folder.")
    var folder: String

    @Argument(help: "The file with the thresholds.")
    var file: String

    @Option(help: ArgumentHelp("Only for this region; else for the country and every province.", valueName: "code"))
    var region: String?

    @Option(help: ArgumentHelp("Days that the policy is good for, 7 to 400.", valueName: "number"))
    var days = 180

    func run() async throws {
        let text = String(decoding: try DurableFile.contents(of: file, limit: 65_536), as: UTF8.self)
        let desk = PolicyDesk(try Authority(AuthorityFolder(folder)))
        let documents = try await desk.set(
            try PolicyDesk.entries(text), region: region, days: days, who: "root", way: "command", now: .now)
        for document in documents {
            print(
                "Policy \(document.serial) of \(document.region) is published, good until \(document.validUntil.day).")
        }
    }
}

struct ShowPolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the policies that are published.")

    @Argument(help: "The authority's folder.")
    var folder: String

    func run() throws {
        let authority = try Authority(AuthorityFolder(folder))
        for region in authority.settings.regions {
            guard let policy = try PolicyDesk(authority).policy(of: region) else {
                print("\(region): none; devices use the program's own thresholds")
                continue
            }
            let document = policy.document
            print(
                "\(region): \(document.serial) by \(policy.signer), \(document.issued.day) to \(document.validUntil.day)"
            )
            for entry in document.entries { print("  \(entry.key)=\(entry.value)") }
        }
    }
}

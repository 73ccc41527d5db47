// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Beacon
internal import Cases
internal import Control
internal import Exposure
internal import Platform
internal import Settings

struct MatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match",
        abstract: "Compare what was heard with case keys now.",
        discussion: """
            Without --journal the daemon compares its journal with the keys it has imported. With --journal no daemon is
            needed: the journal is compared with the given files, which are case exports or the Bluezone app's own case
            messages.

            Examples:
              bluezonectl match
              bluezonectl match --journal /tmp/journal --export cases.zip --key 452-v1.pem --json
              bluezonectl match --journal /tmp/journal --export message.json --tolerance 0

            \(ExitStatus.help)
            """)

    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("The folder of a journal to compare, with no daemon.", valueName: "folder"))
    var journal: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Case exports or case messages, with --journal.", valueName: "file"))
    var export: [String] = []

    @Option(
        help: ArgumentHelp(
            "The public key that must have signed every export; when not given, no signature is checked.",
            valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("A configuration file whose [Policy] weighs the minutes.", valueName: "file"))
    var policy: String?

    @Option(
        help: ArgumentHelp(
            "How many slots before and after its own a Bluezone identifier counts: 0 to 96.", valueName: "slots"))
    var tolerance = 1

    @Flag(help: "Exit with 10 when an alert stands.")
    var exitCode = false

    func validate() throws {
        if journal == nil && !(export.isEmpty && key == nil && policy == nil) {
            throw ValidationError("--export, --key and --policy go with --journal")
        }
        if journal != nil && export.isEmpty { throw ValidationError("--journal needs at least one --export") }
        if !(0...96).contains(tolerance) { throw ValidationError("--tolerance is \(tolerance), allowed are 0 to 96") }
    }

    func run() async throws {
        let isExposed = if let journal { try compare(journal) } else { try await askDaemon() }
        if exitCode && isExposed { throw CommandFailure(.exposureFound) }
    }

    /// Compares with no daemon; answers whether there is an alert.
    private func compare(_ journal: String) throws -> Bool {
        let keys = try key.map { AuthorityKeys(picked: try AuthorityKey(file: $0)) }
        let policy = try policy.map(MatchCommand.readPolicy) ?? .standard
        var comparison = try OfflineMatch(journal: journal, toleranceSlots: tolerance)
        for file in export { try comparison.check(file: file, keys: keys) }
        let assessment = comparison.assessment(policy: policy)
        let text = AssessmentText(assessment: assessment, style: output.style)
        print(output.json ? text.json.text : text.text)
        if comparison.damagedRecords > 0 {
            writeError(
                "bluezonectl: \(comparison.damagedRecords) damaged records were left out; "
                    + "see: bluezonectl journal verify \(journal)\n")
        }
        return !assessment.alerts.isEmpty
    }

    /// Asks the daemon, and shows where that leads; answers whether an alert stands.
    private func askDaemon() async throws -> Bool {
        let (status, alerts) = try await Daemon.with { client in
            try await client.match()
            return (try await client.status(), try await client.alerts())
        }
        if output.json {
            print(
                JSON.object([
                    schema, .init("caseKeys", .integer(Int64(status.caseKeys))),
                    .init("lastMatch", .integer(status.lastMatch?.seconds)),
                    .init("alerts", .array(alerts.map(\.json))),
                ]).text)
        } else {
            print("Compared with \(Quantity.count(status.caseKeys, "case key", "case keys")).")
            print(AlertsText(alerts: alerts, style: output.style).text)
        }
        return !alerts.isEmpty
    }

    /// The policy that a configuration file's [Policy] says.
    private static func readPolicy(_ file: String) throws -> Policy {
        let entries = try Settings.load(.file(file)).policy
        do throws(PolicyError) {
            return try Policy(entries: entries.map { ($0.key, $0.value) })
        } catch {
            let place = entries.last { $0.key == error.key }?.origin.description ?? file
            throw CommandFailure("\(place): [Policy] \(error)")
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import AuthorityModel
internal import AuthorityServer
internal import Beacon

struct IssueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract:
            "Issue a code for a case (F0) or a contact of one (F1), or to take back what was published by mistake.",
        discussion: """
            Prints the code of eight digits, good for 15 minutes, and the long one for a link, good for 24 hours. Each
            can be used, once for both.

            Examples:
              bluezone-authority issue /var/lib/bluezone-authority --class f0 --symptom-date 2026-11-18
              bluezone-authority issue /var/lib/bluezone-authority --class f1 --region VN-04
              bluezone-authority issue /var/lib/bluezone-authority --class none
            """)

    @Argument(help: "The authority's folder.")
    var folder: String

    @Option(
        name: .customLong("class"),
        help: ArgumentHelp("f0, a case; f1, a contact of a case; or none.", valueName: "class"))
    var caseClass: String

    @Flag(help: "An F0 by a doctor's diagnosis, without a test's result.")
    var likely = false

    @Option(help: ArgumentHelp("The day of the first symptoms, YYYY-MM-DD.", valueName: "date"))
    var symptomDate: String?

    @Option(help: ArgumentHelp("The day of the test, YYYY-MM-DD.", valueName: "date"))
    var testDate: String?

    @Option(help: ArgumentHelp("The region; the country when not given.", valueName: "code"))
    var region: String?

    func validate() throws {
        guard CaseClass(text: caseClass) != nil || caseClass == "none" else {
            throw ValidationError("--class is f0, f1 or none")
        }
        guard !likely || CaseClass(text: caseClass) == .f0 else { throw ValidationError("--likely is for an F0") }
        for date in [symptomDate, testDate] {
            if let date, UTCDay(date) == nil { throw ValidationError("'\(date)' is not a date, YYYY-MM-DD") }
        }
    }

    private var testType: TestType {
        switch CaseClass(text: caseClass) {
        case .f0: likely ? .likely : .confirmed
        case .f1: .recursive
        case nil: .negative
        }
    }

    func run() async throws {
        let authority = try Authority(AuthorityFolder(folder))
        let confirmation = Confirmation(
            testType: testType,
            symptomDay: symptomDate.flatMap { UTCDay($0) }, testDay: testDate.flatMap { UTCDay($0) },
            region: region ?? authority.settings.region)
        do {
            let issued = try await IssueDesk(authority).issue(
                confirmation, issuer: "root", way: "command", now: .now)
            print("Code, good for 15 minutes: \(issued.short.text)")
            print("Long code, good for 24 hours: \(issued.long.text)")
        } catch let refusal as Refusal {
            throw ValidationError(refusal.message)
        }
    }
}

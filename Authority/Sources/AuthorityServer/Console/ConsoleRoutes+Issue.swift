// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityPages
internal import AuthorityStore
internal import Beacon
internal import Hummingbird

extension ConsoleRoutes {
    func addIssue(to console: RouterGroup<AuthorityContext>) {
        page(console, "issue", .issue, .issuer) { visit in answer.page(issueForm(visit)) }
        act(console, "issue", .issue, .issuer) { visit, form in
            var typed = IssuePage.Typed()
            (typed.caseClass, typed.region) = (form["class"], form["region"])
            (typed.symptomDate, typed.testDate) = (form["symptom"], form["test"])
            do {
                return answer.page(try await issue(visit, typed, once: form["once"]))
            } catch let fault as ConsoleFault {
                return answer.page(issueForm(visit, typed, Notice(fault.phrase)), status: fault.status)
            }
        }
    }

    private func issuePage(_ visit: Visit) -> IssuePage {
        IssuePage(visit.frame, provinces: regions.filter { visit.official.isIn($0.code) })
    }

    private func issueForm(_ visit: Visit, _ typed: IssuePage.Typed = .init(), _ notice: Notice? = nil) -> String {
        issuePage(visit)
            .form(once: randomBytes(16).base64URL, today: time.day(visit.now), typed: typed, notice: notice)
    }

    /// The page with a fresh code. What was sent before is not sent again: reloading a page is not to issue another code.
    private func issue(_ visit: Visit, _ typed: IssuePage.Typed, once: String) async throws -> String {
        try checkClock()
        guard let type = IssuePage.testType(typed.caseClass) else { throw ConsoleFault(400, .badClass) }
        guard authority.settings.regions.contains(typed.region) else { throw ConsoleFault(400, .badRegion) }
        guard visit.official.isIn(typed.region) else {
            try await record(.notAllowed, visit, "issue " + typed.region)
            throw ConsoleFault(400, .badRegion)
        }
        let confirmation = Confirmation(
            testType: type, symptomDay: try day(typed.symptomDate), testDay: try day(typed.testDate),
            region: typed.region)
        let now = Timestamp(seconds: visit.now)
        guard confirmation.objection(today: now.day, regions: authority.settings.regions) == nil else {
            throw ConsoleFault(400, .badDate)
        }
        // Before the form counts as sent: it can be sent again later.
        try await admit(visit)
        guard (8...64).contains(once.utf8.count), await gate.isFirst(once) else { throw ConsoleFault(409, .sentTwice) }
        let issued = try await IssueDesk(authority)
            .issue(confirmation, issuer: visit.official.name, way: "console", now: now)
        return issuePage(visit).code(
            short: issued.short.text, until: issued.shortExpires, long: issued.long.text,
            longUntil: issued.longExpires, uuid: issued.uuid, caseClass: type.caseClass, region: typed.region)
    }

    /// Refuses who issued too many codes of late, and writes that down.
    private func admit(_ visit: Visit) async throws {
        do throws(Refusal) { try await gatekeeper.admit(issuer: visit.official.name, way: "console") } catch {
            authority.metrics.count(error)
            try await record(.limitReached, visit, "issue")
            throw ConsoleFault(429, .issuedTooOften)
        }
    }

    private func day(_ text: String) throws(ConsoleFault) -> UTCDay? {
        guard !text.isEmpty else { return nil }
        guard let day = UTCDay(text) else { throw ConsoleFault(400, .badDate) }
        return day
    }

    /// The country and its provinces, by the names that the folder has for them.
    private var regions: [Province] {
        authority.settings.regions.map { code in
            authority.provinces.first { $0.code == code }
                ?? Province(code: code, name: code, population: nil, source: "")
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityPages
internal import AuthorityStore
internal import Beacon
internal import Hummingbird

extension ConsoleRoutes {
    /// Days that the page of publications goes back.
    private static let shownDays = 28

    func addFigures(to console: RouterGroup<AuthorityContext>) {
        page(console, "publishing", .publishing) { visit in
            let last = Timestamp(seconds: visit.now).day
            let first = last.later(by: 1 - ConsoleRoutes.shownDays)
            let counts = try await store.publications(from: first.number, through: last.number)
            return answer.page(FigurePages(visit.frame).publishing(counts, from: first, through: last))
        }
        page(console, "batches", .batches) { visit in
            let batches = try await store.batches(limit: 50)
            return answer.page(FigurePages(visit.frame).batches(batches, isServing: authority.servesFilesBesideConsole))
        }
        page(console, "adoption", .adoption) { visit in
            answer.page(AdoptionPage(visit.frame, try await coverages(visit)).document())
        }
        act(console, "adoption", .adoption, .supervisor) { visit, form in try await enter(visit, form["rows"]) }
        page(console, "report", .report) { visit in
            let report = try await report(visit)
            // To print it is the browser's business: who opens it has it.
            try await record(.reportShown, report.week, visit)
            return answer.page(report.document(visit.frame, isLast: report.week >= thisWeek(visit)))
        }
        page(console, "report.csv", .report) { visit in
            let report = try await report(visit)
            try await record(.reportTaken, report.week, visit)
            return answer.table(report.csv(visit.frame.language), name: "bluezone-\(report.week).csv")
        }
    }

    private func thisWeek(_ visit: Visit) -> ISOWeek { ISOWeek(Timestamp(seconds: visit.now).day) }

    /// What is known now: the last reports, and those who counted themselves in the last whole week.
    private func coverages(_ visit: Visit) async throws -> [Coverage] {
        try await coverages(
            until: Timestamp(seconds: visit.now).day.later(by: 1), week: thisWeek(visit).advanced(by: -1))
    }

    private func coverages(until day: UTCDay, week: ISOWeek) async throws -> [Coverage] {
        Coverage.all(
            authority.provinces, reported: try await store.reportedCounts(until: day.number),
            counted: try await authority.store.counts(weeks: week...week))
    }

    private func report(_ visit: Visit) async throws -> WeeklyReport {
        let current = thisWeek(visit)
        var week = current.advanced(by: -1)
        if let text = visit.request.uri.queryParameters["week"] {
            guard let asked = ISOWeek(String(text)), asked <= current else { throw ConsoleFault(404, .notFound) }
            week = asked
        }
        let last = week.firstDay.later(by: 6)
        let (start, end) = (week.firstDay.start.seconds, week.advanced(by: 1).firstDay.start.seconds)
        let actions = try await store.auditCounts(from: start, before: end)
        return WeeklyReport(
            week: week, codes: [.f0: actions[.issuedF0] ?? 0, .f1: actions[.issuedF1] ?? 0],
            publications: try await store.publications(from: week.firstDay.number, through: last.number),
            // A key is in a batch of one region alone.
            batches: try await store.batches(from: start, before: end),
            coverages: try await coverages(until: last, week: week))
    }

    /// Writes down that somebody is given the report of a week, before he is.
    private func record(_ action: AuditEntry.Action, _ week: ISOWeek, _ visit: Visit) async throws {
        try await store.record(
            AuditEntry(
                time: visit.now, who: visit.official.name, way: "console", action: action, detail: week.description))
    }

    /// Enters counts that an official typed or pasted: all of them or none.
    private func enter(_ visit: Visit, _ rows: String) async throws -> Response {
        let page = AdoptionPage(visit.frame, try await coverages(visit))
        let known = Set(authority.settings.regions + authority.provinces.map(\.code))
        let counts: [ReportedCount]
        do throws(ReportedRows.Fault) {
            counts = try ReportedRows.read(rows, known: known, today: time.day(visit.now))
        } catch {
            let notice = Notice(.badRows, more: String(error.line))
            return answer.page(page.document(rows: rows, notice: notice), status: 400)
        }
        // Written down first: numbers of which nobody knows whose they are shall not get in.
        for count in counts {
            try await store.record(
                AuditEntry(
                    time: visit.now, who: visit.official.name, way: "console", action: .countsEntered,
                    detail: "\(count.province) \(UTCDay(number: count.day)) \(count.devices)"))
        }
        try await store.enter(counts)
        let notice = Notice(.entered, more: String(counts.count), isFault: false)
        return answer.page(AdoptionPage(visit.frame, try await coverages(visit)).document(notice: notice))
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityPages
internal import AuthorityStore
internal import Hummingbird

extension ConsoleRoutes {
    private static let auditPage = 50

    func addAccount(to console: RouterGroup<AuthorityContext>) {
        page(console, "account", .account) { visit in answer.page(try await accountPage(visit)) }
        act(console, "account/end-sessions", .account) { visit, _ in
            try await desk.endSessions(visit.inUse, now: visit.now)
            var response = answer.redirect(PageName.root + "/sign-in?ended")
            cookies.remove(.session, in: &response)
            return response
        }
        act(console, "account/password", .account) { visit, form in try await changePassword(visit, form) }
        page(console, "audit", .audit) { visit in
            let before = visit.request.uri.queryParameters["before"].flatMap { Int64($0) } ?? .max
            let entries = try await store.audit(
                of: visit.official.role == .supervisor ? nil : visit.official.name, before: before,
                limit: ConsoleRoutes.auditPage)
            let older = entries.count == ConsoleRoutes.auditPage ? entries.last?.number : nil
            return answer.page(AuditPage(visit.frame).document(entries, older: older))
        }
    }

    private func accountPage(_ visit: Visit, _ notice: Notice? = nil) async throws -> String {
        let sessions = try await store.sessions(
            of: visit.official.name, now: visit.now, idleSince: desk.idleSince(visit.now))
        return AccountPage(visit.frame, visit.inUse).document(sessions: sessions, notice: notice)
    }

    private func changePassword(_ visit: Visit, _ form: ConsoleForm) async throws -> Response {
        do {
            guard form["new"] == form["again"] else { throw ConsoleFault(400, .passwordsDiffer) }
            let cookie = try await desk.changePassword(
                visit.inUse, from: form["old"], to: form["new"], peer: visit.context.peer, now: visit.now)
            var changed = visit
            changed.frame.token = token(of: cookie)
            if let inUse = try await desk.session(cookie, peer: visit.context.peer, now: visit.now) {
                changed.inUse = inUse
            }
            let notice = Notice(.passwordChanged, isFault: false)
            var response = answer.page(try await accountPage(changed, notice))
            cookies.set(.session, cookie, in: &response)
            return response
        } catch let fault as ConsoleFault {
            if fault.phrase == .tooOften { try await record(.limitReached, visit, "account") }
            return answer.page(try await accountPage(visit, Notice(fault.phrase)), status: fault.status)
        }
    }
}

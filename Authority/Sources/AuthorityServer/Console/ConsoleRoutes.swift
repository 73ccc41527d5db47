// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityPages
internal import AuthorityStore
internal import Beacon
internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// The console for officials, under `/console`: pages made here, without any program in them.
struct ConsoleRoutes: Sendable {
    let authority: Authority
    let answer: ConsoleAnswer
    let cookies: ConsoleCookies
    let desk: SignInDesk
    let gate = ConsoleGate()
    let gatekeeper: Gatekeeper
    private let refusals: RefusalLog
    let now: @Sendable () -> Timestamp
    private let watch: ClockWatch?

    init(
        _ authority: Authority, _ gatekeeper: Gatekeeper, isSecure: Bool,
        now: @escaping @Sendable () -> Timestamp, watch: ClockWatch? = nil
    ) {
        self.authority = authority
        self.gatekeeper = gatekeeper
        refusals = RefusalLog(authority.console)
        self.now = now
        self.watch = watch
        answer = ConsoleAnswer(isSecure: isSecure)
        cookies = ConsoleCookies(isSecure: isSecure)
        desk = SignInDesk(authority, authority.console, PasswordDesk(cost: authority.passwordCost), gate, refusals)
    }

    /// A request of somebody who is signed in.
    struct Visit: Sendable {
        var request: Request
        var context: AuthorityContext
        var inUse: SessionInUse
        var frame: Frame
        var now: Int64

        var official: Official { inUse.official.official }
    }

    var store: any ConsoleStore & FigureStore { authority.console }
    var time: LocalTime { LocalTime(offset: authority.settings.console.hoursAhead) }

    func add(to router: Router<AuthorityContext>) {
        let console = router.group("console")
        console.get("style.css") { _, _ in answer.sheet(Style.sheet) }
        console.get("language/:language") { request, context in switchLanguage(request, context) }
        addSignIn(to: console)
        addIssue(to: console)
        addFigures(to: console)
        addAccount(to: console)
        for method in [HTTPRequest.Method.get, .post] {
            console.on("**", method: method) { request, context in
                await guarded(request, context) { throw ConsoleFault(404, .notFound) }
            }
        }
    }

    /// A page for who is signed in and has at least `role`; all others are sent to sign in.
    func page(
        _ router: RouterGroup<AuthorityContext>, _ path: RouterPath, _ name: PageName?, _ role: Official.Role = .reader,
        _ body: @escaping @Sendable (Visit) async throws -> Response
    ) {
        router.get(path) { request, context in
            await guarded(request, context) {
                guard let visit = try await visit(request, context, name) else { return toSignIn(request) }
                try await demand(role, visit)
                return try await body(visit)
            }
        }
    }

    /// Something that is done: by POST from one of our own pages, with the session's token.
    func act(
        _ router: RouterGroup<AuthorityContext>, _ path: RouterPath, _ name: PageName?, _ role: Official.Role = .reader,
        _ body: @escaping @Sendable (Visit, ConsoleForm) async throws -> Response
    ) {
        router.post(path) { request, context in
            await guarded(request, context) {
                try checkOrigin(request)
                let form = try await ConsoleForm.read(request)
                guard let visit = try await visit(request, context, name) else { return toSignIn(request) }
                guard let cookie = cookies.value(.session, request), isToken(form["token"], of: cookie) else {
                    throw ConsoleFault(403, .forged)
                }
                try await demand(role, visit)
                return try await body(visit, form)
            }
        }
    }

    /// Refuses who has less than `role`, and writes that down.
    private func demand(_ role: Official.Role, _ visit: Visit) async throws {
        guard visit.official.role < role else { return }
        try await record(.notAllowed, visit, visit.frame.page?.rawValue ?? "")
        throw ConsoleFault(403, .notAllowed)
    }

    /// Writes down that somebody was refused what he asked for.
    func record(_ action: AuditEntry.Action, _ visit: Visit, _ detail: String) async throws {
        try await refusals.record(action, who: visit.official.name, way: "console", detail: detail, now: visit.now)
    }

    /// Refuses what would last for as long as the clock is wrong: a code or a session.
    func checkClock() throws(ConsoleFault) {
        guard watch?.jump == nil else { throw ConsoleFault(503, .clockWrong) }
    }

    /// What `body` answers, or a page that says why not.
    func guarded(
        _ request: Request, _ context: AuthorityContext, _ body: () async throws -> Response
    ) async -> Response {
        let fault: ConsoleFault
        do { return try await body() } catch let error as ConsoleFault {
            fault = error
        } catch {
            context.logger.error("\(request.uri.path): \(error)")
            fault = ConsoleFault(500, .failed)
        }
        return answer.page(SignInPage(plainFrame(request)).refusal(fault.phrase), status: fault.status)
    }

    /// Who is signed in, for the page `name`; nil when nobody is.
    private func visit(_ request: Request, _ context: AuthorityContext, _ name: PageName?) async throws -> Visit? {
        let now = now().seconds
        guard let cookie = cookies.value(.session, request),
            let inUse = try await desk.session(cookie, peer: context.peer, now: now)
        else { return nil }
        let frame = Frame(
            language: language(request), time: time, official: inUse.official.official, token: token(of: cookie),
            page: name)
        return Visit(request: request, context: context, inUse: inUse, frame: frame, now: now)
    }

    /// Who had a session is told that it is over.
    private func toSignIn(_ request: Request) -> Response {
        let hadOne = cookies.value(.session, request) != nil
        var response = answer.redirect(PageName.root + "/sign-in" + (hadOne ? "?ended" : ""))
        if hadOne { cookies.remove(.session, in: &response) }
        return response
    }
}

extension ConsoleRoutes {
    /// What a page is surrounded by when nobody is signed in.
    func plainFrame(_ request: Request, token: String = "") -> Frame {
        Frame(language: language(request), time: time, official: nil, token: token)
    }

    func language(_ request: Request) -> Language {
        cookies.value(.language, request).flatMap { Language(rawValue: $0) }
            ?? Language(accepting: request.headers[.acceptLanguage])
    }

    private func switchLanguage(_ request: Request, _ context: AuthorityContext) -> Response {
        let page = request.uri.queryParameters["page"].flatMap { PageName(rawValue: String($0)) }
        var response = answer.redirect(page?.path ?? PageName.root)
        if let language = context.parameters.get("language").flatMap({ Language(rawValue: $0) }) {
            cookies.set(.language, language.rawValue, seconds: 365 * 86_400, in: &response)
        }
        return response
    }

    /// What forms carry for whoever has this cookie.
    func token(of cookie: String) -> String { authority.secret.hash(cookie, for: .form).base64URL }

    func isToken(_ token: String, of cookie: String) -> Bool {
        guard token.utf8.count <= 64, let bytes = [UInt8](base64URL: token[...]) else { return false }
        return authority.secret.matches(cookie, bytes, for: .form)
    }

    /// Refuses what another site has sent, by what browsers say of it. The token refuses it again; browsers that say nothing are left
    /// to that.
    func checkOrigin(_ request: Request) throws(ConsoleFault) {
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name] {
            guard site == "same-origin" else { throw ConsoleFault(403, .forged) }
        }
        guard let origin = request.headers[.origin], origin != "null" else { return }
        let own: Bool
        if let known = authority.settings.console.origin {
            own = origin == known
        } else {
            let host = request.head.authority ?? ""
            own = origin == (answer.isSecure ? "https://" : "http://") + host
        }
        guard own else { throw ConsoleFault(403, .forged) }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityPages
internal import Beacon
internal import Hummingbird

extension ConsoleRoutes {
    func addSignIn(to console: RouterGroup<AuthorityContext>) {
        page(console, "", nil) { visit in
            answer.redirect((visit.official.role >= .issuer ? PageName.issue : .adoption).path)
        }
        console.get("sign-in") { request, _ in
            signInPage(request, ended: request.uri.queryParameters["ended"] != nil)
        }
        console.post("sign-in") { request, context in
            await guarded(request, context) { try await signIn(request, context) }
        }
        act(console, "sign-out", nil) { visit, _ in
            try await desk.signOut(visit.inUse, now: visit.now)
            var response = answer.redirect(PageName.root + "/sign-in")
            cookies.remove(.session, in: &response)
            return response
        }
    }

    /// The form carries the token of a cookie of its own: nobody is signed in yet.
    private func signInPage(
        _ request: Request, ended: Bool = false, name: String = "", fault: ConsoleFault? = nil
    ) -> Response {
        let cookie = cookies.value(.form, request) ?? randomBytes(32).base64URL
        let notice = fault.map { Notice($0.phrase) } ?? (ended ? Notice(.ended, isFault: false) : nil)
        var response = answer.page(
            SignInPage(plainFrame(request, token: token(of: cookie))).form(name: name, notice: notice),
            status: fault?.status ?? 200)
        cookies.set(.form, cookie, in: &response)
        return response
    }

    private func signIn(_ request: Request, _ context: AuthorityContext) async throws -> Response {
        try checkOrigin(request)
        let form = try await ConsoleForm.read(request)
        guard let cookie = cookies.value(.form, request), isToken(form["token"], of: cookie) else {
            throw ConsoleFault(403, .forged)
        }
        let now = now().seconds
        do {
            try checkClock()
            let session = try await desk.signIn(form["name"], form["password"], peer: context.peer, now: now)
            // A session that the browser had before, or was given by somebody, is not gone on with.
            if let before = cookies.value(.session, request),
                let old = try await desk.session(before, peer: context.peer, now: now)
            {
                try await desk.signOut(old, now: now)
            }
            var response = answer.redirect(PageName.root)
            cookies.set(.session, session, in: &response)
            cookies.remove(.form, in: &response)
            return response
        } catch let fault as ConsoleFault {
            return signInPage(request, name: String(form["name"].prefix(32)), fault: fault)
        }
    }
}

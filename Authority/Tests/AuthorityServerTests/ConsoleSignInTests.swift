// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import HTTPTypes
import Testing

@testable import AuthorityServer

struct ConsoleSignInTests {
    private static let pages = [
        "", "/issue", "/publishing", "/batches", "/adoption", "/report", "/report.csv", "/audit", "/account",
    ]

    @Test func `without a session every page leads to the sign-in, and nothing is done`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let browser = ConsoleClient(client)
            for page in ConsoleSignInTests.pages {
                let answer = try await browser.get("/console" + page)
                #expect(answer.status == 303 && answer.location == "/console/sign-in", "\(page)")
            }
            for page in ["/issue", "/adoption", "/sign-out", "/account/password", "/account/end-sessions"] {
                let answer = try await browser.post("/console" + page, ["class": "confirmed"], token: "x")
                #expect(answer.status == 303 && answer.location == "/console/sign-in", "\(page)")
            }
            #expect(try await browser.get("/console/nothing").status == 404)
            #expect(try await place.authority.console.audit(of: nil, before: .max, limit: 9).isEmpty)
        }
    }

    @Test func `every answer has the strict headers, and no page has a script`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "minh")
            for page in ConsoleSignInTests.pages + ["/sign-in", "/nothing", "/style.css", "/language/en"] {
                let answer = try await browser.get("/console" + page)
                #expect(
                    answer.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; style-src 'self'") == true)
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
                #expect(answer.headers[HTTPField.Name("Referrer-Policy")!] == "no-referrer")
                #expect(answer.headers[HTTPField.Name("X-Frame-Options")!] == "DENY")
                #expect(answer.headers[.cacheControl] == (page == "/style.css" ? "private, max-age=3600" : "no-store"))
                #expect(!answer.text.lowercased().contains("<script"))
                #expect(!answer.text.contains(" style="))
                #expect(answer.headers[.strictTransportSecurity] == nil, "there is no TLS here")
            }
        }
    }

    @Test func `cookies are for this host, this site and no program, and HSTS is said, behind TLS`() async throws {
        let place = try TestAuthority { $0.console.origin = "https://console.example.org" }
        try await place.console { client in
            let browser = ConsoleClient(client)
            let answer = try await browser.signIn("lan")
            let cookie = try #require(answer.headers[values: .setCookie].first)
            #expect(cookie.hasPrefix("__Host-bluezone-session="))
            for part in ["; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"] { #expect(cookie.contains(part)) }
            #expect(!cookie.contains("Domain"))
            #expect(answer.headers[.strictTransportSecurity] != nil)
        }
    }

    @Test func `a wrong password, an unknown name and a disabled account look the same and cost the same`() async throws
    {
        let place = try TestAuthority()
        try await place.console { client in
            _ = try await place.authority.console.setDisabled(true, "hoa")
            var answers: [ConsoleClient.Page] = []
            for (name, password) in [
                ("lan", "wrong password"), ("nobody", "wrong password"), ("hoa", ConsoleClient.password),
            ] {
                answers.append(try await ConsoleClient(client).signIn(name, password))
            }
            #expect(answers.map(\.status) == [401, 401, 401])
            let texts = answers.map { page in
                ["lan", "nobody", "hoa", page.field("token") ?? ""].reduce(page.text) { $0.replacing($1, with: "") }
            }
            #expect(Set(texts).count == 1)
        }
        let passwords = PasswordDesk(cost: TestAuthority.cheap)
        #expect(try await !passwords.matches("x", nil))
        let before = await passwords.worked
        #expect(try await !passwords.matches("nobody has this password", nil))
        #expect(await passwords.worked == before + 1, "a hash is worked out for nobody too")
    }

    @Test func `guessing ends soon, and the right password does not help then`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let browser = ConsoleClient(client)
            var statuses: [Int] = []
            for number in 0..<7 { statuses.append(try await browser.signIn("lan", "wrong password \(number)").status) }
            #expect(statuses == [401, 401, 401, 401, 401, 429, 429])
            #expect(try await browser.signIn("lan").status == 429)
            #expect(try await browser.signIn("minh").status == 303, "another official is not kept out")
        }
    }

    @Test func `one address cannot try many names, and many addresses one name`() async throws {
        let gate = ConsoleGate()
        var waits = 0
        for number in 0..<40 where await gate.admit("name\(number)", "10.0.0.1") != nil { waits += 1 }
        #expect(waits == 20)
        waits = 0
        for number in 0..<80 where await gate.admit("lan", "10.0.1.\(number)") != nil { waits += 1 }
        #expect(waits == 30)
    }

    @Test func `many sign-ins at once wait in a short queue`() async throws {
        let desk = PasswordDesk(cost: .init(rounds: 1 << 12, blockSize: 8, parallelism: 1))
        let busy = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    do { return try await desk.make("a password") == nil } catch { return error is PasswordDesk.Busy }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect((1...76).contains(busy))
    }

    @Test func `a session that somebody was given before is not gone on with`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let thief = try await ConsoleClient.signedIn(client, "hoa")
            let planted = try #require(await thief.cookies["bluezone-session"])
            let browser = ConsoleClient(client)
            await browser.set("bluezone-session", planted)
            let answer = try await browser.signIn("lan")
            #expect(answer.status == 303)
            #expect(await browser.cookies["bluezone-session"] != planted)
            #expect(try await thief.get("/console/account").status == 303, "the planted one is over")
            await browser.set("bluezone-session", "AAAA")
            #expect(try await browser.get("/console/account").location == "/console/sign-in?ended")
        }
    }

    @Test func `a session ends when nobody uses it, and after ten hours`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            place.clock.advance(14 * 60)
            #expect(try await browser.get("/console/account").status == 200)
            place.clock.advance(15 * 60)
            let answer = try await browser.get("/console/account")
            #expect(answer.location == "/console/sign-in?ended")
            let other = try await ConsoleClient.signedIn(client, "lan")
            for _ in 0..<59 {
                place.clock.advance(600)
                #expect(try await other.get("/console/account").status == 200)
            }
            place.clock.advance(600)
            #expect(try await other.get("/console/account").status == 303)
        }
    }

    @Test func `a stolen session ends when it comes from another address, and that is written down`() async throws {
        let place = try TestAuthority()
        try await place.addOfficials()
        let store = place.authority.console
        let desk = SignInDesk(
            place.authority, store, PasswordDesk(cost: TestAuthority.cheap), ConsoleGate(), RefusalLog(store))
        let now = place.clock.now.seconds
        let cookie = try await desk.signIn(" LAN ", ConsoleClient.password, peer: "10.0.0.1", now: now)
        #expect(try await desk.session(cookie, peer: "10.0.0.1", now: now)?.session.name == "lan")
        #expect(try await desk.session(cookie, peer: "10.0.0.2", now: now) == nil)
        #expect(try await desk.session(cookie, peer: "10.0.0.1", now: now) == nil, "it is over for its owner too")
        let log = try await store.audit(of: "lan", before: .max, limit: 9)
        #expect(log.map(\.action) == [.sessionMoved, .signIn])
    }

    @Test func `a hash of an older cost is made anew at the sign-in`() async throws {
        let place = try TestAuthority()
        let old = try #require(
            PasswordHash(of: ConsoleClient.password, cost: .init(rounds: 2, blockSize: 8, parallelism: 1)))
        try await place.authority.console.add(
            #require(Official(name: "lan", role: .issuer, region: "VN")), password: old.text)
        try await place.serve { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            #expect(try await browser.get("/console/account").status == 200)
        }
        let stored = try #require(try await place.authority.console.official(named: "lan"))
        #expect(PasswordHash(text: stored.password)?.cost == TestAuthority.cheap)
    }

    @Test func `signing out ends the session, not only the cookie`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            let cookie = await browser.cookies["bluezone-session"]
            #expect(try await browser.post("/console/sign-out", [:], page: "/console/account").status == 303)
            #expect(await browser.cookies["bluezone-session"] == nil)
            await browser.set("bluezone-session", cookie)
            #expect(try await browser.get("/console/account").status == 303)
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Foundation
import HTTPTypes
import Testing

@testable import AuthorityServer

struct ConsoleActionTests {
    private static let case0 = ["class": "confirmed", "region": "VN-04", "symptom": "2026-11-19", "test": ""]

    @Test func `a code is issued, shown once, good for a device, and logged without it`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            let page = try await browser.post("/console/issue", ConsoleActionTests.case0, page: "/console/issue")
            #expect(page.status == 200)
            let code = try #require(page.code)
            #expect(page.text.contains("17:15"), "a quarter of an hour later, in Vietnam")
            let verified = try await client.verify(code)
            #expect(verified["testtype"] == "confirmed")
            #expect(verified["symptomDate"] == "2026-11-19")
            let log = try await place.authority.console.audit(of: "lan", before: .max, limit: 9)
            #expect(log.map(\.action) == [.issuedF0, .signIn])
            #expect(log[0].detail.hasPrefix("VN-04 "))
            #expect(!log.contains { $0.detail.contains(code) })
            #expect(try await !browser.get("/console/audit").text.contains(code))
        }
    }

    @Test func `the same form does not issue two codes`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            let form = try await browser.get("/console/issue")
            var fields = ConsoleActionTests.case0
            fields["once"] = form.field("once")
            let token = try #require(form.field("token"))
            #expect(try await browser.post("/console/issue", fields, token: token).code != nil)
            let again = try await browser.post("/console/issue", fields, token: token)
            #expect(again.status == 409)
            #expect(again.code == nil)
        }
    }

    @Test func `without the token, with another's, or from another site nothing is done`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            let other = try await ConsoleClient.signedIn(client, "minh")
            let good = try #require(try await browser.get("/console/issue").field("token"))
            let foreign = try #require(try await other.get("/console/issue").field("token"))
            var fields = ConsoleActionTests.case0
            fields["once"] = "0123456789"
            for token in ["", "x", foreign, good + "A", String(good.dropLast())] {
                #expect(try await browser.post("/console/issue", fields, token: token).status == 403, "\(token)")
            }
            for (name, value) in [
                ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"),
                ("Sec-Fetch-Site", "none"),
            ] {
                let headers: HTTPFields = [HTTPField.Name(name)!: value]
                #expect(try await browser.post("/console/issue", fields, token: good, headers: headers).status == 403)
            }
            #expect(try await place.authority.console.audit(of: nil, before: .max, limit: 9).count == 2, "two sign-ins")
            let sameSite: HTTPFields = [HTTPField.Name("Sec-Fetch-Site")!: "same-origin", .origin: "null"]
            #expect(try await browser.post("/console/issue", fields, token: good, headers: sameSite).status == 200)
            #expect(
                try await ConsoleClient(client).post("/console/sign-in", ["name": "lan"], token: good).status == 403)
        }
    }

    @Test func `roles and regions hold`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let reader = try await ConsoleClient.signedIn(client, "hoa")
            #expect(try await reader.get("/console/issue").status == 403)
            let answer = try await reader.post("/console/issue", ConsoleActionTests.case0, page: "/console/account")
            #expect(answer.status == 403)
            let issuer = try await ConsoleClient.signedIn(client, "lan")
            var fields = ConsoleActionTests.case0
            fields["region"] = "VN"
            #expect(try await issuer.post("/console/issue", fields, page: "/console/issue").status == 400)
            #expect(
                try await issuer.post("/console/adoption", ["rows": "VN-04,2020-12-31,1"], page: "/console/account")
                    .status
                    == 403)
            #expect(try await !issuer.get("/console/audit").text.contains("hoa"))
            let supervisor = try await ConsoleClient.signedIn(client, "minh")
            #expect(try await supervisor.get("/console/audit").text.contains("hoa"))
        }
    }

    /// What is put into each field of each form, and must come back as text or not at all.
    private static let injections = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' OR '1'='1", "'; DROP TABLE officials; --",
        "{{7*7}}",
        "=cmd|' /C calc'!A0", "\u{0}", "../../etc/passwd", "%0d%0aSet-Cookie: x=y", "\r\nSet-Cookie: x=y", "𝕏\u{202E}",
        String(repeating: "A", count: 60_000),
    ]

    /// The store, line by line, but for what each request may add to: the log and the sessions.
    private func dump(_ place: TestAuthority) throws -> [Substring] {
        try place.sql(".dump").split(separator: "\n").filter { line in
            !["audit", "sessions", "sqlite_sequence"].contains { line.hasPrefix("INSERT INTO \($0) ") }
        }
    }

    @Test(arguments: injections)
    func `what somebody puts into a field is text and does nothing`(text: String) async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "minh")
            let code = try await browser.post("/console/issue", ConsoleActionTests.case0, page: "/console/issue").code
            #expect(code != nil)
            let row = ["rows": "VN-04,2020-12-31,72636"]
            #expect(try await browser.post("/console/adoption", row, page: "/console/adoption").status == 200)
            let before = try dump(place)
            #expect(before.count { $0.hasPrefix("INSERT INTO officials ") } == 3)

            var issued = 0
            for (path, page, field) in [
                ("/issue", "/issue", "class"), ("/issue", "/issue", "symptom"), ("/issue", "/issue", "test"),
                ("/issue", "/issue", "region"), ("/issue", "/issue", "once"), ("/adoption", "/adoption", "rows"),
                ("/account/password", "/account", "old"), ("/account/password", "/account", "new"),
                ("/account/password", "/account", "again"),
            ] {
                var fields = path == "/issue" ? ConsoleActionTests.case0 : [:]
                if path == "/account/password" && field != "old" { fields["old"] = ConsoleClient.password }
                fields[field] = text
                let answer = try await browser.post("/console" + path, fields, page: "/console" + page)
                let isFree = field == "once" && (8...64).contains(text.utf8.count)
                if isFree { issued += 1 }
                #expect((isFree ? [200] : [400, 401, 409, 413]).contains(answer.status), "\(path) \(field)")
                #expect(!answer.text.contains("<script>alert") && !answer.text.contains("<img"))
                #expect(answer.headers[values: .setCookie].allSatisfy { !$0.contains("x=y") })
            }
            for path in ["/issue", "/adoption", "/account/password", "/account/end-sessions", "/sign-out"] {
                let fields = path == "/issue" ? ConsoleActionTests.case0 : [:]
                let answer = try await browser.post("/console" + path, fields, token: text)
                #expect(answer.status == 403, "\(path) token")
                #expect(!answer.text.contains("<script>alert") && !answer.text.contains("<img"))
            }
            let stranger = ConsoleClient(client)
            let signIn = try await stranger.signIn(text, text)
            #expect([401, 413].contains(signIn.status))
            #expect(!signIn.text.contains("<script>alert") && !signIn.text.contains("<img"))
            #expect(try await stranger.signIn("minh", text).status == 401)
            let own = ["name": "minh", "password": ConsoleClient.password]
            #expect(try await stranger.post("/console/sign-in", own, token: text).status == 403)
            for query in ["/report?week=", "/audit?before=", "/language/en?page=", "/language/"] {
                let escaped = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                let answer = try await browser.get("/console" + query + String(escaped.prefix(2000)))
                #expect([200, 303, 404].contains(answer.status), "\(query)")
                #expect(answer.location?.hasPrefix("/console") ?? true)
            }

            let after = try dump(place)
            let added = after.filter { !before.contains($0) }
            #expect(before.filter { !after.contains($0) } == [], "not a byte of the store changed")
            #expect(
                added.count == issued && added.allSatisfy { $0.hasPrefix("INSERT INTO codes ") },
                "but for a code, where a form's number may be any")
            #expect(try await browser.get("/console/account").status == 200, "and nobody was signed out")
        }
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "a=%ff", "a&b=1", "a=1&a=2", String(repeating: "a=1&", count: 99)])
    func `what no browser sends is no form`(body: String) {
        #expect(ConsoleForm(Array(body.utf8)) == nil)
    }

    @Test func `a form is read as browsers write it`() {
        let form = ConsoleForm(Array("name=Nguy%E1%BB%85n+Lan&empty=&x%3Dy=%2B".utf8))
        #expect(form?["name"] == "Nguyễn Lan")
        #expect(form?["empty"] == "")
        #expect(form?["x=y"] == "+")
        #expect(form?["missing"] == "")
    }

    @Test func `a password is changed by who knows it, and other sessions end`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            let elsewhere = try await ConsoleClient.signedIn(client, "lan")
            let new = "bốn con chó trắng"
            func change(_ old: String, _ new: String, _ again: String) async throws -> Int {
                try await browser.post(
                    "/console/account/password", ["old": old, "new": new, "again": again], page: "/console/account"
                ).status
            }
            #expect(try await change("wrong", new, new) == 401)
            #expect(try await change(ConsoleClient.password, new, new + "x") == 400)
            #expect(try await change(ConsoleClient.password, "kurz", "kurz") == 400)
            #expect(try await elsewhere.get("/console/account").status == 200)
            place.clock.advance(1)
            #expect(try await change(ConsoleClient.password, new, new) == 200)
            #expect(try await browser.get("/console/account").status == 200)
            #expect(try await elsewhere.get("/console/account").status == 303)
            let log = try await place.authority.console.audit(of: "lan", before: .max, limit: 9).map(\.action)
            #expect(log == [.passwordChanged, .passwordRefused, .signIn, .signIn], "one was wrong, two did not fit")
        }
    }

    @Test func `all sessions of oneself can be ended at once`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            let elsewhere = try await ConsoleClient.signedIn(client, "lan")
            let other = try await ConsoleClient.signedIn(client, "minh")
            #expect(try await browser.get("/console/account").text.components(separatedBy: "<tr>").count == 4)
            _ = try await browser.post("/console/account/end-sessions", [:], page: "/console/account")
            for gone in [browser, elsewhere] { #expect(try await gone.get("/console/account").status == 303) }
            #expect(try await other.get("/console/account").status == 200)
        }
    }
}

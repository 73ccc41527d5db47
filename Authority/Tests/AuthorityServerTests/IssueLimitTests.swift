// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Foundation
import HTTPTypes
import Testing

@testable import AuthorityServer

/// How many codes one API key or official may issue.
struct IssueLimitTests {
    private static let contact = ["class": "recursive", "region": "VN-04", "symptom": "", "test": ""]

    private static func three(_ settings: inout AuthoritySettings) {
        (settings.issueBurst, settings.issueSeconds) = (3, 1000)
    }

    private func issue(_ browser: ConsoleClient) async throws -> ConsoleClient.Page {
        try await browser.post("/console/issue", IssueLimitTests.contact, page: "/console/issue")
    }

    private func entries(_ place: TestAuthority, _ name: String) async throws -> [AuditEntry] {
        try await place.authority.console.audit(of: name, before: .max, limit: 99)
    }

    @Test func `an API key that issues too many codes waits, is told how long, and is written down`() async throws {
        let place = try TestAuthority(IssueLimitTests.three)
        try await place.serve { client in
            for _ in 0..<3 { #expect(try await client.issue().status == 200) }
            for _ in 0..<30 {
                let answer = try await client.issue()
                #expect(answer.status == 429 && answer["errorCode"] == "quota_exceeded" && answer["code"] == nil)
                #expect((1...1000).contains(Int(answer.headers[.retryAfter] ?? "") ?? 0))
            }
        }
        #expect(try place.sql("SELECT count(*) FROM codes") == "3")
        let log = try await entries(place, "tests")
        #expect(log.count { $0.action == .issuedF0 } == 3)
        let refused = log.filter { $0.action == .limitReached }
        #expect((10...12).contains(refused.count), "not once for each request: \(refused.count)")
        #expect(refused.allSatisfy { $0.way == "api" && $0.detail == "issue" })
    }

    @Test func `an official who issues too many codes is told so in both languages, and gets none`() async throws {
        let place = try TestAuthority(IssueLimitTests.three)
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            for _ in 0..<3 { #expect(try await issue(browser).code != nil) }
            let page = try await issue(browser)
            #expect(page.status == 429 && page.code == nil)
            #expect(page.text.contains("quá nhiều mã") && page.field("once") != nil, "the form is there again")
            await browser.set("bluezone-language", "en")
            let english = try await issue(browser)
            #expect(english.status == 429 && english.text.contains("too many codes"))

            let other = try await ConsoleClient.signedIn(client, "minh")
            #expect(try await issue(other).code != nil, "another official goes on")
            #expect(try await client.issue().status == 200, "and so does an API key")
        }
        #expect(try place.sql("SELECT count(*) FROM codes") == "5")
        let refused = try await entries(place, "lan").filter { $0.action == .limitReached }
        #expect(refused.map(\.detail) == ["issue", "issue"] && refused.allSatisfy { $0.way == "console" })
    }

    @Test func `a form that came too early can be sent again later`() async throws {
        let place = try TestAuthority { ($0.issueBurst, $0.issueSeconds) = (1, 8) }
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            let form = try await browser.get("/console/issue")
            let token = try #require(form.field("token"))
            #expect(try await issue(browser).code != nil)
            var fields = IssueLimitTests.contact
            fields["once"] = form.field("once")
            #expect(try await browser.post("/console/issue", fields, token: token).status == 429)
            try await Task.sleep(for: .seconds(8))
            #expect(try await browser.post("/console/issue", fields, token: token).code != nil)
        }
    }

    @Test func `what is refused for another reason is not counted`() async throws {
        let place = try TestAuthority(IssueLimitTests.three)
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            for _ in 0..<5 {
                var fields = IssueLimitTests.contact
                fields["class"] = "x"
                #expect(try await browser.post("/console/issue", fields, page: "/console/issue").status == 400)
                #expect(try await client.issue(["testType": "x"]).status == 400)
            }
            for _ in 0..<3 {
                #expect(try await issue(browser).code != nil)
                #expect(try await client.issue().status == 200)
            }
        }
    }

    @Test func `each issuer is counted for himself, an API key apart from an official of its name`() async throws {
        var settings = AuthoritySettings()
        IssueLimitTests.three(&settings)
        let gatekeeper = Gatekeeper(settings)
        for way in ["api", "console"] {
            for name in ["lan", "minh"] {
                for _ in 0..<3 { try await gatekeeper.admit(issuer: name, way: way) }
                await #expect(throws: Refusal.self) { try await gatekeeper.admit(issuer: name, way: way) }
            }
        }
    }

    @Test func `without a setting sixty codes come at once`() async throws {
        let settings = try JSONDecoder().decode(AuthoritySettings.self, from: Data("{}".utf8))
        #expect(settings.issueBurst == 60 && settings.issueSeconds == 2 && settings.objection == nil)
        let gatekeeper = Gatekeeper(settings)
        var granted = 0
        for _ in 0..<70 where (try? await gatekeeper.admit(issuer: "lan", way: "api")) != nil { granted += 1 }
        #expect((60...62).contains(granted))
    }
}

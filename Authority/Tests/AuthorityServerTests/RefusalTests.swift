// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import HTTPTypes
import Testing

@testable import AuthorityServer

/// What officials are refused, and what the log says of it.
struct RefusalTests {
    private static let contact = ["class": "recursive", "region": "VN-04", "symptom": "", "test": ""]

    private func entries(_ place: TestAuthority, _ name: String? = nil) async throws -> [AuditEntry] {
        try await place.authority.console.audit(of: name, before: .max, limit: 99)
    }

    @Test(arguments: ["negative", "NEGATIVE", "confirmed ", "", "f0", "F1", "recursive,confirmed"])
    func `a class that the form does not have issues nothing, and the form says so`(sent: String) async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            var fields = RefusalTests.contact
            fields["class"] = sent
            let page = try await browser.post("/console/issue", fields, page: "/console/issue")
            #expect(page.status == 400 && page.code == nil)
            #expect(page.text.contains("Hãy chọn một phân loại có trên biểu mẫu"))
            #expect(page.field("once") != nil && !page.text.contains(" checked"))
            await browser.set("bluezone-language", "en")
            let english = try await browser.post("/console/issue", fields, page: "/console/issue")
            #expect(english.status == 400 && english.text.contains("Please choose a class that the form has"))
        }
        #expect(try place.sql("SELECT count(*) FROM codes") == "0")
        #expect(try await entries(place).map(\.action) == [.signIn])
    }

    @Test(arguments: [("confirmed", "F0"), ("likely", "F0"), ("recursive", "F1")])
    func `a class that the form has is the one that the page and the log name`(sent: String, name: String) async throws
    {
        let place = try TestAuthority()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            var fields = RefusalTests.contact
            fields["class"] = sent
            let page = try await browser.post("/console/issue", fields, page: "/console/issue")
            #expect(page.code != nil && page.text.contains(">\(name) · VN-04<"))
        }
        #expect(try place.sql("SELECT type FROM codes") == sent)
        let issued: AuditEntry.Action = name == "F0" ? .issuedF0 : .issuedF1
        #expect(try await entries(place).map(\.action) == [issued, .signIn])
    }

    @Test func `what an official may not do is refused and written down`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let reader = try await ConsoleClient.signedIn(client, "hoa")
            #expect(try await reader.get("/console/issue").status == 403)
            let answer = try await reader.post("/console/issue", RefusalTests.contact, page: "/console/account")
            #expect(answer.status == 403)
            let issuer = try await ConsoleClient.signedIn(client, "lan")
            let rows = ["rows": "VN-04,2020-12-31,1"]
            #expect(try await issuer.post("/console/adoption", rows, page: "/console/account").status == 403)
            for region in ["VN", "VN-99", "<b>"] {
                var fields = RefusalTests.contact
                fields["region"] = region
                #expect(try await issuer.post("/console/issue", fields, page: "/console/issue").status == 400)
            }
            let supervisor = try await ConsoleClient.signedIn(client, "minh")
            #expect(try await supervisor.get("/console/audit").text.contains("Bị từ chối: không có quyền"))
        }
        let refused = try await entries(place).filter { $0.action == .notAllowed }
        #expect(
            refused.map { "\($0.who) \($0.way) \($0.detail)" } == [
                "lan console issue VN", "lan console adoption", "hoa console issue", "hoa console issue",
            ], "a region that does not exist is nobody's")
        #expect(try place.sql("SELECT count(*) FROM codes") == "0")
    }

    @Test func `who asks again and again for what he may not have does not fill the log`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let reader = try await ConsoleClient.signedIn(client, "hoa")
            for _ in 0..<40 { #expect(try await reader.get("/console/issue").status == 403) }
            let issuer = try await ConsoleClient.signedIn(client, "lan")
            let rows = ["rows": "VN-04,2020-12-31,1"]
            #expect(try await issuer.post("/console/adoption", rows, page: "/console/account").status == 403)
        }
        let refused = try await entries(place).filter { $0.action == .notAllowed }
        #expect((10...12).contains(refused.count { $0.who == "hoa" }))
        #expect(refused.count { $0.who == "lan" } == 1, "and hides nobody else's")
    }

    @Test func `a wrong current password is written down, and when it was tried too often that is too`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            let new = "bốn con chó trắng"
            var statuses: [Int] = []
            for number in 0..<6 {
                let fields = ["old": "wrong \(number)", "new": new, "again": new]
                statuses.append(
                    try await browser.post("/console/account/password", fields, page: "/console/account").status)
            }
            #expect(statuses == [401, 401, 401, 401, 429, 429], "the sign-in was one of five")
        }
        let log = try await entries(place, "lan")
        #expect(log.count { $0.action == .passwordRefused } == 4)
        #expect(log.filter { $0.action == .limitReached }.map(\.detail) == ["account", "account"])
        #expect(!log.contains { $0.detail.contains("wrong") })
    }

    @Test func `a failed sign-in is written down for an official, and for nobody else`() async throws {
        let place = try TestAuthority()
        try await place.console { client in
            for name in ["lan", "nobody", "ba con mèo"] {
                let status = try await ConsoleClient(client).signIn(name, "wrong password").status
                #expect(status == 401)
            }
        }
        // Beside the answer.
        for _ in 0..<3000 where try await entries(place).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try await entries(place).map { "\($0.who) \($0.action.rawValue)" } == ["lan sign-in-refused"])
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import Foundation
import HTTPTypes
import Testing

@testable import AuthorityServer

struct ConsoleFigureTests {
    private static let provinces = """
        code,name,population,source
        VN-04,Cao Bằng,530856,"Documents of the Bluezone project"
        VN-99,=1+1<b>x</b>,100,x
        """

    /// An authority whose folder names provinces.
    private func named() throws -> TestAuthority {
        try TestAuthority {
            $0.provinces = ["VN-04", "VN-99"]
        } prepare: { folder in
            try Data(ConsoleFigureTests.provinces.utf8).write(to: URL(fileURLWithPath: folder + "/provinces.csv"))
        }
    }

    @Test func `counts that are entered are shown against 30 %`() async throws {
        let place = try named()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "minh")
            let page = try await browser.post(
                "/console/adoption", ["rows": "province,date,devices\r\nVN-04;2020-12-31;1\r\n"],
                page: "/console/adoption")
            #expect(page.status == 400, "the first line says which separator it is")
            let entered = try await browser.post(
                "/console/adoption", ["rows": "VN-04,2020-12-31,72636"], page: "/console/adoption")
            #expect(entered.status == 200)
            #expect(
                entered.text.contains("13,68 %") && entered.text.contains("72.636") && entered.text.contains("86.621"))
            #expect(entered.text.contains("=1+1&lt;b&gt;x&lt;/b&gt;"))
            await browser.set("bluezone-language", "en")
            let english = try await browser.get("/console/adoption").text
            #expect(english.contains("13.68 %") && english.contains("lang=\"en\"") && english.contains("530,856"))
            let log = try await place.authority.console.audit(of: "minh", before: .max, limit: 1)
            #expect(log.first?.detail == "VN-04 2020-12-31 72636")
        }
    }

    @Test(arguments: [
        "VN-05,2020-12-31,1", "VN-04,2020-13-31,1", "VN-04,2026-11-30,1", "VN-04,2020-12-31,-1", "VN-04,2020-12-31,1.5",
        "VN-04",
        "VN-04,2020-12-31,99999999999999999999", "", "\n\n", "VN-04,2020-12-31,1,2",
    ])
    func `a line that is wrong lets nothing in`(line: String) async throws {
        let place = try named()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "minh")
            let answer = try await browser.post(
                "/console/adoption", ["rows": "VN-04,2020-12-30,5\n" + line], page: "/console/adoption")
            if line.allSatisfy(\.isNewline) {
                #expect(answer.status == 200, "empty lines are passed over")
            } else {
                #expect(answer.status == 400)
                #expect(try await place.authority.console.reportedCounts(until: .max).isEmpty)
            }
        }
    }

    @Test func `devices that counted themselves are shown beside what was reported`() async throws {
        let place = try named()
        let week = ISOWeek(place.clock.now.day).advanced(by: -1)
        for _ in 0..<3 { try await place.authority.store.add(week: week, province: "VN-04") }
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "hoa")
            let text = try await browser.get("/console/adoption", headers: [.acceptLanguage: "en"]).text
            #expect(text.contains("Counted themselves</dt><dd>3</dd>"))
            #expect(!text.contains("<textarea"), "a reader enters nothing")
        }
    }

    @Test func `publications and batches are shown`() async throws {
        let place = try named()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "hoa")
            #expect(try await client.publish(DeviceKeys(days: 3, before: place.today)).status == 200)
            try await place.export()
            let days = try await browser.get("/console/publishing").text
            #expect(days.contains("<th scope=\"row\">21/11/2026</th><td class=\"number\">1</td>"))
            let batches = try await browser.get("/console/batches").text
            #expect(batches.contains("href=\"/v1/VN/bz/"))
            let file = try #require(batches.firstMatch(of: #/href="(\/v1\/[^"]+)"/#))
            #expect(try await browser.get(String(file.1)).status == 200)
        }
    }

    @Test func `a file's name is a link where the console's listener has the file, and text elsewhere`() async throws {
        let bucket = BucketSettings(endpoint: "https://s3.example.org", bucket: "cases")
        let places: [(change: @Sendable (inout AuthoritySettings) -> Void, isLink: Bool)] = [
            ({ _ in }, true), ({ $0.console.port = 0 }, false), ({ $0.bucket = bucket }, false),
        ]
        for (change, isLink) in places {
            let place = try TestAuthority(change) { folder in
                let written = FileManager.default.createFile(
                    atPath: folder + "/bucket-key", contents: Data("access secret".utf8),
                    attributes: [.posixPermissions: 0o600])
                #expect(written)
            }
            let store = place.authority.store
            try await place.serve { client in
                let status = try await client.publish(DeviceKeys(days: 3, before: place.today)).status
                #expect(status == 200)
            }
            let batch = try await store.beginBatch(
                region: ExportRegion("VN", country: "VN"), format: .bluezone, sizes: ExportSizes(),
                now: place.clock.now.seconds)
            let file = ExportFile(path: "bz/1-2-00001.zip", format: .bluezone, end: 2)
            try await store.finishBatch(#require(batch), files: [file], now: place.clock.now.seconds)
            try await place.addOfficials()
            try await place.serve(consoleAlone: place.authority.settings.console.port != nil) { client in
                let text = try await ConsoleClient.signedIn(client, "hoa").get("/console/batches").text
                #expect(text.contains(">bz/1-2-00001.zip</"))
                #expect(text.contains("href=\"/v1/VN/bz/1-2-00001.zip\"") == isLink)
                #expect(isLink || !text.contains("/v1/"))
            }
        }
    }

    @Test func `the week's report says what happened in it, as a page and as a table without formulas`() async throws {
        let place = try named()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "minh")
            _ = try await browser.post(
                "/console/adoption", ["rows": "VN-04,2026-11-20,72636\nVN-99,2026-11-20,40"], page: "/console/adoption")
            #expect(try await client.publish(DeviceKeys(days: 3, before: place.today)).status == 200)
            try await place.export()
            let csv = try await browser.get("/console/report.csv?week=2026-W47", headers: [.acceptLanguage: "en"])
            #expect(csv.headers[.contentType] == "text/csv; charset=utf-8")
            #expect(csv.headers[.contentDisposition] == "attachment; filename=\"bluezone-2026-W47.csv\"")
            for line in [
                "\"Codes issued for F0\",1,\"the server's audit log\"",
                "\"Publications by F0\",1,\"the server, at each publication\"",
                "\"Batches published\",2,\"the server's batches\"",
                "\"VN-04\",\"Cao Bằng\",530856,72636,\"2026-11-20\",\"\",13.68,\"Reported\"",
                "\"VN-99\",\"'=1+1<b>x</b>\",100,40,\"2026-11-20\",\"\",40.00,\"Reported\"",
            ] { #expect(csv.text.contains(line + "\r\n"), "\(line)") }
            for field in CSVReader.rows(csv.text).joined() {
                #expect(!"=+-@".contains(field.first ?? " "), "\(field)")
            }
            let page = try await browser.get("/console/report?week=2026-W47")
            #expect(page.text.contains("16/11/2026 – 22/11/2026"))
            #expect(!page.text.contains("week=2026-W48"), "there is no week after this one yet")
            #expect(try await browser.get("/console/report").text.contains("2026-W46"), "the last whole week")
            for week in ["2026-W48", "2026-W99", "x", "9999-W01"] {
                #expect(try await browser.get("/console/report?week=" + week).status == 404)
            }
            let log = try await place.authority.console.audit(of: "minh", before: .max, limit: 9)
            #expect(log.contains { $0.action == .reportTaken && $0.detail == "2026-W47" })
        }
    }

    @Test func `the language is switched, and only to a page of ours`() async throws {
        let place = try named()
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "hoa")
            #expect(try await browser.get("/console/account").text.contains("<html lang=\"vi\">"))
            #expect(try await browser.get("/console/language/en?page=account").location == "/console/account")
            #expect(try await browser.get("/console/account").text.contains("<html lang=\"en\">"))
            #expect(try await browser.get("/console/language/xx?page=https://evil.example").location == "/console")
        }
    }

    @Test func `codes by API key are in the log too`() async throws {
        let place = try named()
        try await place.console { client in
            #expect(try await client.issue(["class": "F1"]).status == 200)
            #expect(try await client.issue(["testType": "negative"]).status == 200)
            let log = try await place.authority.console.audit(of: "tests", before: .max, limit: 9)
            #expect(log.map(\.action) == [.issuedNone, .issuedF1])
            #expect(log.map(\.way) == ["api", "api"])
        }
    }

    @Test func `the console can be switched off, and its settings are checked`() async throws {
        let place = try TestAuthority { $0.console.enabled = false }
        try await place.serve { client in
            let status = try await client.send(.get, "/console/sign-in").status
            #expect(status == 404)
        }
        let apart = try TestAuthority { $0.console.port = 0 }
        try await apart.serve { client in
            let status = try await client.send(.get, "/console/sign-in").status
            #expect(status == 404)
        }
        for change: (inout ConsoleSettings) -> Void in [
            { $0.port = 70_000 }, { ($0.port, $0.host) = (80, "0.0.0.0") }, { $0.origin = "console.example.org" },
            { $0.origin = "https://x/y" }, { $0.idleMinutes = 0 }, { $0.sessionHours = 25 }, { $0.auditDays = 1 },
            { $0.hoursAhead = 99 },
        ] {
            var settings = ConsoleSettings()
            change(&settings)
            #expect(settings.objection != nil)
        }
        #expect(ConsoleSettings().objection == nil)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import Testing

@testable import AuthorityServer

/// What the log says of what was done, and that nothing is done without its entry.
struct AuditTests {
    private let place: TestAuthority
    private var store: any ConsoleStore { place.authority.console }
    private var officials: OfficialDesk { OfficialDesk(place.authority, who: "root", way: "command") }
    private var keys: APIKeyDesk { APIKeyDesk(place.authority, who: "root", way: "command") }

    init() throws { place = try TestAuthority() }

    private func entries(_ name: String? = nil) async throws -> [AuditEntry] {
        try await store.audit(of: name, before: .max, limit: 999)
    }

    /// The entries that fulfil `condition`, once there are so many of them: refused sign-ins are written down beside their answers.
    private func entries(
        _ name: String? = nil, _ count: Int, _ condition: (AuditEntry) -> Bool
    ) async throws -> [AuditEntry] {
        var found: [AuditEntry] = []
        for _ in 0..<3000 where found.count < count {
            try await Task.sleep(for: .milliseconds(10))
            found = try await entries(name).filter(condition)
        }
        return found
    }

    /// Each entry in words, oldest first.
    private func log(_ name: String) async throws -> [String] {
        try await entries(name).reversed().map { "\($0.way) \($0.action.rawValue) \($0.detail)" }
    }

    /// From now on no entry can be written, as on a disk that is full.
    private func fillUp() throws {
        try place.sql("CREATE TRIGGER no_room BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END")
    }

    @Test func `sign-ins that are refused for a limit are written down, and a storm of them does not fill the log`()
        async throws
    {
        try await place.addOfficials()
        let desk = SignInDesk(
            place.authority, store, PasswordDesk(cost: TestAuthority.cheap), ConsoleGate(), RefusalLog(store))
        let now = place.clock.now.seconds
        func fail(_ name: String, from peer: String) async {
            await #expect(throws: (any Error).self) {
                _ = try await desk.signIn(name, "wrong password", peer: peer, now: now)
            }
        }
        // Fifty tries of a name from wherever, twenty from an address with whatever name.
        for number in 0..<80 {
            for name in ["lan", "nobody"] { await fail(name, from: "10.0.\(number).1") }
        }
        for _ in 0..<30 {
            for name in ["hoa", "ba con mèo"] { await fail(name, from: "10.1.0.1") }
        }
        let isLimited = { (entry: AuditEntry) in entry.action == .signInLimited }
        _ = try await entries("hoa", 1, isLimited)
        _ = try await entries("lan", 10, isLimited)
        let limited = try await entries(nil, 21, isLimited)
        #expect(Set(limited.map(\.who)) == ["lan", "hoa", "?"], "a name that nobody has is not written down")
        #expect(limited.allSatisfy { $0.way == "console" && $0.detail == ($0.who == "?" ? "address" : "name") })
        for who in ["lan", "?"] {
            let count = limited.count { $0.who == who }
            #expect((10...12).contains(count), "\(who): \(count)")
        }
    }

    @Test func `a browser that is refused for the limit is told so, and the official's log says it`() async throws {
        try await place.console { client in
            let browser = ConsoleClient(client)
            for number in 0..<5 { _ = try await browser.signIn("lan", "wrong password \(number)") }
            let refused = try await browser.signIn("lan")
            #expect(refused.status == 429)
        }
        _ = try await entries("lan", 6) { _ in true }
        let refused = Array(repeating: "console sign-in-refused ", count: 5)
        #expect(try await log("lan") == refused + ["console sign-in-limited name"])
    }

    @Test func `a report is written down when it is opened to print as when it is taken as a table`() async throws {
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "hoa")
            for page in ["report?week=2026-W46", "report.csv?week=2026-W45"] {
                let status = try await browser.get("/console/" + page).status
                #expect(status == 200)
            }
            let missing = try await browser.get("/console/report?week=2026-W99")
            #expect(missing.status == 404)
        }
        #expect(
            try await log("hoa") == [
                "console sign-in ", "console report-shown 2026-W46", "console report-taken 2026-W45",
            ])
    }

    @Test func `officials and API keys of commands are written down, and what is not done is not`() async throws {
        let now = place.clock.now
        let an = try #require(Official(name: "an", role: .issuer, region: "VN-04"))
        let done = [
            try await officials.add(an, password: "one", now: now),
            try await officials.set(isDisabled: true, "an", now: now),
            try await officials.set(isDisabled: false, "an", now: now),
            try await officials.set(password: "two", of: "an", now: now),
            try await keys.add("hospital-4", now: now) != nil,
            try await keys.remove("hospital-4", now: now),
        ]
        let refused = [
            try await officials.add(an, password: "three", now: now),
            try await officials.set(isDisabled: true, "nobody", now: now),
            try await officials.set(password: "three", of: "nobody", now: now),
            try await keys.add("tests", now: now) != nil,
            try await keys.remove("hospital-4", now: now),
        ]
        #expect(done == Array(repeating: true, count: 6) && refused == Array(repeating: false, count: 5))
        #expect(
            try await log("root") == [
                "command official-added an issuer VN-04", "command official-disabled an", "command official-enabled an",
                "command password-changed an", "command api-key-added hospital-4", "command api-key-removed hospital-4",
            ])
        #expect(try place.sql("SELECT password, disabled FROM officials") == "two|0")
    }

    @Test func `exports made by command are written down when there are files`() async throws {
        let now = place.clock.now
        let none = try await CommandDesk.export(place.authority, now: now)
        #expect(none?.files == 0)
        try await place.serve { client in
            let status = try await client.publish(DeviceKeys(days: 3, before: place.today)).status
            #expect(status == 200)
        }
        let files = try #require(try await CommandDesk.export(place.authority, now: now)).files
        #expect(files > 0)
        _ = try await CommandDesk.export(place.authority, now: now)
        #expect(try await log("root") == ["command export-made \(files)"])
    }

    @Test func `the log of a new authority begins with its making`() async throws {
        let folder = AuthorityFolder(place.path + "/another")
        let made = try await CommandDesk.make(
            folder, settings: AuthoritySettings(), keyID: "452", keyVersion: "v1", admin: "office",
            now: place.clock.now)
        #expect(made.apiKey.count == 32)
        let first = try await Authority(folder).console.audit(of: "root", before: .max, limit: 9)
        #expect(first.map { "\($0.way) \($0.action.rawValue) \($0.detail)" } == ["command authority-made VN office"])
    }

    @Test func `a supervisor reads all of it in both languages`() async throws {
        let actions: [AuditEntry.Action] = [.signInLimited, .reportShown, .exportMade, .authorityMade]
        for action in actions {
            try await store.record(AuditEntry(time: place.clock.now.seconds, who: "?", way: "command", action: action))
        }
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "minh")
            let vietnamese = try await browser.get("/console/audit").text
            for words in [
                "Đăng nhập bị từ chối: quá nhiều lần", "Mở báo cáo để xem hoặc in", "Tạo tệp công bố",
                "Tạo hệ thống mới, kèm khóa API đầu tiên",
            ] { #expect(vietnamese.contains(words), "\(words)") }
            await browser.set("bluezone-language", "en")
            let english = try await browser.get("/console/audit").text
            for words in [
                "Sign-in refused: too often", "Opened a report, to read or print", "Made export files",
                "Made this authority, with its first API key",
            ] { #expect(english.contains(words), "\(words)") }
        }
    }

    @Test func `a log that cannot be written stops what an official does`() async throws {
        let new = "bốn con chó trắng"
        try await place.console { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            let state = "SELECT name, password FROM officials; SELECT hex(hash) FROM sessions"
            let before = try place.sql(state)
            try fillUp()
            let change = ["old": ConsoleClient.password, "new": new, "again": new]
            for path in ["sign-out", "account/end-sessions", "account/password"] {
                let answer = try await browser.post("/console/" + path, change, page: "/console/account")
                #expect(answer.status == 500, "\(path)")
                let stillIn = try await browser.get("/console/account").status
                #expect(stillIn == 200, "\(path)")
            }
            for page in ["report", "report.csv"] {
                let answer = try await browser.get("/console/" + page)
                #expect(answer.status == 500 && !answer.text.contains("2026-W46"), "\(page)")
            }
            #expect(try place.sql(state) == before)
        }
    }

    @Test func `a log that cannot be written stops what is done to officials and API keys by command`() async throws {
        try await place.addOfficials()
        _ = try await store.setDisabled(true, "hoa")
        let now = place.clock.now
        let an = try #require(Official(name: "an", role: .reader, region: "VN"))
        let before = try place.sql("SELECT * FROM officials")
        try fillUp()
        await #expect(throws: StoreError.self) { _ = try await officials.add(an, password: "one", now: now) }
        await #expect(throws: StoreError.self) { _ = try await officials.set(isDisabled: true, "lan", now: now) }
        await #expect(throws: StoreError.self) { _ = try await officials.set(isDisabled: false, "hoa", now: now) }
        await #expect(throws: StoreError.self) { _ = try await officials.set(password: "two", of: "lan", now: now) }
        await #expect(throws: StoreError.self) { _ = try await keys.add("hospital-4", now: now) }
        await #expect(throws: StoreError.self) { _ = try await keys.remove("tests", now: now) }
        #expect(try place.sql("SELECT * FROM officials") == before)
        #expect(try place.authority.apiKeys.names() == ["tests"])
    }
}

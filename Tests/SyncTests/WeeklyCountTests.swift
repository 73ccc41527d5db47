// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Foundation
import Platform
import Settings
import Testing

@testable import Sync

struct WeeklyCountTests {
    private let server: AuthorityServer
    /// 2026-11-16T00:00:00Z, a Monday.
    private let monday: Int64 = 1_794_787_200
    private let week: Int64 = 7 * 86_400

    init() throws {
        server = try AuthorityServer()
        try Folder.make(server.folder + "/state/spool")
    }

    private func count(_ change: (inout Settings) -> Void = { _ in }) throws -> WeeklyCount? {
        var settings = Settings()
        settings.cases.spool = server.folder + "/state/spool"
        settings.publish.server = SourceURL("http://127.0.0.1:\(server.port)/")
        settings.adoption.isCounted = true
        settings.adoption.province = "VN-04"
        change(&settings)
        return WeeklyCount(settings)
    }

    /// Runs every four hours from one time up to another.
    @discardableResult private func run(from start: Int64, to end: Int64) throws -> [String] {
        try stride(from: start, to: end, by: 4 * 3600).compactMap { try count()?.send(at: $0) }
    }

    @Test func `who did not agree is not counted, nor is who has nobody to tell`() throws {
        #expect(try count { $0.adoption.isCounted = false } == nil)
        #expect(try count { $0.adoption.province = nil } == nil)
        #expect(try count { $0.publish.server = nil } == nil)
        #expect(Settings().adoption.isCounted == false)
    }

    @Test func `each week is counted once, and says nothing but the province`() throws {
        try run(from: monday, to: monday + 3 * week)
        let bodies = try server.counted()
        // A moment in the last four hours of a week can find no run any more.
        #expect((2...3).contains(bodies.count))
        for body in bodies { #expect(Set(body.keys) == ["province", "padding"] && body["province"] == "VN-04") }
        let requests = try server.requests()
        #expect(requests.allSatisfy { $0.step == "count" && $0.body == 2048 && !$0.isChaff && $0.apiKey == nil })
        #expect(Set(requests.map(\.head)).count == 1)
    }

    @Test func `however often it runs, and whatever the clock does, no week is counted twice`() throws {
        for start in [monday, monday - week, monday + week, monday, monday + week, monday - 3 * week] {
            try run(from: start, to: start + week)
        }
        let file = try Folder.text(of: server.folder + "/state/count")
        #expect(file.contains("week 2026-W48"))
        #expect(try server.counted().count <= 3)
    }

    @Test func `the moments are spread over the week`() throws {
        var days: Set<Int64> = []
        for _ in 0..<60 {
            try? Folder.remove(server.folder + "/state/count")
            _ = try count()?.send(at: monday)
            let lines = try Folder.text(of: server.folder + "/state/count").split(separator: "\n")
            let due = try #require(Int64(lines[2].dropFirst(4)))
            #expect((monday..<monday + week).contains(due))
            days.insert((due - monday) / 86_400)
        }
        #expect(days.count >= 5)
    }

    /// Lets the week's moment be now.
    private func makeDue() throws {
        try Folder.replace(
            server.folder + "/state/count",
            with: Array("bluezone-count 1\nweek 2026-W47\ndue \(monday)\nsent no\n".utf8))
    }

    @Test func `an answer that is lost costs the week's count, and no second one`() throws {
        try makeDue()
        try server.next("count", "drop")
        #expect(try count()?.send(at: monday + 5) == nil)
        try run(from: monday + 5, to: monday + week)
        #expect(try server.counted().count == 1 && server.requests().count == 1)
    }

    @Test func `what the server says that it did not count is tried again`() throws {
        try makeDue()
        try server.next("count", "429 {\"error\":\"later\",\"code\":\"quota_exceeded\"}")
        #expect(try count()?.send(at: monday + 5) == nil)
        #expect(try server.counted().isEmpty)
        #expect(try count()?.send(at: monday + 6) == nil)
        #expect(try count()?.send(at: monday + 7) == nil)
        #expect(try server.counted().count == 1)
    }

    @Test func `a province that the server does not know is told, and not tried again`() throws {
        try makeDue()
        try server.next("count", "400 {\"error\":\"no\",\"code\":\"unknown_province\\u001b[2J\"}")
        #expect(
            try count()?.send(at: monday + 5) == "the server does not count this device: HTTP 400 unknown_province[2J")
        #expect(try count()?.send(at: monday + 6) == nil)
        #expect(try server.requests().count == 1)
    }

    @Test func `a file that is damaged is a new week's`() throws {
        for text in ["", "garbage", "bluezone-count 1\nweek 2026-W99\ndue x\nsent no\n", "bluezone-count 2\n"] {
            try Folder.replace(server.folder + "/state/count", with: Array(text.utf8))
            #expect(try count()?.send(at: monday) == nil)
            #expect(try Folder.text(of: server.folder + "/state/count").hasPrefix("bluezone-count 1\nweek 2026-W47\n"))
        }
    }
}

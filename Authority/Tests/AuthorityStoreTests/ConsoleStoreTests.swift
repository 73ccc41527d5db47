// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import Cases
import Testing

/// What every store must do for the console; each function makes one.
struct ConsoleStoreTests {
    private func official(_ name: String, _ role: Official.Role = .issuer) throws -> Official {
        try #require(Official(name: name, role: role, region: "VN-04"))
    }

    private func session(_ number: UInt8, _ name: String, begun: Int64 = 1000, expires: Int64 = 9000) -> ConsoleSession
    {
        ConsoleSession(
            hash: [number], place: [number, 0], name: name, begun: begun, lastUsed: begun, expires: expires)
    }

    @Test(arguments: StoreKind.allCases)
    func `an official is kept once`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        try await store.add(official("lan"), password: "hash")
        await #expect(throws: StoreError.taken) { try await store.add(official("lan", .reader), password: "x") }
        let found = try await store.official(named: "lan")
        #expect(found == StoredOfficial(official: try official("lan"), password: "hash"))
        #expect(try await store.official(named: "LAN") == nil)
        try await store.add(official("an"), password: "y")
        #expect(try await store.officials().map(\.official.name) == ["an", "lan"])
    }

    @Test(arguments: StoreKind.allCases)
    func `a session is good until it is idle, over or ended`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        try await store.add(official("lan"), password: "hash")
        try await store.open(session(1, "lan"))
        #expect(try await store.use(session: [1], now: 1500, idleSince: 600)?.session.lastUsed == 1500)
        #expect(try await store.use(session: [2], now: 1500, idleSince: 600) == nil)
        #expect(try await store.use(session: [1], now: 2500, idleSince: 1600) == nil, "last used at 1500")
        #expect(try await store.use(session: [1], now: 9000, idleSince: 0) == nil, "it is over")
        #expect(try await store.use(session: [1], now: 1200, idleSince: 0)?.session.lastUsed == 1500)
        try await store.end(session: [1])
        #expect(try await store.use(session: [1], now: 1500, idleSince: 600) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `who is disabled or has a new password is signed out`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        try await store.add(official("lan"), password: "hash")
        try await store.open(session(1, "lan"))
        #expect(try await store.setDisabled(true, "lan"))
        #expect(try await store.setDisabled(false, "lan"))
        #expect(try await store.use(session: [1], now: 1001, idleSince: 0) == nil)
        try await store.open(session(2, "lan"))
        #expect(try await store.setPassword("renewed", of: "lan", keepsSessions: true))
        #expect(try await store.use(session: [2], now: 1001, idleSince: 0)?.official.password == "renewed")
        #expect(try await store.setPassword("other", of: "lan", keepsSessions: false))
        #expect(try await store.use(session: [2], now: 1001, idleSince: 0) == nil)
        #expect(try await !store.setPassword("other", of: "nobody", keepsSessions: false))
        #expect(try await !store.setDisabled(true, "nobody"))
    }

    @Test(arguments: StoreKind.allCases)
    func `one's own sessions are listed, and the sign-in before is remembered`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        try await store.add(official("lan"), password: "hash")
        try await store.add(official("minh"), password: "hash")
        try await store.open(session(1, "lan", begun: 1000))
        try await store.open(session(2, "lan", begun: 2000))
        try await store.open(session(3, "minh", begun: 2000))
        #expect(try await store.sessions(of: "lan", now: 2001, idleSince: 500).map(\.hash) == [[2], [1]])
        #expect(try await store.sessions(of: "lan", now: 2001, idleSince: 1500).map(\.hash) == [[2]])
        let found = try await store.official(named: "lan")
        #expect(found?.lastSignIn == 2000)
        #expect(found?.signInBefore == 1000)
        try await store.endSessions(of: "lan")
        #expect(try await store.sessions(of: "lan", now: 2001, idleSince: 0).isEmpty)
        #expect(try await store.sessions(of: "minh", now: 2001, idleSince: 0).count == 1)
        try await store.retire(now: 9000, auditBefore: 0)
        #expect(try place.count("sessions") == 0)
    }

    @Test(arguments: StoreKind.allCases)
    func `the log is read newest first, of all or of one, in pages`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        for number in 1...5 {
            try await store.record(
                AuditEntry(
                    time: Int64(number), who: number.isMultiple(of: 2) ? "lan" : "minh'; DROP TABLE audit --",
                    way: "console", action: .issuedF0, detail: "\(number)"))
        }
        let all = try await store.audit(of: nil, before: .max, limit: 3)
        #expect(all.map(\.detail) == ["5", "4", "3"])
        #expect(try await store.audit(of: nil, before: all[2].number, limit: 3).map(\.detail) == ["2", "1"])
        #expect(try await store.audit(of: "lan", before: .max, limit: 9).map(\.detail) == ["4", "2"])
        #expect(try await store.auditCounts(from: 2, before: 5) == [.issuedF0: 3])
        try await store.retire(now: 0, auditBefore: 3)
        #expect(try await store.audit(of: nil, before: .max, limit: 9).count == 3)
    }

    @Test(arguments: StoreKind.allCases)
    func `each action is read as it was written`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let actions = AuditEntry.Action.allCases
        for action in actions {
            try await place.store.record(AuditEntry(time: 1, who: "root", way: "command", action: action))
        }
        let read = try await place.store.audit(of: "root", before: .max, limit: 99).map(\.action)
        #expect(read == Array(actions.reversed()))
        #expect(try await place.other.auditCounts(from: 1, before: 2).count == actions.count)
    }

    @Test(arguments: StoreKind.allCases)
    func `a publish is counted on its day, once, and leads to no key`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1), key(2)]), now: 86_400 * 3 + 5)
        _ = try await store.publish(publish(1, [key(1), key(2)]), now: 86_400 * 3 + 6)
        _ = try await store.publish(publish(2, [key(3)]), now: 86_400 * 3 + 7)
        _ = try await store.publish(publish(3, [key(4, .recursive)]), now: 86_400 * 4)
        #expect(
            try await store.publications(from: 0, through: 9) == [
                PublicationCount(day: 3, caseClass: .f0, count: 2), PublicationCount(day: 4, caseClass: .f1, count: 1),
            ])
        #expect(try await store.publications(from: 4, through: 4).count == 1)
        #expect(Set(try place.columns("publications")).subtracting(["day", "class", "part", "count"]).isEmpty)
    }

    @Test(arguments: StoreKind.allCases)
    func `batches are shown with what is in them`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1), key(2)]), now: 0)
        let now = key(1).release
        let batch = try #require(try await store.begin(now: now))
        #expect(try await store.batches(limit: 9).map(\.finished) == [nil])
        let file = ExportFile(path: "bz/1-2-00001.zip", format: .bluezone, end: batch.end)
        try await store.finishBatch(batch, files: [file], now: now)
        let shown = try #require(try await store.batches(from: now, before: now + 1).first)
        #expect(shown.keys == 2)
        #expect(shown.files == [file.path])
        #expect(shown.region == "VN")
        #expect(shown.format == "bluezone")
        #expect(try await store.batches(from: now + 1, before: .max).isEmpty)
    }

    @Test(arguments: StoreKind.allCases)
    func `the last report of a province counts`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        try await store.enter([
            ReportedCount(province: "VN-04", day: 10, devices: 70_000),
            ReportedCount(province: "VN-04", day: 20, devices: 72_636),
            ReportedCount(province: "VN-HN", day: 15, devices: 5),
        ])
        try await store.enter([ReportedCount(province: "VN-HN", day: 15, devices: 6)])
        #expect(try await store.reportedCounts(until: 19).map(\.devices) == [70_000, 6])
        #expect(try await store.reportedCounts(until: 20).map(\.devices) == [72_636, 6])
        #expect(try await store.reportedCounts(until: 9).isEmpty)
    }
}

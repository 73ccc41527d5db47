// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityPostgres
import AuthorityStore
import Beacon
import Cases
import Testing

/// What two servers on one database do to each other, and what becomes of them when it goes.
struct PostgresTests {
    private let place: TestStore

    init() throws { place = try TestStore(.postgres) }

    /// What `body` answers for each number, all at once and on both servers in turn.
    private func race<Answer: Sendable>(
        _ count: UInt8, _ body: @escaping @Sendable (any Store, UInt8) async throws -> Answer
    ) async throws -> [Answer] {
        try await withThrowingTaskGroup(of: Answer.self) { group in
            for number in 0..<count {
                let store = number % 2 == 0 ? place.store : place.other
                group.addTask { try await body(store, number) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func token(_ number: UInt8) -> NewToken {
        NewToken(hash: [number], expires: 90_000, certificate: [number])
    }

    @Test func `two servers that start at once make one set of tables`() async throws {
        #expect(
            try await race(8) { store, _ in try await store.files(region: "VN").count } == [0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func `a code that is raced for is good once`() async throws {
        for round: UInt8 in 0..<5 {
            try await place.store.add(code(round))
            let outcomes = try await race(16) { store, number in
                let token = token(round * 16 + number)
                _ = try await store.claim(code: [round], accepting: [.confirmed], token: token, now: 0)
                return try await store.bind(token: token.hash, to: [number], now: 0)
            }
            let bound = outcomes.filter { if case .bound = $0 { true } else { false } }
            #expect(bound.count == 1, "\(outcomes)")
        }
    }

    @Test func `a token that is raced for is bound to one set of keys`() async throws {
        try await place.store.add(code(1))
        _ = try await place.store.claim(code: [1], accepting: [.confirmed], token: token(1), now: 0)
        let outcomes = try await race(16) { store, number in try await store.bind(token: [1], to: [number], now: 0) }
        #expect(outcomes.filter { $0 == .used }.count == 15)
    }

    @Test func `a certificate that is raced for stores its keys once`() async throws {
        let offer = publish(1, [key(1), key(2)])
        let both: OwnedKeys = [OwnedKeys(place: 0), OwnedKeys(place: 1)]
        let outcomes = try await race(16) { store, _ in try await store.publish(offer, now: 0) }
        #expect(outcomes.filter { $0 == .stored(inserted: 2, revised: 0, owned: both) }.count == 1)
        #expect(outcomes.filter { $0 == .repeated(owned: both) }.count == 15)
    }

    @Test func `keys that many publish at once in any order are there once`() async throws {
        let outcomes = try await race(16) { store, number in
            let keys = (1...14).map { key($0) }.shuffled()
            return try await store.publish(publish(number, keys), now: 0)
        }
        let inserted = outcomes.map { if case .stored(let inserted, 0, _) = $0 { inserted } else { -1 } }
        #expect(inserted.reduce(0, +) == 14, "\(outcomes)")
    }

    @Test func `publishes and batches at once lose nothing`() async throws {
        let store = place.other
        let exports = Task {
            var seen: [CaseKey] = []
            for _ in 0..<12 {
                guard let batch = try await store.begin(now: 2_000_000_000) else { continue }
                seen += batch.keys
                try await store.finish(batch, end: batch.end)
            }
            return seen
        }
        // Each key comes twice, so that some wait for a batch that writes theirs anew.
        _ = try await race(120) { store, number in
            try await store.publish(publish(number, [key(number / 2), key(number / 2 + 100)]), now: 0)
        }
        var seen = try await exports.value
        while let batch = try await store.begin(now: 2_000_000_000) {
            seen += batch.keys
            try await store.finish(batch, end: batch.end)
        }
        #expect(seen.sorted { $0.key < $1.key } == (Array(0..<60) + Array(100..<160)).map { key($0) })
    }

    @Test func `an onset before the key, and none, come back`() async throws {
        var keys = [key(1), key(2)]
        keys[0].daysSinceOnset = -13
        keys[1].daysSinceOnset = nil
        _ = try await place.store.publish(publish(1, keys), now: 0)
        #expect(try await place.store.begin()?.keys == keys)
    }

    @Test func `after its batch the database does not know which keys came together`() async throws {
        for number: UInt8 in 1...9 {
            _ = try await place.store.publish(publish(number, [key(200 - number), key(number)]), now: 0)
        }
        #expect(try place.sql("SELECT count(DISTINCT xmin::text) FROM keys") == "9", "until then it does")
        _ = try await place.store.begin()
        #expect(try place.sql("SELECT count(DISTINCT xmin::text) FROM keys") == "1")
        #expect(
            try place.sql(
                "SELECT string_agg(key::text, ',' ORDER BY ctid) = string_agg(key::text, ',' ORDER BY key) FROM keys")
                == "t")
        #expect(try place.count("keys") == 18)
    }

    @Test func `a newer program's tables are left alone`() async throws {
        _ = try await place.store.files(region: "VN")
        try place.sql("UPDATE bluezone_version SET version = 1000")
        let late = PostgresStore(try PostgresAddress(place.address, password: nil), connections: 1)
        await #expect(throws: StoreError.newer) { try await late.add(code(1)) }
    }

    @Test(arguments: [
        "postgresql://a:hunter2@h/d", "host=h password=hunter2", "postgresql://h/d?passwörd=hunter2", "x",
    ])
    func `an address with a password is refused without being shown`(text: String) throws {
        let error = #expect(throws: StoreError.self) { try PostgresAddress(text, password: nil) }
        #expect(error.map { !"\($0)".contains("hunter2") } == true)
    }

    @Test func `connections that ended are opened again`() async throws {
        _ = try await race(8) { store, _ in try await store.files(region: "VN") }
        try end("datname = current_database()")
        #expect(
            try await race(8) { store, number in try await store.publish(publish(number, [key(number)]), now: 0) }
                .allSatisfy { $0 == .stored(inserted: 1, revised: 0, owned: OwnedKeys(place: 0)) })
    }

    @Test func `who lost the lock cannot go on with his export`() async throws {
        _ = try await place.store.publish(publish(1, [key(1)]), now: 0)
        let (store, other) = (place.store, place.other)
        try await store.exclusively {
            let batch = try #require(try await store.begin())
            try end("pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')")
            let again = try await other.exclusively { try await other.begin() }
            #expect(again??.seed == batch.seed)
            await #expect(throws: StoreError.self) { try await store.finish(batch, end: 1) }
            await #expect(throws: StoreError.self) { try await store.files(region: "VN") }
        }
        #expect(try await store.files(region: "VN").isEmpty)
    }

    /// Ends connections, as an administrator or a crash does.
    private func end(_ condition: String) throws {
        try place.sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND \(condition)"
        )
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityStore
import Beacon
import Testing

struct AdoptionTests {
    private let place = TestFolder()

    private func week(_ text: String) throws -> ISOWeek { try #require(ISOWeek(text)) }

    @Test(arguments: StoreKind.allCases)
    func `devices are counted by week and province and stay counted`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        for _ in 0..<3 { try await store.add(week: week("2026-W47"), province: "VN-04") }
        try await store.add(week: week("2026-W47"), province: "VN-03")
        try await store.add(week: week("2026-W46"), province: "VN-04")
        try await store.add(week: week("2026-W44"), province: "VN-04")
        let counts = try await place.other.counts(weeks: week("2026-W45")...week("2026-W47"))
        #expect(
            try counts == [
                AdoptionCount(week: week("2026-W46"), province: "VN-04", devices: 1),
                AdoptionCount(week: week("2026-W47"), province: "VN-03", devices: 1),
                AdoptionCount(week: week("2026-W47"), province: "VN-04", devices: 3),
            ])
        #expect(try place.columns("adoption") == ["monday", "province", "devices"], "and nothing else")
    }

    @Test(arguments: StoreKind.allCases)
    func `counts at once are all counted`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let (store, other) = (place.store, place.other)
        let now = try week("2026-W47")
        try await withThrowingTaskGroup { group in
            for number in 0..<50 {
                group.addTask { try await (number % 2 == 0 ? store : other).add(week: now, province: "VN-04") }
            }
            try await group.waitForAll()
        }
        #expect(try await store.counts(weeks: now...now).map(\.devices) == [50])
    }

    @Test func `a store from before counts is brought up to date and keeps what it has`() async throws {
        let store = try EmbeddedStore(folder: place.path)
        try await store.add(code(1))
        let newer =
            "DROP TABLE officials; DROP TABLE sessions; DROP TABLE audit; DROP TABLE publications; DROP TABLE reported;"
            + ["minimum", "jitter", "maximum"].map { "ALTER TABLE batches DROP COLUMN \($0);" }.joined()
        try place.sql(newer + "DROP TABLE adoption; PRAGMA user_version = 1")
        let later = try EmbeddedStore(folder: place.path)
        let now = try week("2026-W47")
        try await later.add(week: now, province: "VN")
        #expect(try await later.counts(weeks: now...now).count == 1)
        #expect(try place.count("codes") == 1)
    }
}

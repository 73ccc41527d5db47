// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import Cases
import Testing

/// Which region's exports a key is in.
struct RegionTests {
    @Test(arguments: StoreKind.allCases)
    func `a province's key is in its batch alone, whose files the country lists too`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1)], region: "VN-04"), now: 0)
        _ = try await store.publish(publish(2, [key(2)], region: "VN-01"), now: 0)
        _ = try await store.publish(publish(3, [key(3)]), now: 0)
        let province = try #require(try await store.begin("VN-04", now: 2_000_000_000))
        #expect(province.keys == [key(1)])
        try await store.finish(province, end: province.end)
        let country = try #require(try await store.begin(apart: ["VN-04"], now: 2_000_000_000))
        #expect(country.keys == [key(2), key(3)])
        #expect(country.end > province.end, "one list has both")
        try await store.finish(country, end: country.end)
        #expect(try await store.begin(apart: ["VN-04"]) == nil)
        #expect(try await store.begin("VN-04") == nil)
        #expect(try await store.files(region: "VN-04").map(\.end) == [province.end])
        #expect(try await store.files(region: "VN").map(\.end) == [province.end, country.end])
        #expect(try await store.batches(limit: 9).map(\.keys) == [2, 1])
        #expect(try await store.batches(limit: 9).map(\.files.count) == [1, 1])
        // Old files go from both folders.
        _ = try await store.publish(publish(4, [key(4)], region: "VN-04"), now: 0)
        let next = try #require(try await store.begin("VN-04", now: 2_000_001_000))
        #expect(next.start == province.end)
        try await store.finish(next, end: next.end)
        let old = ["VN-04/\(province.number).zip", "VN/\(country.number).zip", "VN/\(province.number).zip"]
        #expect(try await Set(store.retire(now: 0, keysBefore: 2_000_000_900)) == Set(old))
    }

    @Test(arguments: StoreKind.allCases)
    func `a change follows its key, though regions became others`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1)], region: "VN-04"), now: 0)
        let first = try #require(try await store.begin(now: 2_000_000_000))
        try await store.finish(first, end: first.end)
        // The province gets exports of its own: with what is new.
        _ = try await store.publish(publish(2, [key(2)], region: "VN-04"), now: 0)
        let province = try #require(try await store.begin("VN-04", now: 2_000_001_000))
        #expect(province.keys == [key(2)])
        try await store.finish(province, end: province.end)
        #expect(try await store.revoke([key(1).key.bytes, key(2).key.bytes]) == 2)
        let changed = try #require(try await store.begin("VN-04", now: 2_000_002_000))
        #expect(changed.keys.isEmpty && changed.revisedKeys == [key(2, .revoked)])
        try await store.finish(changed, end: changed.end)
        let country = try #require(try await store.begin(apart: ["VN-04"], now: 2_000_002_000))
        #expect(country.keys.isEmpty && country.revisedKeys == [key(1, .revoked)])
    }

    /// It put a province's keys into the country's batch too, often in a file of the same name.
    @Test(arguments: StoreKind.allCases)
    func `what an older program began is finished`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1)], region: "VN-04"), now: 0)
        let province = try #require(try await store.begin("VN-04", now: 2_000_000_000))
        let file = ExportFile(path: "bz/same.zip", format: .bluezone, end: province.end)
        try place.sql(
            """
            INSERT INTO files (region, path, format, "end", batch, place, finished)
            VALUES ('VN', 'bz/same.zip', 1, \(file.end), 99, 0, \(file.end))
            """)
        try await store.finishBatch(province, files: [file], now: province.end)
        #expect(try await store.files(region: "VN") == [file])
        #expect(try await store.files(region: "VN-04") == [file])
        #expect(try await store.begin("VN-04", now: 2_000_000_000) == nil)
        #expect(try await store.begin(apart: ["VN-04"], now: 2_000_000_000) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `what a province that is none any more began and published is the country's`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1)], region: "VN-04"), now: 0)
        let first = try #require(try await store.begin("VN-04", now: 2_000_000_000))
        try await store.finish(first, end: first.end)
        _ = try await store.publish(publish(2, [key(2)], region: "VN-04"), now: 0)
        let begun = try #require(try await store.begin("VN-04", now: 2_000_001_000))
        #expect(begun.keys == [key(2)])
        #expect(try await store.begin(apart: ["VN-04"], now: 2_000_001_000) == nil, "it is still to be finished")
        #expect(try await store.revoke([key(1).key.bytes]) == 1)
        let adopted = try #require(try await store.begin(now: 2_000_002_000))
        #expect(adopted.keys == [key(2)] && adopted.revisedKeys.isEmpty)
        #expect(adopted.number == begun.number && adopted.seed == begun.seed && adopted.end == begun.end)
        try await store.finish(adopted, end: adopted.end)
        let country = try #require(try await store.begin(now: 2_000_002_000))
        #expect(country.keys.isEmpty && country.revisedKeys == [key(1, .revoked)])
        #expect(try await store.files(region: "VN-04").count == 1)
    }
}

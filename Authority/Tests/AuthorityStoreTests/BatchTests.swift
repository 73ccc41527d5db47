// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import Cases
import Testing

struct BatchTests {
    @Test(arguments: StoreKind.allCases)
    func `a key is due when its embargo is over, once`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1)], region: "VN-04"), now: 0)
        let release = key(1).release
        #expect(try await store.begin(now: release - 1) == nil)
        let country = try #require(try await store.begin(apart: ["VN-01", "VN-0"], now: release))
        #expect(country.keys == [key(1)])
        #expect(country.end == release)
        #expect(try await store.begin("VN-01", now: release) == nil)
        #expect(try await store.begin("VN-0", now: release) == nil)
        #expect(try await store.begin("VN-04", now: release) == nil)
        try await store.finish(country, end: release)
        #expect(try await store.begin(now: release + 10) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `formats have batches of their own`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1), exposureKey(2)]), now: 0)
        #expect(try await store.begin("VN", .bluezone)?.keys == [key(1)])
        #expect(try await store.begin("VN", .exposureNotification)?.keys == [exposureKey(2)])
    }

    @Test(arguments: StoreKind.allCases)
    func `a batch that was not finished comes again as it was, though keys came meanwhile`(kind: StoreKind) async throws
    {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1)]), now: 0)
        let first = try #require(try await store.begin(now: 2_000_000_000))
        _ = try await store.publish(publish(2, [key(2)]), now: 0)
        let again = try #require(
            try await place.other.begin(now: 2_000_000_500))
        #expect(again.number == first.number && again.seed == first.seed && again.keys == first.keys)
        #expect(again.start == first.start && again.end == first.end)
        try await store.finish(again, end: again.end)
        let next = try #require(try await store.begin(now: 2_000_001_000))
        #expect(next.keys == [key(2)])
        #expect(next.start == first.end)
    }

    @Test(arguments: StoreKind.allCases)
    func `a batch that was not finished keeps its sizes, and its keys past their time`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        let sizes = ExportSizes(minimum: 5, jitter: 0, maximum: 7)
        _ = try await store.publish(publish(1, [key(1), key(2)]), now: 0)
        let first = try #require(try await store.begin("VN", .bluezone, sizes, now: 2_000_000_000))
        _ = try await store.publish(publish(2, [key(3)]), now: 0)
        // All three ended before then; the third is in no batch.
        _ = try await store.retire(now: 2_000_000_000, keysBefore: 2_000_000_000)
        let again = try #require(try await place.other.begin(now: 2_000_000_500))
        #expect(again.keys == [key(1), key(2)] && again.seed == first.seed)
        #expect(first.sizes == sizes && again.sizes == sizes)
        // As one that was begun before batches had sizes.
        try place.sql("UPDATE batches SET minimum = NULL, jitter = NULL, maximum = NULL")
        #expect(try await store.begin()?.sizes == ExportSizes())
        _ = try await store.retire(now: 2_000_000_001, keysBefore: 2_000_000_001)
        #expect(try place.count("keys") == 0, "nobody has finished it for as long as keys are kept")
        #expect(try await store.begin()?.keys == [])
        try await store.finish(again, end: again.end)
        #expect(try await store.begin() == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `what is revised while a batch is open stays in it, and is due once more`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1, .confirmedClinicalDiagnosis), key(2), key(3)]), now: 0)
        let first = try #require(try await store.begin(now: 2_000_000_000))
        _ = try await store.publish(publish(2, [key(1)], known: [key(1).key.bytes]), now: 0)
        #expect(try await store.revoke([key(2).key.bytes]) == 1)
        let again = try #require(try await place.other.begin(now: 2_000_000_500))
        #expect(again.number == first.number && again.seed == first.seed && again.end == first.end)
        #expect(again.keys == [key(1), key(2, .revoked), key(3)] && again.revisedKeys.isEmpty)
        try await store.finish(again, end: again.end)
        let next = try #require(try await store.begin(now: 2_000_001_000))
        #expect(next.keys.isEmpty && next.revisedKeys == [key(1), key(2, .revoked)])
    }

    @Test(arguments: StoreKind.allCases)
    func `what a full batch leaves is in the next, and one that is not full is the last`(kind: StoreKind) async throws {
        let place = try TestStore(kind, batchKeys: 2)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1), key(2), key(3)]), now: 0)
        let full = try #require(try await store.begin(now: 2_000_000_000))
        #expect(full.keys.count == 2 && !full.isLast)
        try await store.finish(full, end: full.end)
        let rest = try #require(try await store.begin(now: 2_000_000_000))
        #expect(rest.keys.count == 1 && rest.isLast)
        #expect(Set(full.keys + rest.keys) == Set([key(1), key(2), key(3)]))
        #expect(rest.end > full.end)
        let again = try #require(try await place.other.begin(now: 2_000_000_000))
        #expect(again.number == rest.number && !again.isLast, "what came since it was begun is not known")
        try await store.finish(again, end: again.end)
        #expect(try await store.begin(now: 2_000_000_000) == nil)
        // As many as there is room for: nobody looked whether there are more.
        _ = try await store.publish(publish(2, [key(4), key(5)]), now: 0)
        let even = try #require(try await store.begin(now: 2_000_001_000))
        #expect(even.keys == [key(4), key(5)] && !even.isLast)
        try await store.finish(even, end: even.end)
        #expect(try await store.begin(now: 2_000_001_000) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `windows never repeat, though the clock goes back`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1)]), now: 0)
        let first = try #require(try await store.begin(now: 2_000_000_000))
        try await store.finish(first, end: 2_000_000_003)
        _ = try await store.publish(publish(2, [key(2)]), now: 0)
        let next = try #require(try await store.begin(now: 1_999_999_000))
        #expect(next.start == 2_000_000_003)
        #expect(next.end == 2_000_000_004)
    }

    @Test(arguments: StoreKind.allCases)
    func `a key revised after it was exported is a revised key, one revised before is not`(kind: StoreKind) async throws
    {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        let early = key(1, .confirmedClinicalDiagnosis)
        let late = key(2, .confirmedClinicalDiagnosis)
        _ = try await store.publish(publish(1, [early]), now: 0)
        try await store.finish(#require(try await store.begin(now: 2_000_000_000)), end: 2_000_000_000)
        _ = try await store.publish(publish(2, [late]), now: 0)
        let known: Set = [early.key.bytes, late.key.bytes]
        _ = try await store.publish(publish(3, [key(1), key(2)], known: known), now: 0)
        let batch = try #require(try await store.begin(now: 2_000_001_000))
        #expect(batch.revisedKeys == [key(1)])
        #expect(batch.keys == [key(2)])
        try await store.finish(batch, end: 2_000_001_000)
        #expect(try await store.begin() == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `the seed goes when a batch is finished`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1)]), now: 0)
        let batch = try #require(try await store.begin(now: 2_000_000_000))
        #expect(batch.seed.count == 32)
        try await store.finish(batch, end: 2_000_000_000)
        #expect(try place.count("batches WHERE length(seed) > 0") == 0)
    }

    @Test(arguments: StoreKind.allCases)
    func `one process exports at a time`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        let other = place.other
        let inner = try await store.exclusively { try await other.exclusively { true } == nil }
        #expect(inner == true)
        #expect(try await other.exclusively { true } == true)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import Cases
import Testing

struct RevocationTests {
    @Test(arguments: StoreKind.allCases)
    func `published keys are taken back once, and unknown ones not at all`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1), key(2)]), now: 0)
        #expect(try await store.revoke([key(1).key.bytes, key(9).key.bytes]) == 1)
        #expect(try await store.revoke([key(1).key.bytes]) == 0)
        #expect(try await store.revoke([]) == 0)
        // Nobody could fetch key 1 yet.
        let batch = try #require(try await store.begin(now: 2_000_000_000))
        #expect(batch.keys == [key(2)] && batch.revisedKeys.isEmpty)
        try await store.finish(batch, end: batch.end)
        #expect(try await store.revoke([key(2).key.bytes]) == 1)
        let next = try #require(try await store.begin(now: 2_000_001_000))
        #expect(next.keys.isEmpty && next.revisedKeys == [key(2, .revoked)])
    }

    @Test(arguments: StoreKind.allCases)
    func `a publish takes back what is there and passes over what is not`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(1)]), now: 0)
        let outcome = try await store.publish(
            publish(2, [key(1, .revoked), key(9, .revoked)], known: [key(1).key.bytes]), now: 0)
        #expect(outcome == .stored(inserted: 0, revised: 1, owned: OwnedKeys(place: 0)))
        #expect(try await store.begin() == nil)
    }
}

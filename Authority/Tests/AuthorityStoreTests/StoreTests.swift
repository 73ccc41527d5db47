// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import Cases
import Testing

struct StoreTests {
    private func token(_ number: UInt8) -> NewToken {
        NewToken(hash: [number], expires: 90_000, certificate: [number, number])
    }

    @Test(arguments: StoreKind.allCases)
    func `a code is good once, in its short form until one time and in its long form until another`(kind: StoreKind)
        async throws
    {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        try await store.add(code(1))
        try await store.add(code(2))
        let all = Set(TestType.allCases)
        #expect(try await store.claim(code: [9], accepting: all, token: token(1), now: 0) == .unknown)
        #expect(try await store.claim(code: [1], accepting: all, token: token(1), now: 1000) == .expired)
        #expect(
            try await store.claim(code: [1], accepting: all, token: token(1), now: 999)
                == .claimed(code(1).confirmation))
        _ = try await store.bind(token: [1], to: [1], now: 999)
        #expect(try await store.claim(code: [1], accepting: all, token: token(2), now: 999) == .unknown)
        #expect(try await store.claim(code: [101], accepting: all, token: token(2), now: 999) == .unknown)
        #expect(
            try await store.claim(code: [102], accepting: all, token: token(3), now: 1999)
                == .claimed(code(2).confirmation))
    }

    @Test(arguments: StoreKind.allCases)
    func `a code that was issued by a clock far ahead is good in neither form`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        let ahead: Int64 = 400 * 86_400
        for (number, early) in [(1, ahead), (2, 200)] as [(UInt8, Int64)] {
            var issued = code(number)
            issued.shortExpires = early + AccessCode.Form.short.lifetime
            issued.longExpires = early + AccessCode.Form.long.lifetime
            try await store.add(issued)
        }
        for hash: UInt8 in [1, 101] {
            #expect(try await store.claim(code: [hash], accepting: [.confirmed], token: token(1), now: 0) == .expired)
        }
        // Another server's clock may be a little ahead.
        for hash: UInt8 in [2, 102] {
            #expect(
                try await store.claim(code: [hash], accepting: [.confirmed], token: token(hash), now: 0)
                    == .claimed(code(2).confirmation))
        }
        #expect(
            try await store.claim(code: [1], accepting: [.confirmed], token: token(9), now: ahead)
                == .claimed(code(1).confirmation), "when that time has come")
    }

    @Test(arguments: StoreKind.allCases)
    func `a code can be exchanged again until its token is used, and the token of before is gone`(kind: StoreKind)
        async throws
    {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        try await store.add(code(1))
        let claimed = ClaimOutcome.claimed(code(1).confirmation)
        #expect(try await store.claim(code: [1], accepting: [.confirmed], token: token(1), now: 0) == claimed)
        #expect(try await store.claim(code: [101], accepting: [.confirmed], token: token(2), now: 0) == claimed)
        // Neither too late nor for another type it takes anything back.
        #expect(try await store.claim(code: [1], accepting: [.confirmed], token: token(3), now: 1000) == .expired)
        #expect(try await store.claim(code: [1], accepting: [], token: token(3), now: 0) == .otherType(.confirmed))
        #expect(try await store.bind(token: [1], to: [1], now: 0) == .unknown)
        #expect(try await store.bind(token: [2], to: [1], now: 0) == .bound(code(1).confirmation, certificate: [2, 2]))
        for hash: UInt8 in [1, 101] {
            #expect(try await store.claim(code: [hash], accepting: [.confirmed], token: token(3), now: 0) == .unknown)
        }
        #expect(try place.count("tokens") == 1)
    }

    @Test(arguments: StoreKind.allCases)
    func `a type that the device does not take leaves the code good`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        try await store.add(code(1, .recursive))
        #expect(
            try await store.claim(code: [1], accepting: [.confirmed], token: token(1), now: 0) == .otherType(.recursive)
        )
        #expect(
            try await store.claim(code: [1], accepting: [.recursive], token: token(1), now: 0)
                == .claimed(code(1, .recursive).confirmation))
    }

    @Test(arguments: StoreKind.allCases)
    func `two codes cannot be the same`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        try await store.add(code(1))
        var other = code(2)
        other.shortHash = [1]
        await #expect(throws: StoreError.taken) { try await store.add(other) }
    }

    @Test(arguments: StoreKind.allCases)
    func `a token is bound to one set of keys and answers for it again`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        try await store.add(code(1))
        _ = try await store.claim(code: [1], accepting: [.confirmed], token: token(7), now: 0)
        #expect(try await store.bind(token: [8], to: [1], now: 0) == .unknown)
        let bound = BindOutcome.bound(code(1).confirmation, certificate: [7, 7])
        #expect(try await store.bind(token: [7], to: [1], now: 0) == bound)
        #expect(try await store.bind(token: [7], to: [1], now: 10) == bound)
        #expect(try await store.bind(token: [7], to: [2], now: 10) == .used)
        #expect(try await store.bind(token: [7], to: [1], now: 90_000) == .expired)
    }

    @Test(arguments: StoreKind.allCases)
    func `the same certificate twice stores nothing twice, and says again whose the keys are`(kind: StoreKind)
        async throws
    {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        let both: OwnedKeys = [OwnedKeys(place: 0), OwnedKeys(place: 1)]
        let first = publish(1, [key(1), key(2)])
        #expect(try await store.publish(first, now: 0) == .stored(inserted: 2, revised: 0, owned: both))
        #expect(try await store.publish(publish(1, [key(3)]), now: 0) == .repeated(owned: both))
        let second = publish(2, [key(1), key(3)])
        let new = OwnedKeys(place: 1)
        #expect(try await store.publish(second, now: 0) == .stored(inserted: 1, revised: 0, owned: new))
        #expect(try await store.publish(second, now: 0) == .repeated(owned: new), "key 1 is somebody else's")
        #expect(try await store.begin()?.keys == [key(1), key(2), key(3)])
        let last = first.certificateExpires + 3600
        _ = try await store.retire(now: last, keysBefore: 0)
        #expect(try await store.publish(first, now: last) == .repeated(owned: both), "as long as it was to be")
        _ = try await store.retire(now: last + 1, keysBefore: 0)
        #expect(try place.count("certificates") == 0)
    }

    @Test(arguments: StoreKind.allCases)
    func `a refused key takes the whole publish back, the certificate too`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        _ = try await store.publish(publish(1, [key(2, .confirmedClinicalDiagnosis)]), now: 0)
        let changed = [key(1), key(2)]
        #expect(try await store.publish(publish(2, changed), now: 0) == .refused(.missingToken))
        #expect(
            try await store.publish(publish(2, changed, known: [key(2).key.bytes]), now: 0)
                == .stored(inserted: 1, revised: 1, owned: [OwnedKeys(place: 0), OwnedKeys(place: 1)]))
        #expect(
            try await store.publish(publish(3, [key(2, .recursive)], known: [key(2).key.bytes]), now: 0)
                == .stored(inserted: 0, revised: 0, owned: OwnedKeys(place: 0)))
    }

    @Test func `a folder's store is not opened by an older program`() throws {
        let place = TestFolder()
        _ = try EmbeddedStore(folder: place.path)
        try place.sql("PRAGMA user_version = 999")
        #expect(throws: StoreError.newer) { try EmbeddedStore(folder: place.path) }
    }

    @Test func `what a store writes is there for others, though it was opened twice and another program closed it`()
        async throws
    {
        let place = try TestStore(.embedded)
        defer { place.keep() }
        // SQLite takes its log away when nobody else has the store open; whose locks are lost seems to be nobody.
        try place.sql("PRAGMA user_version")
        try await place.store.add(code(1))
        try await place.other.add(code(2))
        #expect(try place.count("codes") == 2)
    }

    @Test(arguments: StoreKind.allCases)
    func `text from outside is never read as SQL`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        var odd = code(1)
        odd.issuer = "'; DROP TABLE keys; --"
        odd.uuid = "\"'\u{1F600}\u{0}"
        odd.confirmation.region = "VN' OR '1'='1"
        try await store.add(odd)
        #expect(
            try await store.claim(code: [1], accepting: [.confirmed], token: token(1), now: 0)
                == .claimed(odd.confirmation))
        let stored = PublishOutcome.stored(inserted: 1, revised: 0, owned: OwnedKeys(place: 0))
        #expect(try await store.publish(publish(1, [key(1)]), now: 0) == stored)
    }

    @Test(arguments: StoreKind.allCases)
    func `what has had its time is forgotten`(kind: StoreKind) async throws {
        let place = try TestStore(kind)
        defer { place.keep() }
        let store = place.store
        try await store.add(code(1))
        _ = try await store.publish(publish(1, [key(1)]), now: 0)
        let batch = try #require(try await store.begin())
        try await store.finishBatch(
            batch, files: [ExportFile(path: "bz/1.zip", format: .bluezone, end: 5)], now: 10)
        _ = try await store.publish(publish(2, [key(2, start: 2_700_000)]), now: 0)
        let later = try #require(try await store.begin())
        try await store.finishBatch(
            later, files: [ExportFile(path: "bz/2.zip", format: .bluezone, end: 9)], now: 2_000_000_000)

        #expect(try await store.retire(now: 100_000, keysBefore: (2_650_000 + 144) * 600 + 1) == ["VN/bz/1.zip"])
        #expect(try await store.files(region: "VN").map(\.path) == ["bz/2.zip"])
        #expect(try await store.claim(code: [1], accepting: [.confirmed], token: token(1), now: 0) == .unknown)
        #expect(try place.count("keys") == 1)
        #expect(try place.count("placements") == 1)
        #expect(try place.count("certificates") == 0)
    }
}

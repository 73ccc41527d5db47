// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Beacon
import Cases
import Testing

@testable import AuthorityStore

/// Many writes at once: each is its own, though they reach the disk together.
struct CommitQueueTests {
    private let place = TestFolder()

    private func publish(_ number: Int, _ store: EmbeddedStore) async throws -> PublishOutcome {
        // Every seventh sends a key that was published before with another time, behind one that is new.
        let isRefused = number % 7 == 0
        var keys = [try key(number)]
        if isRefused { keys.append(try key(1_000_000, start: 2_650_144)) }
        return try await store.publish(
            NewPublish(
                certificate: bytes(number, 16), certificateExpires: 2_000_000_000, keys: keys, places: [0, 1],
                region: "VN", known: []), now: 0)
    }

    private func bytes(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 4))) }
    }

    private func key(_ number: Int, start: UInt32 = 2_650_000) throws -> CaseKey {
        CaseKey(
            key: try #require(DailyKey(format: .bluezone, bytes: bytes(number, 32))), rollingStart: start,
            rollingPeriod: 144, reportType: .confirmedTest)
    }

    @Test func `of hundreds at once each is stored or refused by itself`() async throws {
        let store = try EmbeddedStore(folder: place.path)
        _ = try await publish(1_000_000, store)
        let outcomes = try await withThrowingTaskGroup(of: (Int, PublishOutcome).self) { group in
            for number in 1...500 { group.addTask { (number, try await publish(number, store)) } }
            return try await group.reduce(into: [Int: PublishOutcome]()) { $0[$1.0] = $1.1 }
        }
        for number in 1...500 {
            let expected: PublishOutcome =
                number % 7 == 0
                ? .refused(.otherKey) : .stored(inserted: 1, revised: 0, owned: OwnedKeys(place: 0))
            #expect(outcomes[number] == expected, "\(number)")
        }
        #expect(try place.count("keys") == 1 + 500 - 500 / 7)
        #expect(try place.count("certificates") == 1 + 500 - 500 / 7)
    }

    @Test func `who gives up takes nobody along`() async throws {
        let store = try EmbeddedStore(folder: place.path)
        let numbers = (1...300).filter { $0 % 7 != 0 }
        let tasks = numbers.map { number in Task { try await publish(number, store) } }
        for task in tasks.enumerated() where task.offset % 3 == 0 { task.element.cancel() }
        for task in tasks.enumerated() where task.offset % 3 != 0 {
            #expect(try await task.element.value == .stored(inserted: 1, revised: 0, owned: OwnedKeys(place: 0)))
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Platform
import Testing

@testable import Journal

@Suite struct SealTests {
    let day = TestJournal.day
    private var segment: String { JournalFormat.fileName(of: day) }

    @Test func `a segment shows nothing of what was heard, not even that something was heard twice`() throws {
        let storage = ModelStorage()
        let sightings = [Sighting](repeating: TestJournal.sighting(5), count: 300)
        let writer = try storage.writer()
        try writer.append(sightings)
        try writer.commit()
        let bytes = try #require(storage.seen[segment])
        #expect(bytes.count == 4096 + 300 * 32)
        let blocks = stride(from: 4096, to: bytes.count, by: 16).map { Array(bytes[$0..<$0 + 16]) }
        #expect(Set(blocks).count == blocks.count)
        #expect(!storage.seen.holds(Array(sightings[0].payload.identifier.bytes.prefix(8))))
        #expect(try storage.durable.sightings(day) == sightings)
    }

    @Test func `appending record by record gives the bytes of appending at once`() throws {
        let (one, other) = (ModelStorage(), ModelStorage())
        try one.writer().record(0..<300)
        let writer = try other.writer()
        for (begin, end) in [(0, 1), (1, 127), (127, 128), (128, 129), (129, 256), (256, 300)] {
            try writer.record(begin..<end)
        }
        #expect(one.seen[segment] == other.seen[segment])
    }

    @Test func `a segment of version 1 is read, and appended to in the clear until its day ends`() throws {
        var medium = Medium()
        medium.addPlain(0..<3)
        let storage = ModelStorage(medium)
        let writer = try storage.writer()
        try writer.record(3..<5)
        try writer.record(5..<6, day: day.advanced(by: 1))
        let found = storage.durable
        #expect(try found.sightings(day) == TestJournal.sightings(0..<5))
        #expect(try found.sightings(day.advanced(by: 1)).count == 1)
        #expect(try Array(found.keys().keys) == [day.advanced(by: 1)])
        var expected = Medium()
        expected.addPlain(0..<5)
        #expect(found[segment] == expected[segment])
    }

    @Test func `a day's key is on the medium before the first byte of its segment`() throws {
        let storage = ModelStorage()
        let writer = try storage.writer()
        try writer.record(0..<1)
        try writer.record(0..<1, day: day.advanced(by: 1))
        for count in storage.events.indices {
            let durable = storage.crashStates(after: count).worst
            for day in [day, day.advanced(by: 1)] where durable[JournalFormat.fileName(of: day)] != nil {
                #expect(try durable.keys()[day] != nil)
            }
        }
    }

    @Test(arguments: [true, false])
    func `a retired day's key is overwritten wherever it stood, the others stay`(canExchange: Bool) throws {
        let storage = ModelStorage()
        storage.canExchange = canExchange
        let writer = try storage.writer()
        for back in 0..<3 { try writer.record(back..<back + 5, day: day.advanced(by: -back)) }
        let keys = try storage.durable.keys()
        let doomed = day.advanced(by: -2)
        #expect(try writer.retire(before: doomed.advanced(by: 1)) == 1)
        let left = storage.durable
        #expect(try left.keys() == keys.filter { $0.key != doomed })
        for half in 0..<2 { #expect(!left.holds(Array(try #require(keys[doomed]).bytes[half * 32..<half * 32 + 32]))) }
        #expect(try left.sightings(day.advanced(by: -1)).count == 5 && left.sightings(day).count == 5)
    }

    @Test func `to forget destroys the keys first, then the segments`() throws {
        let storage = ModelStorage()
        let writer = try storage.writer()
        try writer.record(0..<5)
        let key = try #require(try storage.durable.keys()[day])
        try writer.removeAll()
        let unlinked = try #require(
            storage.events.firstIndex {
                if case .change(.name([segment: nil])) = $0 { true } else { false }
            })
        #expect(!storage.crashStates(after: unlinked).worst.holds(Array(key.bytes[0..<32])))
        #expect(storage.durable[segment] == nil)
        try writer.record(7..<8)
        #expect(try storage.durable.keys()[day] != key)
        #expect(try storage.durable.sightings(day) == TestJournal.sightings(7..<8))
    }

    @Test func `a segment whose key is lost is set aside, not written over, and recording goes on under a new key`()
        throws
    {
        let storage = ModelStorage()
        let writer = try storage.writer()
        try writer.record(0..<5)
        try writer.record(0..<5, day: day.advanced(by: -1))
        var medium = storage.durable
        let lost = medium[segment]
        medium.names["keys"] = nil
        let next = ModelStorage(medium)
        try next.writer(seed: 2).record(5..<6)
        #expect(next.durable[segment + ".unreadable"] == lost)
        #expect(try next.durable.sightings(day) == TestJournal.sightings(5..<6))
        // Another day's segment stays where it is: nothing is to be written there.
        #expect(next.durable[JournalFormat.fileName(of: day.advanced(by: -1))] != nil)
        #expect(try next.durable.sightings(day.advanced(by: -1)).isEmpty)
        // What was set aside goes with its day.
        #expect(try next.writer(seed: 2).retire(before: day.advanced(by: 1)) == 2)
        #expect(next.durable[segment + ".unreadable"] == nil)
    }

    @Test func `a segment written under another key than the one there is is set aside`() throws {
        let (one, other) = (ModelStorage(), ModelStorage())
        try one.writer(seed: 1).record(0..<5)
        try other.writer(seed: 2).record(0..<3)
        var medium = one.durable
        medium.edit("keys") { $0 = other.durable["keys"] ?? [] }
        let storage = ModelStorage(medium)
        try storage.writer().record(5..<6)
        #expect(storage.durable[segment + ".unreadable"] == one.durable[segment])
        #expect(try storage.durable.sightings(day) == TestJournal.sightings(5..<6))
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Platform
import Testing

@testable import Journal

/// What a script had done when so many calls had been made: the promises that a crash there must find kept.
private struct Promise: Hashable {
    /// By day: sightings that a commit returned for.
    var committed: [UTCDay: Int] = [:]
    /// By day: sightings that were handed to the writer.
    var appended: [UTCDay: Int] = [:]
    /// Days of which nothing needs to be left, because to drop them has begun.
    var dropping: Set<UTCDay> = []
    /// Days whose keys are off the medium.
    var dropped: Set<UTCDay> = []
}

/// A script over a recorded folder: each step notes what it promises when it begins and when it has returned.
private final class Script {
    let storage: ModelStorage
    private let writer: JournalWriter
    private var promise = Promise()
    /// From which event on what is promised.
    private(set) var promises: [(from: Int, promise: Promise)] = []
    private(set) var keys: [UTCDay: SegmentKey] = [:]

    init(on medium: Medium = Medium(), credential: JournalCredential? = nil, holding: [UTCDay: Int] = [:]) throws {
        storage = ModelStorage(medium)
        promise.committed = holding
        promise.appended = holding
        writer = try storage.writer(credential)
        note()
    }

    private func note() { promises.append((storage.events.count, promise)) }

    func append(_ count: Int, _ day: UTCDay) throws {
        let first = promise.appended[day, default: 0]
        promise.appended[day] = first + count
        note()
        try writer.append(TestJournal.sightings(first..<first + count, day: day))
        if keys[day] == nil { keys[day] = try storage.seen.keys(credential())[day] }
    }

    func commit() throws {
        try writer.commit()
        promise.committed = promise.appended
        note()
    }

    func drop(before day: UTCDay) throws {
        let days = promise.appended.keys.filter { $0 < day }
        promise.dropping.formUnion(days)
        note()
        try writer.retire(before: day)
        promise.dropped.formUnion(days)
        note()
    }

    func forget() throws {
        promise.dropping.formUnion(promise.appended.keys)
        note()
        try writer.removeAll()
        promise.dropped.formUnion(promise.appended.keys)
        note()
    }

    /// Checks every state that a crash after any call can leave; answers how many there were.
    func check(_ credential: JournalCredential?) throws -> Int {
        var seen: Set<Int> = []
        for count in 0...storage.events.count {
            guard let promise = promises.last(where: { $0.from <= count })?.promise else { continue }
            let states = storage.crashStates(after: count)
            for day in promise.dropped {
                let key = try #require(keys[day])
                #expect(!states.worst.holds(Array(key.bytes[0..<32])) && !states.worst.holds(Array(key.bytes[32...])))
            }
            try states.each { medium in
                guard seen.insert(medium.fingerprint ^ promise.hashValue).inserted else { return }
                try check(medium, promise, credential)
            }
        }
        return seen.count
    }

    private func check(_ medium: Medium, _ promise: Promise, _ credential: JournalCredential?) throws {
        var before: [UTCDay: [Sighting]] = [:]
        for (day, appended) in promise.appended {
            let found = try medium.sightings(day, credential: credential)
            let least = promise.dropping.contains(day) ? 0 : promise.committed[day, default: 0]
            let all = TestJournal.sightings(0..<appended, day: day)
            let isKept = found.starts(with: all.prefix(least)) || (least == 0 && promise.dropping.contains(day))
            var rest = all[...]
            let isWritten = found.allSatisfy { sighting in
                guard let place = rest.firstIndex(of: sighting) else { return false }
                rest = rest[(place + 1)...]
                return true
            }
            if !isKept || !isWritten { Issue.record("\(day): \(found.count) of \(least) to \(appended) in \(medium)") }
            before[day] = found
        }
        // The journal opens, takes more on each day, and loses nothing that could be read.
        let next = ModelStorage(medium)
        let writer = try next.writer(credential, seed: 4711)
        for (day, found) in before {
            let marker = TestJournal.sighting(900, day: day)
            try writer.append([marker])
            try writer.commit()
            if try next.durable.sightings(day, credential: credential) != found + [marker] {
                Issue.record("\(day): appending to \(medium) did not keep \(found.count) and add one")
            }
        }
    }
}

@Suite struct CrashTests {
    let day = TestJournal.day

    @Test func `a crash at any point of the first scans of a journal`() throws {
        let script = try Script()
        try script.append(2, day)
        try script.commit()
        try script.append(3, day)
        try script.commit()
        #expect(try script.check(nil) > 6000)
    }

    @Test func `a crash between two appends and their commit`() throws {
        var medium = Medium()
        medium.addPlain(0..<2)
        let script = try Script(on: medium, holding: [day: 2])
        try script.append(2, day)
        try script.append(1, day)
        try script.commit()
        #expect(try script.check(nil) > 250)
    }

    @Test func `a crash while midnight passes`() throws {
        let first = ModelStorage()
        try first.writer().record(0..<2)
        let script = try Script(on: first.durable, holding: [day: 2])
        try script.append(1, day)
        try script.append(2, day.advanced(by: 1))
        try script.commit()
        #expect(try script.check(nil) > 6000)
    }

    @Test func `a crash while a day is dropped`() throws {
        let first = ModelStorage()
        let writer = try first.writer()
        try writer.record(0..<2)
        try writer.record(0..<2, day: day.advanced(by: 1))
        let script = try Script(on: first.durable, holding: [day: 2, day.advanced(by: 1): 2])
        try script.append(1, day)
        try script.drop(before: day.advanced(by: 1))
        #expect(try script.check(nil) > 6000)
    }

    @Test func `a crash while all is forgotten`() throws {
        let script = try Script()
        try script.append(2, day)
        try script.commit()
        try script.forget()
        #expect(try script.check(nil) > 6000)
    }

    @Test func `a crash while a credential seals the keys`() throws {
        let first = ModelStorage()
        try first.writer().record(0..<2)
        let script = try Script(on: first.durable, credential: credential(), holding: [day: 2])
        try script.append(1, day)
        try script.commit()
        #expect(try script.check(credential()) > 4000)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Platform

@testable import Journal

/// The same keys in every run.
struct FixedRandom: RandomNumberGenerator {
    var state: UInt64 = 20_261_120

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}

extension ModelStorage {
    /// A writer on this folder; the one before ends as a crash ends it.
    func writer(_ credential: JournalCredential? = nil, seed: UInt64 = 20_261_120) throws -> JournalWriter {
        endProcess()
        return try JournalWriter(storage: self, credential: credential, random: FixedRandom(state: seed))
    }
}

extension JournalWriter {
    /// Appends numbered sightings and waits until they are on the medium.
    func record(_ numbers: Range<Int>, day: UTCDay = TestJournal.day) throws {
        try append(TestJournal.sightings(numbers, day: day))
        try commit()
    }
}

extension Medium {
    /// The keys on the medium.
    func keys(_ credential: JournalCredential? = nil) throws -> [UTCDay: SegmentKey] {
        try KeyTable(self["keys"] ?? [], file: "keys", credential: credential).keys
    }

    /// Changes a file's bytes.
    mutating func edit(_ name: String, _ change: (inout [UInt8]) -> Void) {
        guard let file = names[name] else { return }
        var bytes = files[file] ?? []
        change(&bytes)
        files[file] = bytes
    }

    /// Adds a segment of version 1, records in the clear.
    mutating func addPlain(_ numbers: Range<Int>, day: UTCDay = TestJournal.day) {
        let file = (files.keys.max() ?? 0) + 1
        names[JournalFormat.fileName(of: day)] = file
        files[file] =
            JournalFormat.header(of: day)
            + numbers.map { PackedSighting(TestJournal.sighting($0, day: day)) }.finished(seed: day.seed)
    }
}

/// A credential as systemd hands one over.
func credential(_ byte: UInt8 = 7) -> JournalCredential {
    JournalCredential(secret: [UInt8](repeating: byte, count: 32), source: "the test's credential")
}

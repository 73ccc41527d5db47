// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Foundation
import Platform
import TestSupport

@testable import Journal

/// A journal in a folder of its own, and the few verbs that the tests are written in.
final class TestJournal {
    static let day = UTCDay("2026-11-20")!
    let folder: String
    private var writer: JournalWriter?

    init() throws {
        folder = NSTemporaryDirectory() + "journal-" + UUID().uuidString
        writer = try JournalWriter(storage: DiskStorage(folder: folder))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Sighting number `n`: each differs from every other in all its fields.
    static func sighting(_ n: Int, day: UTCDay = TestJournal.day) -> Sighting {
        let format: BeaconFormat = n.isMultiple(of: 2) ? .exposureNotification : .bluezone
        let identifier = EphemeralIdentifier(
            format: format, low: UInt64(n) &* 0x9E37_79B9_7F4A_7C15, high: UInt64(n) << 7)
        let time = day.start.advanced(by: .milliseconds(1000 + n * 61_001 % 86_000_000))
        return Sighting(
            payload: BeaconPayload(identifier: identifier, metadata: format == .bluezone ? 0 : UInt32(n)), time: time,
            previousScan: n.isMultiple(of: 3) ? nil : Timestamp(seconds: time.seconds - Int64(n % 900)),
            rssi: Int8(-40 - n % 60), meanRSSI: Int8(-44 - n % 60))
    }

    func append(_ numbers: Range<Int>, day: UTCDay = TestJournal.day) throws {
        try writer?.append(numbers.map { Self.sighting($0, day: day) })
        try writer?.commit()
    }

    /// Ends the writer as a crash does: nothing is flushed or closed in order.
    func reopen() throws {
        writer = nil
        writer = try retrying(while: JournalError.inUse(folder: folder)) {
            try JournalWriter(storage: DiskStorage(folder: folder))
        }
    }

    func edit(_ day: UTCDay = TestJournal.day, _ change: (inout [UInt8]) -> Void) throws {
        let path = folder + "/" + JournalFormat.fileName(of: day)
        var bytes = try Folder.contents(of: path)
        change(&bytes)
        try Folder.replace(path, with: bytes)
    }

    func read(_ day: UTCDay = TestJournal.day) throws -> (sightings: [Sighting], report: SegmentReport) {
        var sightings: [Sighting] = []
        let report = try JournalReader(folder: folder).read(day) { sightings.append($0) }
        return (sightings, report)
    }

    static func sightings(_ numbers: Range<Int>, day: UTCDay = TestJournal.day) -> [Sighting] {
        numbers.map { sighting($0, day: day) }
    }

    func retire(before day: UTCDay) throws -> Int { try writer?.retire(before: day) ?? 0 }
    func removeAll() throws { try writer?.removeAll() }
}

/// Where record `n` of a segment begins.
func offset(ofRecord n: Int) -> Int { JournalFormat.headerSize + n * JournalFormat.recordSize }

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Foundation
import Platform

@testable import Journal

/// The encounter journal's files. The first byte says what the rest is: a segment as it may stand on the disk; sightings
/// that the writer writes, and damage to them; records that are sealed under a known key, which is how the fuzzer gets past
/// the cipher; or a file of keys beside a good segment.
enum JournalSegmentInput: FuzzedInput {
    private static let day = UTCDay(number: 18_787)
    private static let key = SegmentKey((1...UInt8(SegmentKey.size)).map { $0 })

    static func check(_ bytes: [UInt8]) throws {
        guard let first = bytes.first else { return }
        let rest = Array(bytes.dropFirst())
        try withJournal { folder in
            switch first % 4 {
            case 0: try checkSegment(rest, in: folder)
            case 1: try checkDamage(rest, in: folder)
            case 2: try checkRecords(rest, in: folder)
            default: try checkKeys(rest, in: folder)
            }
        }
    }

    private static func withJournal<Answer>(_ body: (String) throws -> Answer) throws -> Answer {
        let folder = scratchFolder + "/fuzz-\(UUID().uuidString)"
        try Folder.make(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }

    private static func read(_ folder: String) throws(JournalError) -> (sightings: [Sighting], report: SegmentReport) {
        var sightings: [Sighting] = []
        let report = try JournalReader(folder: folder).read(day) { sightings.append($0) }
        return (sightings, report)
    }

    /// Arbitrary bytes are read, and appending goes on behind them.
    private static func checkSegment(_ bytes: [UInt8], in folder: String) throws {
        try Folder.replace(segment(in: folder), with: bytes)
        let found: (sightings: [Sighting], report: SegmentReport)
        do throws(JournalError) {
            found = try read(folder)
        } catch {
            guard case .newerVersion = error else { throw error }
            return
        }
        try check(found.sightings, found.report, size: bytes.count)
        let sample = sighting(Array(1...32))
        try append([sample], in: folder)
        let after = try read(folder)
        try demand(after.sightings == found.sightings + [sample], "appending goes on, and nothing readable is dropped")
    }

    private static func append(_ sightings: [Sighting], in folder: String) throws {
        let writer = try JournalWriter(storage: DiskStorage(folder: folder))
        try writer.append(sightings)
        try writer.commit()
    }

    /// The report tells where every byte went.
    private static func check(_ sightings: [Sighting], _ report: SegmentReport, size: Int) throws {
        try demand(sightings.count == report.records, "each good record is one sighting")
        try demand(sightings.allSatisfy { $0.time.day == day }, "a segment's sightings are of its day")
        guard size >= JournalFormat.headerSize, report.obstacle == nil else { return }
        let accounted =
            JournalFormat.headerSize + (report.records + report.damagedRecords) * JournalFormat.recordSize
            + report.tornBytes
        try demand(accounted == size, "good, damaged and torn make the whole")
    }

    /// Up to 16 sightings of 32 bytes each are written and read back; then bytes change, three of the input for each:
    /// an offset and what it is XORed with.
    private static func checkDamage(_ bytes: [UInt8], in folder: String) throws {
        guard let count = bytes.first.map({ Int($0 % 16) + 1 }) else { return }
        var rest = bytes.dropFirst()
        var written: [Sighting] = []
        while written.count < count && rest.count >= 32 {
            written.append(sighting(Array(rest.prefix(32))))
            rest = rest.dropFirst(32)
        }
        try append(written, in: folder)
        guard !written.isEmpty else { return }
        try demand(try read(folder).sightings == written, "sightings are read as they were written")
        var bytes = try Folder.contents(of: segment(in: folder))
        var touched: Set<Int> = []
        while rest.count >= 3 {
            let edit = Array(rest.prefix(3))
            let offset = (Int(edit[0]) | Int(edit[1]) << 8) % bytes.count
            bytes[offset] ^= edit[2]
            // A changed byte garbles the 16 that are encrypted with it, which lie in one record.
            touched.insert((offset - JournalFormat.headerSize) / JournalFormat.recordSize)
            rest = rest.dropFirst(3)
        }
        try Folder.replace(segment(in: folder), with: bytes)
        guard let found = try? read(folder) else { return }
        try check(found.sightings, found.report, size: bytes.count)
        guard found.report.obstacle == nil else { return }
        for index in written.indices where !touched.contains(index) {
            try demand(found.sightings.contains(written[index]), "what is not damaged is read")
        }
    }

    /// Records with right checksums and arbitrary fields: those that no sighting can have are no records.
    private static func checkRecords(_ bytes: [UInt8], in folder: String) throws {
        var segment = try sealed(bytes, in: folder)
        let count = bytes.count / JournalFormat.recordSize
        let found = try read(folder)
        try check(found.sightings, found.report, size: segment.count)
        let good = (0..<count).filter { index in
            let record = Array(bytes[index * JournalFormat.recordSize..<(index + 1) * JournalFormat.recordSize])
            let time =
                UInt32(record[20]) | UInt32(record[21]) << 8 | UInt32(record[22]) << 16 | UInt32(record[23]) << 24
            return [1, 2].contains(time >> 27) && time & 0x7FF_FFFF < 86_400_000
        }
        try demand(found.report.records == good.count, "exactly the records that a sighting can have are read")
        // Torn in the middle of what was written.
        segment.removeLast(min(bytes.count, 17))
        try Folder.replace(self.segment(in: folder), with: segment)
        let torn = try read(folder)
        try check(torn.sightings, torn.report, size: segment.count)
        try demand(found.sightings.starts(with: torn.sightings), "a torn tail takes nothing else away")
    }

    /// A file of keys may be anything: whatever is read is of the day, and where appending goes on it is read back.
    private static func checkKeys(_ bytes: [UInt8], in folder: String) throws {
        _ = try sealed([], in: folder)
        try append([sighting(Array(1...32))], in: folder)
        try Folder.replace(folder + "/" + KeyFormat.name, with: bytes)
        guard let found = try? read(folder) else { return }
        try check(found.sightings, found.report, size: Folder.contents(of: segment(in: folder)).count)
        _ = try? JournalReader(folder: folder).keyReport()
        let sample = sighting(Array(2...33))
        guard (try? append([sample], in: folder)) != nil else { return }
        try demand(try read(folder).sightings.contains(sample), "what was appended is read")
    }

    /// Makes a segment of the records in `bytes`, with their checksums put right, and the file with its key.
    private static func sealed(_ bytes: [UInt8], in folder: String) throws -> [UInt8] {
        guard let key else { throw Violation(description: "a key has \(SegmentKey.size) bytes") }
        let records = (0..<bytes.count / JournalFormat.recordSize).map { index in
            let start = index * JournalFormat.recordSize
            return bytes[start..<start + JournalFormat.recordSize].withUnsafeBytes {
                $0.loadUnaligned(as: PackedSighting.self)
            }
        }
        let cipher = try SegmentCipher(key)
        var body = records.finished(seed: day.seed)
        try cipher.encrypt(&body, at: JournalFormat.headerSize)
        let segment = JournalFormat.header(of: day, check: cipher.check) + body
        var random: any RandomNumberGenerator = SystemRandomNumberGenerator()
        try Folder.replace(self.segment(in: folder), with: segment)
        try Folder.replace(
            folder + "/" + KeyFormat.name, with: try KeyFormat.bytes(of: [day: key], sealedBy: nil, using: &random))
        return segment
    }

    private static func segment(in folder: String) -> String { folder + "/" + JournalFormat.fileName(of: day) }

    /// A sighting that 32 bytes describe.
    private static func sighting(_ bytes: [UInt8]) -> Sighting {
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        let format: BeaconFormat = bytes[0].isMultiple(of: 2) ? .bluezone : .exposureNotification
        let identifier = EphemeralIdentifier(format: format, low: number(1..<9), high: number(9..<17))
        let time = day.start.advanced(by: .milliseconds(Int64(number(17..<21) % 86_400_000)))
        let gap = Int64(number(21..<23))
        return Sighting(
            payload: BeaconPayload(identifier: identifier, metadata: UInt32(number(23..<27))), time: time,
            previousScan: gap >= 0xFFFF ? nil : Timestamp(seconds: time.seconds - gap),
            rssi: Int8(bitPattern: bytes[27]),
            meanRSSI: Int8(bitPattern: bytes[28]))
    }

    static func seeds() throws -> [Seed] {
        let samples = (0..<4).map { index in (0..<32).map { UInt8($0 * 7 + index) } }
        let records = samples.map { PackedSighting(sighting($0)) }
        let bodies = records.finished(seed: day.seed)
        let plain = JournalFormat.header(of: day) + bodies
        var damaged = plain
        damaged[JournalFormat.headerSize + JournalFormat.recordSize + 3] ^= 4
        let (segment, keys) = try withJournal { folder in
            (try sealed(bodies, in: folder), try Folder.contents(of: folder + "/" + KeyFormat.name))
        }
        return [
            Seed("plain", [0] + plain), Seed("plain-torn", [0] + plain.dropLast(7)),
            Seed("plain-damaged", [0] + damaged), Seed("plain-header", [0] + plain.prefix(JournalFormat.headerSize)),
            Seed("short", [0] + plain.prefix(40)), Seed("sealed", [0] + segment), Seed("records", [2] + bodies),
            Seed("written", [1, 3] + samples.joined()),
            Seed("changed", [1, 3] + samples.joined() + [3, 16, 4, 0, 0, 1]), Seed("keys", [3] + keys),
            Seed("keys-short", [3] + keys.prefix(200)),
        ]
    }
}

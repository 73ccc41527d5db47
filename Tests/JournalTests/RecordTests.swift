// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Platform
import Testing

@testable import Journal

@Suite struct RecordTests {
    @Test func `a record in memory is the record in the file, field by field`() {
        #expect(MemoryLayout<PackedSighting>.size == 32 && MemoryLayout<PackedSighting>.stride == 32)
        #expect(MemoryLayout<PackedSighting>.offset(of: \.metadata) == 16)
        #expect(MemoryLayout<PackedSighting>.offset(of: \.timeAndFormat) == 20)
        #expect(MemoryLayout<PackedSighting>.offset(of: \.gap) == 24)
        #expect(MemoryLayout<PackedSighting>.offset(of: \.rssi) == 26)
        #expect(MemoryLayout<PackedSighting>.offset(of: \.checksum) == 28)
    }

    @Test func `the processor's checksum is the one of the tables`() {
        var random: any RandomNumberGenerator = FixedRandom()
        for count in 0..<200 {
            let bytes = [UInt8](random: count, using: &random)
            let seed = UInt32(truncatingIfNeeded: random.next())
            #expect(CRC32C.checksum(bytes.span, seed: seed) == CRC32C.checksumByTable(bytes.span, seed: seed))
        }
        #expect(CRC32C.checksumByTable(Array("123456789".utf8).span) == 0xE306_9283)
    }

    @Test func `good records come to the front in their order, whichever are bad`() throws {
        let day = TestJournal.day
        var random: any RandomNumberGenerator = FixedRandom()
        for count in [0, 1, 63, 64, 65, 128, 500, 2048] {
            let sightings = TestJournal.sightings(0..<count)
            let isBad = (0..<count).map { _ in random.next().isMultiple(of: 3) }
            var bytes = sightings.map { PackedSighting($0) }.finished(seed: day.seed)
            for index in 0..<count where isBad[index] { bytes[index * 32 + Int(random.next() % 32)] ^= 1 }
            var buffer = RecordBuffer()
            _ = try buffer.fill(bytes.count) { $0.fill(from: bytes, at: 0) }
            let found = try buffer.open(count, at: 4096, nil, seed: day.seed)
            #expect(found == isBad.count { !$0 })
            #expect((0..<count).allSatisfy { buffer.isGood($0) != isBad[$0] })
            #expect(
                buffer.records.prefix(found).compactMap { $0.sighting(from: day.start) }
                    == sightings.enumerated().filter { !isBad[$0.offset] }.map(\.element))
        }
    }

    /// IEEE 1619-2007, annex B, vector 10: AES-256-XTS, data unit 0xFF.
    @Test(
        arguments: [
            (86_399_999 | 1 << 27, 1), (86_400_000 | 1 << 27, 0), (0x7FF_FFFF | 2 << 27, 0), (0, 0), (3 << 27, 0),
        ] as [(UInt32, Int)])
    func `a time past the day or a format that is not known makes no record`(timeAndFormat: UInt32, good: Int) throws {
        var record = PackedSighting(TestJournal.sighting(1))
        record.timeAndFormat = timeAndFormat
        let bytes = [record].finished(seed: TestJournal.day.seed)
        var buffer = RecordBuffer()
        _ = try buffer.fill(bytes.count) { $0.fill(from: bytes, at: 0) }
        #expect(try buffer.open(1, at: 4096, nil, seed: TestJournal.day.seed) == good)
    }

    @Test func `encryption is the published one, with the page's number as the tweak`() throws {
        let key = try #require(
            SegmentKey(
                [UInt8](
                    hex: "2718281828459045235360287471352662497757247093699959574966967627"
                        + "3141592653589793238462643383279502884197169399375105820974944592") ?? []))
        var bytes = (0..<512).map { UInt8($0 & 255) }
        try SegmentCipher(key).encrypt(&bytes, at: 0xFF * 4096)
        #expect(bytes.prefix(32).hex == "1c3b3a102f770386e4836c99e370cf9bea00803f5e482357a4ae12d414a3e63b")
    }

    @Test func `a gap that is negative or too long is kept as unknown, or as the longest`() {
        let day = TestJournal.day
        var sighting = TestJournal.sighting(1)
        for (gap, kept) in [(-5, nil), (0, 0), (65_534, 65_534), (65_535, 65_534), (1_000_000, 65_534)] {
            sighting.previousScan = Timestamp(seconds: sighting.time.seconds - Int64(gap))
            let found = PackedSighting(sighting).sighting(from: day.start)?.previousScan
            #expect(found == kept.map { Timestamp(seconds: sighting.time.seconds - Int64($0)) })
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import Cases

struct ExportDecoderTests {
    @Test(arguments: ["", "EK Export v1", "EK Export v2    ", "PK something else altogether"])
    func `another header is refused and shown`(text: String) {
        #expect(throws: CaseError.wrongHeader(String(text.prefix(16)))) { try decode(Array(text.utf8)) }
    }

    @Test func `a header alone is an export that says nothing`() throws {
        let export = try decode(ExportDecoder.magic)
        #expect(export.keys.isEmpty && export.receipt.format == nil && export.receipt.lastDay == nil)
        #expect(export.header.batchNumber == 1 && export.header.batchSize == 1)
    }

    @Test func `unknown fields of every layout are passed over, in the file and in its keys`() throws {
        var key = ProtobufWriter()
        key.writeFixed(15, 7)
        key.write(8, 1)
        key.write(1, [UInt8](repeating: 9, count: 16))
        key.write(900, "a field of tomorrow")
        key.write(3, 2_700_000)
        let bytes = file {
            $0.write(100, [UInt8](repeating: 1, count: 200_000))
            $0.write(7, key.bytes)
            $0.writeFixed(20, .max)
            $0.write(21, -1)
        }
        let export = try decode(bytes)
        #expect(export.keys.map(\.rollingStart) == [2_700_000])
        #expect(export.keys.first?.rollingPeriod == 144 && export.keys.first?.reportType == .unknown)
        #expect(export.keys.first?.daysSinceOnset == nil)
    }

    @Test func `revised, recursive and revoked keys are kept apart by list and type`() throws {
        let bytes = file {
            $0.write(7, keyMessage { $0.write(5, 4) })
            $0.write(8, keyMessage { $0.write(5, 5) })
            $0.write(8, keyMessage { $0.write(5, 17) })
        }
        let export = try decode(bytes)
        #expect(export.keys.map(\.reportType) == [.recursive])
        #expect(export.revisedKeys.map(\.reportType) == [.revoked, .unknown])
        #expect(export.receipt.keyCount == 1 && export.receipt.revisedKeyCount == 2)
    }

    @Test(arguments: [0, 1, 15, 17, 31, 33, 92])
    func `a key of another length is refused by its number`(length: Int) {
        let bytes = file {
            $0.write(7, keyMessage())
            $0.write(7, keyMessage(length: length))
        }
        #expect(throws: CaseError.keyLength(index: 2, length: length)) { try decode(bytes) }
    }

    @Test func `a file of 16-byte and 32-byte keys is refused`() {
        let bytes = file {
            $0.write(7, keyMessage(length: 32))
            $0.write(8, keyMessage(length: 16))
        }
        #expect(throws: CaseError.mixedKeys(index: 2, length: 16, expected: 32)) { try decode(bytes) }
    }

    @Test(arguments: [0, 145, -1, .max, .min])
    func `a rolling period out of 1 to 144 is refused`(period: Int32) {
        let bytes = file { $0.write(7, keyMessage { $0.write(4, period) }) }
        #expect(throws: CaseError.rollingPeriod(index: 1, value: period)) { try decode(bytes) }
    }

    @Test(arguments: [0, 1, 52_559, -1, .min])
    func `a key of 1970 is refused`(start: Int32) {
        let bytes = file { $0.write(7, keyMessage { $0.write(3, start) }) }
        #expect(throws: CaseError.rollingStart(index: 1, value: start)) { try decode(bytes) }
    }

    @Test func `the last possible day is that of the year 9999`() throws {
        let start = try #require(UTCDay("9999-12-31")).firstInterval
        let bytes = file { $0.write(7, keyMessage { $0.write(3, Int32(start)) }) }
        #expect(try decode(bytes).receipt.lastDay?.description == "9999-12-31")
    }

    @Test(arguments: [422_337_025, .max])
    func `a key of the year 10000 is refused with a sentence`(start: Int32) {
        let bytes = file { $0.write(7, keyMessage { $0.write(3, start) }) }
        let refusal = CaseError.rollingStart(index: 1, value: start)
        #expect(throws: refusal) { try decode(bytes) }
        #expect(refusal.description.contains("after the year 9999"))
    }

    @Test(arguments: [(0, 1), (2, 1), (1, 0), (-1, 1), (1, 1_000_001)] as [(Int32, Int32)])
    func `a batch that cannot be is refused`(number: Int32, size: Int32) {
        let bytes = file {
            $0.write(4, number)
            $0.write(5, size)
        }
        #expect(throws: CaseError.batch(number: number, size: size)) { try decode(bytes) }
    }

    @Test func `times, lengths and infos beyond their bounds are refused with their offset`() {
        expectMalformed(at: 25) { $0.writeFixed(1, .max) }
        expectMalformed(at: 17) { $0.write(7, [UInt8](repeating: 0, count: 4097)) }
        expectMalformed(at: nil) { for _ in 0..<11 { $0.write(6, [UInt8]()) } }
    }

    @Test(arguments: ["3a", "3aff", "3a05", "3aff01", "0b", "07", "00", "3affffffffffffffffffff01", "0900"])
    func `broken fields are refused`(tail: String) throws {
        let bytes = ExportDecoder.magic + (try #require([UInt8](hex: tail)))
        #expect { try decode(bytes) } throws: { error in
            guard case CaseError.malformed("export.bin", let offset, _) = error else { return false }
            return (16...bytes.count).contains(offset)
        }
    }

    @Test func `it makes no difference where the pieces are cut`() throws {
        let keys = sampleKeys(.bluezone, count: 9)
        let bytes = try CaseExportWriter(header: sampleHeader, keys: keys).members(signedBy: []).export
        let whole = try decode(bytes)
        for length in 1...bytes.count {
            var decoder = ExportDecoder()
            var read: [CaseKey] = []
            var rest: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: length) {
                rest += bytes[start..<min(start + length, bytes.count)]
                rest.removeFirst(try decoder.consume(rest.span) { (key, _) throws(CaseError) in read.append(key) })
            }
            try decoder.finish(rest: rest)
            #expect(read == whole.keys && decoder.header == whole.header)
        }
    }

    private func decode(_ bytes: [UInt8]) throws -> CaseExport {
        try CaseExport(.members(export: bytes, signature: nil), trust: .nobody)
    }

    private func file(_ body: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var writer = ProtobufWriter()
        body(&writer)
        return ExportDecoder.magic + writer.bytes
    }

    private func keyMessage(length: Int = 16, _ more: (inout ProtobufWriter) -> Void = { _ in }) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.write(1, [UInt8](repeating: 3, count: length))
        writer.write(3, 2_700_000)
        more(&writer)
        return writer.bytes
    }

    private func expectMalformed(at offset: Int?, _ body: (inout ProtobufWriter) -> Void) {
        #expect { try decode(file(body)) } throws: { error in
            guard case CaseError.malformed("export.bin", let found, _) = error else { return false }
            return offset == nil || found == offset
        }
    }
}

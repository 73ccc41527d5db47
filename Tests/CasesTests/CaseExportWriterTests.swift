// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import Cases

struct CaseExportWriterTests {
    @Test(arguments: BeaconFormat.allCases)
    func `an export that we sign reads back with every field`(format: BeaconFormat) throws {
        let keys = sampleKeys(format, count: 40)
        let revised = sampleKeys(format, count: 6, from: 100)
        let signer = try sampleSigner()
        let archive = try CaseExportWriter(header: sampleHeader, keys: keys, revisedKeys: revised)
            .archive(signedBy: [signer])
        let authority = try signer.key.publicKey(name: "452-v1")

        let export = try CaseExport(.archive(archive), trust: .signed(by: AuthorityKeys(named: [authority])))

        #expect(Set(export.keys) == Set(keys))
        #expect(Set(export.revisedKeys) == Set(revised))
        #expect(export.receipt.format == format)
        #expect(export.receipt.signer == "452-v1")
        var header = sampleHeader
        header.signatureInfos = [signer.info]
        #expect(export.header == header)
    }

    @Test func `keys stand in the order of their bytes, not in the order they came`() throws {
        let keys = sampleKeys(.exposureNotification, count: 50)
        let export = try CaseExportWriter(header: sampleHeader, keys: keys).members(signedBy: []).export
        let read = try CaseExport(.members(export: export, signature: nil), trust: .nobody).keys
        #expect(read.map(\.key.bytes.hex) == keys.map(\.key.bytes.hex).sorted())
    }

    @Test func `the bytes are those that the format's paper asks for`() throws {
        let key = DailyKey(format: .exposureNotification, bytes: Array(0..<16))
        let plain = CaseKey(key: try #require(key), rollingStart: 2_650_000, reportType: .unknown)
        #expect(plain.encoded.hex == "0a10000102030405060708090a0b0c0d0e0f1890dfa101")
        var full = plain
        full.rollingPeriod = 143
        full.transmissionRisk = 8
        full.reportType = .revoked
        full.daysSinceOnset = -3
        #expect(full.encoded.hex == "0a10000102030405060708090a0b0c0d0e0f10081890dfa101208f0128053005")
        let export = try CaseExportWriter(header: sampleHeader, keys: [plain]).members(signedBy: []).export
        #expect(
            export.hex == Array("EK Export v1    ".utf8).hex + "098004c06000000000" + "110056c16000000000"
                + "1a02564e" + "2001" + "2801" + "3a17" + plain.encoded.hex)
    }

    @Test func `keys that no reader would take are not written`() throws {
        var key = sampleKeys(.exposureNotification, count: 1)[0]
        key.rollingPeriod = 0
        #expect(throws: CaseError.rollingPeriod(index: 1, value: 0)) {
            try CaseExportWriter(header: sampleHeader, keys: [key])
        }
        key.rollingPeriod = 144
        key.rollingStart = .max
        #expect(throws: CaseError.rollingStart(index: 1, value: .max)) {
            try CaseExportWriter(header: sampleHeader, keys: [key])
        }
        let mixed = sampleKeys(.exposureNotification, count: 1) + sampleKeys(.bluezone, count: 1)
        #expect(throws: CaseError.mixedKeys(index: 2, length: 32, expected: 16)) {
            try CaseExportWriter(header: sampleHeader, keys: mixed)
        }
        var header = sampleHeader
        header.batchNumber = 2
        #expect(throws: CaseError.batch(number: 2, size: 1)) { try CaseExportWriter(header: header, keys: []) }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Foundation
import Platform
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isPresent, "the shared data folder is absent"))
struct PublishedExportTests {
    /// Signed by a key that fits, and yet no export of ours: its two keys have 32 bytes and begin in 1970.
    static let unusable = "export:nl-test-v2t-2020-07-30"

    @Test func `the manifest names every file under exports`() throws {
        let named = Set(PublishedExports.all.flatMap(\.files))
        for folder in ["odd", "real", "sample", "test-env"] {
            for name in try Folder.names(in: PublishedExports.folder + "exports/" + folder) {
                #expect(named.contains("exports/\(folder)/\(name)"))
            }
        }
        #expect(PublishedExports.signed.count == 43)
    }

    @Test(arguments: PublishedExports.signed.filter { $0.id != unusable })
    func `a published export whose signature was checked verifies here too`(export: PublishedExport) throws {
        let key = try PublishedExports.key(#require(export.verifyWith), as: "any")
        let receipt = try CaseExportReader.verify(export.source, keys: AuthorityKeys(picked: key))
        #expect(receipt.signer == "any")
        #expect(receipt.keyCount == export.facts?.keys)
        if export.files.count > 1 {
            let bare = try CaseExportReader.verify(export.bare, keys: AuthorityKeys(picked: key))
            #expect(bare == receipt)
        }
    }

    @Test(arguments: PublishedExports.signed.filter { $0.id != unusable })
    func `the key counts under the name that the signature gives, and under no other`(
        export: PublishedExport
    ) throws {
        let info = try #require(export.facts?.signatures?.first?.info)
        let name = "\(info.verificationKeyId ?? "")-\(info.verificationKeyVersion ?? "")"
        let path = try #require(export.verifyWith)
        let named = AuthorityKeys(named: [try PublishedExports.key(path, as: name)])
        #expect(try CaseExportReader.verify(export.source, keys: named).signer == name)
        let other = AuthorityKeys(named: [try PublishedExports.key(path, as: name + "x")])
        #expect(throws: CaseError.unknownSigner([name])) { try CaseExportReader.verify(export.source, keys: other) }
    }

    @Test(arguments: PublishedExports.signed.filter { $0.id != unusable })
    func `another authority's key does not fit`(export: PublishedExport) throws {
        let key = try PublishedExports.key("keys/swisscovid-prod.pem", as: "CH")
        #expect(throws: CaseError.badSignature("CH")) {
            try CaseExportReader.verify(export.source, keys: AuthorityKeys(picked: key))
        }
    }

    @Test(arguments: PublishedExports.all.filter { $0.kind == "key-export" && $0.facts?.keyLengths.count != 2 })
    func `what a file says is read as the manifest has it`(export: PublishedExport) throws {
        let facts = try #require(export.facts)
        guard facts.rollingPeriods["0"] == nil, export.id != Self.unusable else { return }
        let file = try CaseExport(export.source, trust: .nobody)
        #expect(file.header.start.seconds == facts.startTimestamp ?? 0)
        #expect(file.header.end.seconds == facts.endTimestamp ?? 0)
        #expect(file.header.region == facts.region ?? "")
        #expect(file.header.batchNumber == facts.batch.first.flatMap { $0 } ?? 1)
        #expect(file.header.batchSize == facts.batch.last.flatMap { $0 } ?? 1)
        #expect(file.keys.count == facts.keys && file.receipt.keyCount == facts.keys)
        #expect(file.revisedKeys.count == facts.revisedKeys)
        #expect(file.keys.allSatisfy { $0.key.format == .exposureNotification })
        #expect(file.keys.map(\.rollingStart).min() == facts.rollingStartMin)
        #expect(file.keys.map(\.rollingStart).max() == facts.rollingStartMax)
        // The manifest keeps the most frequent periods only.
        let periods = Dictionary(grouping: file.keys, by: \.rollingPeriod).mapValues(\.count)
        for (period, count) in facts.rollingPeriods {
            #expect(
                periods[UInt32(period) ?? 144] == count || facts.rollingPeriods["144"] != nil && period == "omitted")
        }
        for (risk, count) in facts.transmissionRiskLevels {
            #expect(file.keys.count { $0.transmissionRisk == Int32(risk) ?? 0 } == count)
        }
        for (type, count) in facts.reportTypes {
            #expect(file.keys.count { $0.reportType.rawValue == Int32(type) ?? 0 } == count)
        }
        for (days, count) in facts.dsos { #expect(file.keys.count { $0.daysSinceOnset == Int32(days) } == count) }
    }

    @Test(
        arguments: [
            ("odd/cwa-ios-api-response-day-2020-05-16.zip", .signatureForm(64)),
            ("odd/fi-batch_test-2020-12-02.zip", .unknownSigner(["244-V1"])),
            ("odd/fi-batch_test-2020-12-03a.zip", .unknownSigner(["244-v1"])),
            ("odd/fi-batch_test_2-2020-12-03b.zip", .unknownSigner(["244-v1"])),
            ("odd/fi-batch_test_invalid_key.zip", .unknownSigner(["244-v1"])),
            ("odd/google-server-unsigned-2020-11-19.zip", .unsigned),
            ("odd/immuni-android-empty.zip", .unknownSigner(["key-v1"])),
            ("odd/immuni-android-legit.zip", .unknownSigner(["key-v1"])),
            ("odd/immuni-zip-corrupt.zip", .misplacedMember("corrupt/")),
            ("odd/immuni-zip-wrong-filename.zip", .misplacedMember("wrong_filename/")),
            ("odd/nl-android-export-incorrect-sig.zip", .signatureForm(64)),
            ("odd/nl-android-export-no-sig.zip", .signatureForm(64)),
            ("odd/nl-local-2021-06-22.zip", .keyLength(index: 1, length: 53)),
            ("test-env/nl-test-v13-2020-09-20.zip", .unknownSigner(["204-v13"])),
        ] as [(String, CaseError)])
    func `an odd file is refused with its reason`(file: String, reason: CaseError) throws {
        let path = PublishedExports.folder + "exports/" + file
        let keys = try PublishedExports.keys()
        #expect(throws: reason) { try CaseExportReader.verify(.file(path), keys: keys) }
        let bytes = try Folder.contents(of: path)
        #expect(throws: reason) { try CaseExportReader.verify(.archive(bytes), keys: keys) }
    }

    @Test(
        arguments: [
            ("odd/immuni-android-empty.zip", .algorithm("ecdsa-with-SHA256")),
            ("odd/immuni-android-legit.zip", .algorithm("ecdsa-with-SHA256")),
            ("odd/nl-local-2021-06-22.zip", .keyLength(index: 1, length: 53)),
            ("odd/fi-batch_test_invalid_key.zip", .badSignature("picked")),
            ("test-env/nl-test-v2t-2020-07-30.zip", .rollingStart(index: 1, value: 1)),
        ] as [(String, CaseError)])
    func `a picked key does not help a file that is wrong in itself`(file: String, reason: CaseError) throws {
        let key = try PublishedExports.key("keys/nl-test-recovered.pem", as: "picked")
        #expect(throws: reason) {
            try CaseExportReader.verify(
                .file(PublishedExports.folder + "exports/" + file), keys: AuthorityKeys(picked: key))
        }
    }

    @Test func `keys of wrong lengths are refused even when nobody's signature is asked for`() {
        let legit = CaseSource.file(PublishedExports.folder + "exports/odd/immuni-android-legit.zip")
        #expect(throws: CaseError.self) { try CaseExport(legit, trust: .nobody) }
    }

    @Test func `every file of the data is refused or read, whatever key is asked for`() throws {
        let picked = AuthorityKeys(picked: try PublishedExports.key("keys/cwa-prod-262-v1.pem", as: "picked"))
        for export in PublishedExports.all {
            for file in export.files {
                let bytes = try Folder.contents(of: PublishedExports.folder + file)
                for source in [CaseSource.archive(bytes), .members(export: bytes, signature: bytes)] {
                    for trust in [CaseTrust.nobody, .signed(by: picked)] {
                        _ = Result { try CaseExport(source, trust: trust) }
                    }
                }
            }
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import Cases

struct SignatureCheckTests {
    let signer: CaseSigner
    let stranger: CaseSigner
    let keys: AuthorityKeys
    let keysToExport = sampleKeys(.exposureNotification, count: 3)

    init() throws {
        signer = try sampleSigner("452", "v1")
        stranger = try sampleSigner("999", "v9")
        keys = AuthorityKeys(named: [try signer.key.publicKey(name: "452-v1")])
    }

    @Test func `one good signature by a known key suffices, unknown ones are ignored`() throws {
        let (export, signature) = try writer().members(signedBy: [stranger, signer])
        #expect(try verify(export, signature).signer == "452-v1")
    }

    @Test func `a signature by nobody we know is refused by the names it gives`() throws {
        let (export, signature) = try writer().members(signedBy: [stranger])
        #expect(throws: CaseError.unknownSigner(["999-v9"])) { try verify(export, signature) }
    }

    @Test func `somebody else under a known name is refused`() throws {
        let impostor = try sampleSigner("452", "v1")
        let (export, signature) = try writer().members(signedBy: [impostor])
        #expect(throws: CaseError.badSignature("452-v1")) { try verify(export, signature) }
    }

    @Test func `a changed byte anywhere in the export is refused`() throws {
        let (export, signature) = try writer().members(signedBy: [signer])
        for index in export.indices {
            var changed = export
            changed[index] ^= 1
            #expect(throws: CaseError.self) { try verify(changed, signature) }
        }
    }

    @Test func `a signature of the body without the header is refused`() throws {
        let (export, signature) = try writer().members(signedBy: [signer])
        var list = try ExportSignature.list(signature)
        list[0].signature = try signer.key.sign(digest: sha256(Array(export.dropFirst(16))))
        #expect(throws: CaseError.badSignature("452-v1")) { try verify(export, ExportSignature.encode(list)) }
    }

    @Test func `as many signatures as the export names must be there`() throws {
        let (export, signature) = try writer().members(signedBy: [signer, stranger])
        let list = try ExportSignature.list(signature)
        #expect(throws: CaseError.signatureCount(signatures: 1, infos: 2)) {
            try verify(export, ExportSignature.encode([list[0]]))
        }
        #expect(throws: CaseError.unsigned) { try verify(export, []) }
    }

    @Test func `another algorithm or form of signature is refused`() throws {
        try expect(.algorithm("SHA256withECDSA")) { $0.info.algorithm = "SHA256withECDSA" }
        try expect(.algorithm("")) { $0.info.algorithm = "" }
        try expect(.signatureForm(64)) { $0.signature = [UInt8](repeating: 0x30, count: 64) }
        try expect(.signatureForm(0)) { $0.signature = [] }
        try expect(.signatureForm(73)) { $0.signature = [UInt8](repeating: 0x30, count: 73) }
    }

    @Test func `batch fields of a signature may be missing but not contradict the export`() throws {
        try expect(.signatureBatch(number: 1, size: 7, exportNumber: 1, exportSize: 1)) { $0.batchSize = 7 }
        try expect(.signatureBatch(number: 2, size: 1, exportNumber: 1, exportSize: 1)) { $0.batchNumber = 2 }
        try expect(nil) {
            $0.batchNumber = nil
            $0.batchSize = nil
        }
    }

    @Test func `a signature list that cannot be read says where`() throws {
        let export = try writer().members(signedBy: [signer]).export
        #expect(throws: CaseError.malformed("export.sig", offset: 2, reason: "it ends inside a field")) {
            try verify(export, [0x0A, 0x05])
        }
    }

    private func writer() throws -> CaseExportWriter {
        try CaseExportWriter(header: sampleHeader, keys: keysToExport)
    }

    private func verify(_ export: [UInt8], _ signature: [UInt8]) throws -> CaseExportReceipt {
        try CaseExportReader.verify(.members(export: export, signature: signature), keys: keys)
    }

    /// Expects `error`, or none, after `change` was made to a good signature.
    private func expect(_ error: CaseError?, _ change: (inout ExportSignature) -> Void) throws {
        let (export, signature) = try writer().members(signedBy: [signer])
        var list = try ExportSignature.list(signature)
        change(&list[0])
        if let error {
            #expect(throws: error) { try verify(export, ExportSignature.encode(list)) }
        } else {
            #expect(try verify(export, ExportSignature.encode(list)).signer == "452-v1")
        }
    }
}

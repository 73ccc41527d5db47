// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon

@testable import Cases

/// export.sig, over an export.bin that stays the same.
enum ExportSignatureInput: FuzzedInput {
    static func check(_ bytes: [UInt8]) throws {
        guard let list = try? ExportSignature.list(bytes) else { return }
        let written = ExportSignature.encode(list)
        try demand(
            ExportSignature.encode(try ExportSignature.list(written)) == written,
            "signatures are read as they were written")
        let samples = try ExportSamples.made()
        let export = samples.exports[1].export
        let source = CaseSource.members(export: export, signature: bytes)
        guard let receipt = try? CaseExportReader.verify(source, keys: samples.keys) else { return }
        try demand(receipt.signer == "452-v1", "the signer is the one whose key is here")
        let isSigned = list.contains { signature in
            samples.keys.candidates(for: "452-v1").contains {
                $0.verifies(signature.signature, digest: sha256(export))
            }
        }
        try demand(isSigned, "what is accepted is signed")
    }

    static func seeds() throws -> [Seed] {
        let exports = try ExportSamples.made().exports
        let own = try ExportSignature.list(exports[1].signature)
        var foreign = own
        for index in foreign.indices { foreign[index].info.keyID = "262" }
        return exports.map { Seed($0.name, $0.signature) } + [
            Seed("two", ExportSignature.encode(foreign + own)), Seed("foreign", ExportSignature.encode(foreign)),
        ]
    }
}

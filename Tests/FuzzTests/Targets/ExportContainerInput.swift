// SPDX-License-Identifier: GPL-3.0-or-later

@testable import Cases

/// A case export's ZIP file.
enum ExportContainerInput: FuzzedInput {
    static func check(_ bytes: [UInt8]) throws {
        let samples = try ExportSamples.made()
        let read = try? CaseExport(.archive(bytes), trust: .nobody)
        let fromFile = try withFile(bytes) { path in try? CaseExport(.file(path), trust: .nobody) }
        try demand(read == fromFile, "a file on disk says what the same bytes in memory say")
        if let signed = try? CaseExport(.archive(bytes), trust: .signed(by: samples.keys)) {
            try demand(signed.receipt.signer == "452-v1", "a signed export names its signer")
            try demand(samples.digests.contains(signed.receipt.digest), "only what was signed passes as signed")
            try demand(
                signed.keys == read?.keys && signed.revisedKeys == read?.revisedKeys,
                "the keys do not depend on who asks")
        }
        if let read { try checkWriting(read) }
    }

    static func seeds() throws -> [Seed] {
        try ExportSamples.made().exports.map { name, export, signature in
            Seed(name, try writeArchive([("export.bin", export), ("export.sig", signature)]))
        }
    }
}

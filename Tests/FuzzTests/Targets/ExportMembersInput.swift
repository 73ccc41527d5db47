// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon

@testable import Cases

/// export.bin, behind one byte that says in what pieces it comes and which of its bits is flipped after signing.
enum ExportMembersInput: FuzzedInput {
    static func check(_ bytes: [UInt8]) throws {
        guard let first = bytes.first else { return }
        let export = Array(bytes.dropFirst())
        let whole = try? CaseExport(.members(export: export, signature: nil), trust: .nobody)
        let pieces = try? readInPieces(export, of: Int(first) + 1)
        try demand(pieces?.keys == whole.map { $0.keys + $0.revisedKeys }, "keys do not depend on the pieces")
        try demand(pieces?.receipt == whole?.receipt, "a receipt does not depend on the pieces")
        guard let whole else { return }
        try checkWriting(whole)
        try checkSigning(export, infos: whole.header.signatureInfos.count, flipping: Int(first))
    }

    private static func readInPieces(
        _ export: [UInt8], of length: Int
    ) throws -> (keys: [CaseKey], receipt: CaseExportReceipt) {
        var stream = try ExportStream()
        var place = 0
        var lists: [CaseKeyList: [CaseKey]] = [:]
        try stream.read(
            refill: { buffer, index in
                let count = min(length, export.count - place, buffer.count - index)
                buffer.replaceSubrange(index..<index + count, with: export[place..<place + count])
                place += count
                return count
            }, each: { key, list in lists[list, default: []].append(key) })
        return (lists[.keys, default: []] + lists[.revisedKeys, default: []], try stream.receipt())
    }

    /// What our key signs is accepted when the file names as many signers as signed it, and one bit later it is not.
    private static func checkSigning(_ export: [UInt8], infos: Int, flipping bit: Int) throws {
        let samples = try ExportSamples.made()
        var signature = ExportSignature()
        signature.info = samples.signer.info
        signature.signature = try samples.signer.key.sign(digest: sha256(export))
        let list = ExportSignature.encode([signature])
        let signed = try? CaseExportReader.verify(.members(export: export, signature: list), keys: samples.keys)
        try demand((signed != nil) == (infos == 1), "what our key signed is accepted, if the file names one signer")
        var changed = export
        changed[bit / 8 % changed.count] ^= 1 << UInt8(bit % 8)
        let forged = try? CaseExportReader.verify(.members(export: changed, signature: list), keys: samples.keys)
        try demand(forged == nil, "what was changed after signing is refused")
    }

    static func seeds() throws -> [Seed] {
        try ExportSamples.made().exports.map { Seed($0.name, [UInt8(truncatingIfNeeded: $0.export.count)] + $0.export) }
    }
}

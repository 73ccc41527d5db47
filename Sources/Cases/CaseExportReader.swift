// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// Where a case export's bytes are.
public enum CaseSource: Sendable {
    /// A ZIP file by its path. It is read in pieces and never held in memory.
    case file(String)
    /// A ZIP file in memory.
    case archive([UInt8])
    /// The bytes of export.bin and of export.sig, without a container.
    case members(export: [UInt8], signature: [UInt8]?)
}

/// Reads case exports as a stream: a million keys take no more memory than one.
package enum CaseExportReader {
    /// Reads an export to its end, handing each key to `each` in the file's order.
    ///
    /// **The keys count only when this returns.** A signature can be checked no sooner than behind the last byte; so
    /// whoever uses the keys keeps what came of them aside, and drops it when an error is thrown. The bytes are read
    /// once: what was verified is what was handed over, even if the file changes meanwhile.
    package static func read(
        _ source: CaseSource, trust: CaseTrust,
        each: (CaseKey, CaseKeyList) throws(CaseError) -> Void
    ) throws(CaseError) -> CaseExportReceipt {
        try read(source, trust: trust, copy: { _, _ in }, each: each)
    }

    /// Checks an export's form and signature, and all its keys, without handing them to anybody.
    package static func verify(_ source: CaseSource, keys: AuthorityKeys) throws(CaseError) -> CaseExportReceipt {
        try read(source, trust: .signed(by: keys)) { _, _ in }
    }

    /// As `read(_:trust:each:)`; besides, every piece of export.bin goes to `copy` as it is.
    static func read(
        _ source: CaseSource, trust: CaseTrust,
        copy: ([UInt8], Range<Int>) throws(CaseError) -> Void,
        each: (CaseKey, CaseKeyList) throws(CaseError) -> Void
    ) throws(CaseError) -> CaseExportReceipt {
        switch source {
        case .file(let path):
            return try read(CaseArchive(file: path), trust, copy, each)
        case .archive(let bytes):
            return try read(CaseArchive(bytes: bytes), trust, copy, each)
        case .members(let export, let signature):
            let check = try trust.check(signature)
            var place = 0
            return try read(check, copy, each) { buffer, index in
                let count = min(buffer.count - index, export.count - place)
                for step in 0..<count { buffer[index + step] = export[place + step] }
                place += count
                return count
            }
        }
    }

    private static func read(
        _ archive: borrowing CaseArchive, _ trust: CaseTrust,
        _ copy: ([UInt8], Range<Int>) throws(CaseError) -> Void,
        _ each: (CaseKey, CaseKeyList) throws(CaseError) -> Void
    ) throws(CaseError) -> CaseExportReceipt {
        let members = try ArchiveMembers(archive.names(), needsSignature: trust.needsSignature)
        var signature: [UInt8]?
        if let index = members.signature {
            var member = try archive.open(index, "export.sig", limit: CaseArchive.maximumSignatureLength)
            signature = try member.contents()
        }
        let check = try trust.check(signature)
        var member = try archive.open(members.export, "export.bin", limit: CaseArchive.maximumLength)
        return try read(check, copy, each) { (buffer, index) throws(CaseError) in try member.read(&buffer, index) }
    }

    private static func read(
        _ check: SignatureCheck?,
        _ copy: ([UInt8], Range<Int>) throws(CaseError) -> Void,
        _ each: (CaseKey, CaseKeyList) throws(CaseError) -> Void,
        refill: (inout [UInt8], Int) throws(CaseError) -> Int
    ) throws(CaseError) -> CaseExportReceipt {
        var stream = try ExportStream()
        try stream.read(refill: refill, copy: copy, each: each)
        var receipt = try stream.receipt()
        receipt.signer = try check?.signer(of: receipt.digest, header: receipt.header)
        return receipt
    }
}

extension CaseTrust {
    /// Whether export.sig must be there.
    fileprivate var needsSignature: Bool {
        switch self {
        case .signed: true
        case .nobody: false
        }
    }

    /// The check to make behind the last byte; nil when nobody's signature is asked for.
    fileprivate func check(_ signature: [UInt8]?) throws(CaseError) -> SignatureCheck? {
        switch self {
        case .signed(let keys): try SignatureCheck(try ExportSignature.list(signature ?? []), keys: keys)
        case .nobody: nil
        }
    }
}

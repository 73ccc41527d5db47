// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Platform

/// An imported export.bin on disk, named after its own SHA-256: `DIGEST.export`.
enum StoredImport {
    private static let suffix = ".export"

    static func fileName(_ name: String) -> String { name + suffix }

    /// The digest in a file's name; nil for other files.
    static func name(of file: String) -> String? {
        guard file.hasSuffix(suffix) else { return nil }
        let name = file.dropLast(suffix.count)
        guard name.utf8.count == 64, name.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return String(name)
    }

    /// Reads the import `name` of `folder` once. The keys count only when this returns: it throws `damagedImport` when the
    /// bytes do not have the SHA-256 in the name, and what `each` throws.
    static func read(
        _ name: String, in folder: String, each: (CaseKey, CaseKeyList) throws(CaseError) -> Void
    ) throws(CaseError) -> CaseExportReceipt {
        let path = folder + "/" + fileName(name)
        let file = try system { () throws(SystemError) in try File(path, .read) }
        var thrown: CaseError?
        let receipt: CaseExportReceipt
        do throws(CaseError) {
            receipt = try read(file) { (key, list) throws(CaseError) in
                do throws(CaseError) {
                    try each(key, list)
                } catch {
                    thrown = error
                    throw error
                }
            }
        } catch {
            if let thrown { throw thrown }
            if case .system = error { throw error }
            throw .damagedImport(path)
        }
        guard receipt.digest.hex == name else { throw .damagedImport(path) }
        return receipt
    }

    private static func read(
        _ file: borrowing File, _ each: (CaseKey, CaseKeyList) throws(CaseError) -> Void
    ) throws(CaseError) -> CaseExportReceipt {
        var stream = try ExportStream()
        var place = 0
        try stream.read(
            refill: { (buffer, index) throws(CaseError) in
                let room = buffer.count - index
                let piece = try system { () throws(SystemError) in try file.read(at: place, count: room) }
                buffer.replaceSubrange(index..<index + piece.count, with: piece)
                place += piece.count
                return piece.count
            }, each: each)
        return try stream.receipt()
    }
}

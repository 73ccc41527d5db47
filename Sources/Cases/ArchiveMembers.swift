// SPDX-License-Identifier: GPL-3.0-or-later

/// Which of a ZIP file's members are the export and its signatures.
///
/// Exactly these two may be there, at the top and once each. One more is let pass unread: `content.sig`, which the
/// Dutch server added for itself and whose files are otherwise as they should be.
struct ArchiveMembers: Equatable {
    let export: Int
    let signature: Int?

    /// Sorts out `names`; `needsSignature` says whether export.sig must be there.
    init(_ names: [[UInt8]], needsSignature: Bool) throws(CaseError) {
        var found: [String: Int] = [:]
        for (index, bytes) in names.enumerated() {
            let name = printable(bytes)
            guard ["export.bin", "export.sig", "content.sig"].contains(name) else {
                throw bytes.contains(UInt8(ascii: "/")) || bytes.contains(UInt8(ascii: "\\"))
                    ? .misplacedMember(name) : .foreignMember(name)
            }
            guard found.updateValue(index, forKey: name) == nil else { throw .duplicateMember(name) }
        }
        guard let export = found["export.bin"] else { throw .missingMember("export.bin") }
        self.export = export
        self.signature = found["export.sig"]
        guard signature != nil || !needsSignature else { throw .missingMember("export.sig") }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
package import Beacon
internal import Cases

/// Takes published keys back by their bytes.
package struct RevokeDesk: Sendable {
    private let authority: Authority

    package init(_ authority: Authority) { self.authority = authority }

    /// The bytes of a key of either format; nil for any other text.
    package static func key(hexadecimal text: String) -> [UInt8]? {
        guard let bytes = [UInt8](hexadecimal: text),
            BeaconFormat.allCases.contains(where: { $0.keyLength == bytes.count })
        else { return nil }
        return bytes
    }

    /// The keys of an export that this authority signed, padding included: nobody knows it apart, and nobody published it.
    package func keys(inExport path: String) throws -> [[UInt8]] {
        let keys = AuthorityKeys(
            named: try authority.signers.map { signer throws(CaseError) in
                try signer.key.publicKey(name: signer.info.keyName)
            })
        let export = try CaseExport(.file(path), trust: .signed(by: keys))
        return (export.keys + export.revisedKeys).map(\.key.bytes)
    }

    /// Takes `keys` back in the name of `who`, who came by `way`; answers how many counted until now. It is written down first, with the
    /// names of the `exports` that they are from: without the entry nothing is taken back.
    package func revoke(
        _ keys: [[UInt8]], from exports: [String] = [], who: String, way: String, now: Timestamp
    ) async throws -> Int {
        let names = exports.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        try await authority.console.record(
            AuditEntry(
                time: now.seconds, who: who, way: way, action: .keysRevoked,
                detail: (["\(keys.count)"] + names).joined(separator: " ")))
        return try await authority.store.revoke(keys)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
internal import Beacon
internal import Cases

/// Policies that this folder has no record of: another server published them, or this one before its folder was lost.
///
/// Whoever can write where everybody reads has no say: one of the keys of now must have signed what stands there, each time anew. So
/// what is kept of it is a copy, for who asks between two exports, and no record, which is believed when its keys are gone too.
extension PolicyDesk {
    /// Signs what is published in a region again if one of our signatures is missing, and keeps the copy; answers whether it signed.
    func renewElsewhere(_ region: String, _ now: Timestamp) async throws -> Bool {
        let copy = copyPath(region)
        let path = publicPath(region)
        guard let bytes = try await authority.publicFiles.contents(path) else {
            try DurableFile.remove(copy)
            return false
        }
        let document: PolicyDocument
        do { document = try believed(bytes, region) } catch {
            try DurableFile.remove(copy)
            throw error
        }
        // More signatures than ours are as good: servers that have different keys for a while do not take them from each other.
        let isSigned = try authority.signers.allSatisfy { signer in
            let keys = try signerKeys([signer])
            return (try? SignedPolicy(bytes, signedBy: keys)) != nil
        }
        let isDue = !isSigned && document.validUntil > now
        let current = try isDue ? sign(document, path) : bytes
        if isDue { try await authority.publicFiles.replace(path, current) }
        if (try? recorded(copy)) != current {
            try DurableFile.makeFolder(authority.policiesPath, permissions: 0o700)
            try DurableFile.replace(copy, with: current, permissions: 0o600)
        }
        return isDue
    }

    /// What everybody fetches as a region's policy, if it is one and a key of now signed it.
    func believed(_ bytes: [UInt8], _ region: String) throws -> PolicyDocument {
        let document = try signed(bytes, publicPath(region)).document
        guard document.region == region else {
            throw Fault.record(publicPath(region), "it is the policy of \(document.region)")
        }
        return document
    }

    /// The copy of what another server published, which no number names.
    func copyPath(_ region: String) -> String { authority.policiesPath + "/\(region)-published.txt" }
}

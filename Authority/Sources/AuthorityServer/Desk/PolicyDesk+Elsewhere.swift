// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
internal import Beacon
internal import Cases

/// Policies that this folder has no record of: another server published them, or this one before its folder was lost or
/// put back.
///
/// Whoever can write where everybody reads has no say: one of the keys of now must have signed what stands there, each
/// time anew. So what is kept of it is a copy, for who asks between two exports, and no record, which is believed when
/// its keys are gone too.
extension PolicyDesk {
    /// Whether the region's policy had to be signed again.
    func renew(_ region: String, _ now: Timestamp) async throws -> Bool {
        guard let bytes = try await authority.publicFiles.contents(publicPath(region)) else {
            try retireCopy(region)
            return false
        }
        let last = try serials(region).max()
        let document: PolicyDocument
        do { document = try believed(bytes, region) } catch {
            try retireCopy(region)
            guard let last else { throw error }
            return try await renewRecord(region, last, bytes, now)
        }
        // Who put an older one back, which is still good, gets no signature for it.
        let newest = max(last ?? 0, newestElsewhere(region))
        guard document.serial >= newest else { throw Fault.older(region, document.serial, newest) }
        if let last, last == document.serial { return try await renewRecord(region, last, bytes, now) }
        return try await renewElsewhere(document, bytes, now)
    }

    /// Signs what another server published again if one of our signatures is missing, and keeps the copy; answers
    /// whether it signed.
    private func renewElsewhere(_ document: PolicyDocument, _ bytes: [UInt8], _ now: Timestamp) async throws -> Bool {
        let (copy, path) = (copyPath(document.region), publicPath(document.region))
        let isDue = try document.validUntil > now && !isSigned(bytes)
        let current = try isDue ? sign(document, path) : bytes
        if isDue { try await authority.publicFiles.replace(path, current) }
        if (try? recorded(copy)) != current {
            try DurableFile.makeFolder(authority.policiesPath, permissions: 0o700)
            try DurableFile.replace(copy, with: current, permissions: 0o600)
        }
        return isDue
    }

    /// Whether all who sign now signed it. More signatures than theirs are as good: servers that have different keys
    /// for a while do not take them from each other.
    func isSigned(_ bytes: [UInt8]) throws -> Bool {
        try authority.signers.allSatisfy { signer in
            let keys = try signerKeys([signer])
            return (try? SignedPolicy(bytes, signedBy: keys)) != nil
        }
    }

    /// Who says to have signed a policy that was read before.
    func signerNames(_ bytes: [UInt8]) -> [String] { lines(bytes).compactMap(signerName) }

    /// A policy that was read before, with the signatures of `own` alone.
    func withoutOthers(_ bytes: [UInt8], _ own: [String]) -> [UInt8] {
        let kept = lines(bytes).filter { line in
            guard let name = signerName(line) else { return true }
            return own.contains(name)
        }
        return Array(kept.map { $0 + "\n" }.joined().utf8)
    }

    private func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
    }

    private func signerName(_ line: String) -> String? {
        let words = line.split(separator: " ")
        return words.count == 3 && words[0] == "signature" ? String(words[1]) : nil
    }

    /// What everybody fetches as a region's policy, if it is one and a key of now signed it.
    func believed(_ bytes: [UInt8], _ region: String) throws -> PolicyDocument {
        let document = try signed(bytes, publicPath(region)).document
        guard document.region == region else {
            throw Fault.record(publicPath(region), "it is the policy of \(document.region)")
        }
        return document
    }

    /// The greatest number that another server is known to have published and that a key of now vouches for; 0 when
    /// there is none.
    func newestElsewhere(_ region: String) -> Int64 {
        let numbers = [copyPath(region), seenPath(region)].map { path in
            (try? believed(recorded(path), region))?.serial ?? 0
        }
        return numbers.max() ?? 0
    }

    /// What was copied is published no more, but its number still counts: else whoever took it away could put an older
    /// one there.
    private func retireCopy(_ region: String) throws {
        let copy = copyPath(region)
        if DurableFile.exists(copy) { try DurableFile.move(copy, to: seenPath(region)) }
    }

    /// The copy of what another server published, which no number names.
    func copyPath(_ region: String) -> String { authority.policiesPath + "/\(region)-published.txt" }

    /// The last copy of what is published no more.
    private func seenPath(_ region: String) -> String { authority.policiesPath + "/\(region)-seen.txt" }
}

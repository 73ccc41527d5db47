// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Cases
internal import Exposure
internal import Platform

/// Which thresholds are in force, and whose: the program's own, those that the authority signed, and on top of both what the owner
/// wrote into [Policy].
///
/// It stores the policy that it took and the greatest number of each region, so that an older one is refused after a restart too. A stored policy whose signature is no
/// longer good, because its key was taken away, counts for nothing.
package struct PolicyBook: Sendable {
    /// The authority's policy that is in force.
    package struct Standing: Hashable, Sendable {
        package var region: String
        package var serial: Int64
        /// The name of the key that signed it.
        package var signer: String
        /// When this device took it.
        package var since: Timestamp
        package var until: Timestamp
        package var entries: [PolicyDocument.Entry]
    }

    /// The regions whose policies are taken; nil for any.
    var regions: Set<String>?
    /// What the owner wrote; it wins.
    var overrides: [PolicyDocument.Entry]
    /// The thresholds without an authority.
    var own: Policy
    /// The thresholds in force.
    private(set) var policy: Policy
    private(set) var standing: Standing?
    /// What was taken before, whether it is in force or not.
    private var serials = PolicySerials()
    /// Why what lies in the spool was refused.
    private(set) var refusal: String?
    /// Whether the last policy is in force no more because its time is over.
    private(set) var isExpired = false

    init(own: Policy, overrides: [PolicyDocument.Entry], regions: Set<String>?) {
        self.own = own
        self.overrides = overrides
        self.regions = regions
        policy = own
    }

    /// Looks at what is stored at `path` and what lies at `offered`; false when the thresholds stay as they were.
    mutating func look(at offered: String, stored path: String, _ keys: AuthorityKeys, now: Timestamp) -> Bool {
        let before = policy
        refusal = nil
        var taken = stored(at: path, keys)
        // Without any key nothing could be judged; that none is there is told anyway.
        if !keys.isEmpty, Folder.exists(offered) {
            do throws(Refusal) {
                if let next = try Self.read(offered, keys, known: taken?.policy.document, self, now) {
                    taken = (next, now)
                    serials.note(next.document.region, next.document.serial, signer: next.signer)
                    try Self.store(next, since: now, serials, at: path)
                }
            } catch {
                refusal = error.sentence
            }
        }
        settle(taken, now)
        return policy != before
    }

    /// Puts into force what was taken, as far as it counts at `now`.
    private mutating func settle(_ taken: (policy: SignedPolicy, since: Timestamp)?, _ now: Timestamp) {
        (policy, standing, isExpired) = (own, nil, false)
        guard let taken else { return }
        let document = taken.policy.document
        guard document.validUntil > now else {
            isExpired = true
            return
        }
        do throws(PolicyError) {
            policy = try Policy(entries: (document.entries + overrides).map { ($0.key, $0.value) })
        } catch {
            refusal = "with [Policy] of this device's configuration \(error)"
            return
        }
        standing = Standing(
            region: document.region, serial: document.serial, signer: taken.policy.signer, since: taken.since,
            until: document.validUntil, entries: document.entries)
    }

    /// The policy taken before, if its signature still is good and it is for one of our regions; reads the numbers taken before, too.
    private mutating func stored(at path: String, _ keys: AuthorityKeys) -> (policy: SignedPolicy, since: Timestamp)? {
        guard let bytes = try? Folder.contents(of: path), let end = bytes.firstIndex(of: 0x0A) else { return nil }
        let words = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
        serials = PolicySerials(words: words.dropFirst(), keys)
        guard let since = words.first.flatMap({ Int64($0) }), since >= 0,
            let policy = try? SignedPolicy(Array(bytes[(end + 1)...]), signedBy: keys),
            regions?.contains(policy.document.region) != false,
            PolicyRules.objection(to: policy.document.entries) == nil
        else { return nil }
        serials.note(policy.document.region, policy.document.serial, signer: policy.signer)
        return (policy, Timestamp(seconds: min(since, 253_402_300_799)))
    }

    /// A first line with the second since which it is in force and the numbers taken, and the policy as it came.
    private static func store(
        _ policy: SignedPolicy, since: Timestamp, _ serials: PolicySerials, at path: String
    ) throws(Refusal) {
        do throws(SystemError) {
            try Folder.replace(path, with: Array("\(since.seconds) \(serials.text)\n".utf8) + policy.bytes)
        } catch {
            // In force until the next start; then the spool is read again.
            throw Refusal(sentence: "it counts and could not be stored: \(error)")
        }
    }
}

/// Why a policy is not taken.
private struct Refusal: Error {
    let sentence: String
}

extension PolicyBook {
    /// The policy at `path`, read once; nil when it is the one that is known. Throws when it must not be taken.
    private static func read(
        _ path: String, _ keys: AuthorityKeys, known: PolicyDocument?, _ book: PolicyBook, _ now: Timestamp
    ) throws(Refusal) -> SignedPolicy? {
        let policy: SignedPolicy
        do {
            policy = try SignedPolicy(contents(of: path), signedBy: keys)
        } catch {
            throw Refusal(sentence: "\(error)")
        }
        let document = policy.document
        if document == known { return nil }
        if let sentence = book.objection(to: document, known, now) ?? PolicyRules.objection(to: document.entries) {
            throw Refusal(sentence: "policy \(document.serial) of \(document.region): \(sentence)")
        }
        do throws(PolicyError) {
            _ = try Policy(entries: (document.entries + book.overrides).map { ($0.key, $0.value) })
        } catch {
            throw Refusal(sentence: "with [Policy] of this device's configuration \(error)")
        }
        return policy
    }

    private static func contents(of path: String) throws -> [UInt8] {
        let file = try File(path, .readUnlinked)
        // One byte more than may be there shows a file that is too long.
        return try file.read(at: 0, count: PolicyDocument.maximumLength + 1)
    }

    private func objection(to document: PolicyDocument, _ known: PolicyDocument?, _ now: Timestamp) -> String? {
        if let regions, !regions.contains(document.region) {
            return "it is for another region than \(regions.sorted().joined(separator: ", "))"
        }
        if document.issued > now.advanced(by: .seconds(86_400)) {
            return "it was issued on \(document.issued.day), which is to come"
        }
        if document.validUntil <= now { return "it was good until \(document.validUntil.day)" }
        if let newest = serials[document.region], document.serial < newest { return "policy \(newest) is newer" }
        let isOther = known?.region == document.region && known?.serial == document.serial
        return isOther ? "another policy has the same number" : nil
    }
}

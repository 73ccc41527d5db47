// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
package import Beacon
package import Cases
internal import Exposure
internal import FoundationEssentials

/// Signs and publishes thresholds: `public/v1/VN/policy.txt`, beside the exports that they judge.
package struct PolicyDesk: Sendable {
    let authority: Authority

    package init(_ authority: Authority) { self.authority = authority }

    /// Why no policy is published.
    package enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        case line(Int, String)
        case absurd(String)
        case validity
        case region(String, [String])
        /// Another process makes exports all the time.
        case busy
        /// What was written down, or what is published, cannot be believed.
        case record(String, String)
        /// In a region a policy is published though a newer one is known; their numbers.
        case older(String, Int64, Int64)

        package var description: String {
            switch self {
            case .line(let number, let text): "line \(number) is no threshold: \(text)"
            case .absurd(let sentence): sentence
            case .validity: "a policy is good for 7 to 400 days"
            case .region(let name, let names): "the region \(name) is none of \(names.joined(separator: ", "))"
            case .busy: "another process is making exports; nothing was published, try again"
            case .record(let path, let reason): "\(path): \(reason)"
            case .older(let region, let published, let newest):
                "the policy \(published) of \(region) is published, though \(newest) is known here: devices that took "
                    + "the newer one refuse it; publish one with a greater number, with policy set"
            }
        }
    }

    /// Signs `entries` for a region, or for each when none is named, and publishes them in the name of `who`, who came by `way`, which is
    /// written down before. No device takes what would not pass here.
    package func set(
        _ entries: [PolicyDocument.Entry], region: String?, days: Int, who: String, way: String, now: Timestamp
    ) async throws -> [PolicyDocument] {
        guard (7...400).contains(days) else { throw Fault.validity }
        let regions = authority.settings.regions
        if let region, !regions.contains(region) { throw Fault.region(region, regions) }
        if let objection = PolicyRules.objection(to: entries) { throw Fault.absurd(objection) }
        // While an export goes on, whose end signs policies again, this waits.
        for _ in 0..<PolicyDesk.patience {
            let published = try await authority.store.exclusively {
                try await publish(entries, region.map { [$0] } ?? regions, days, who, way, now)
            }
            if let published { return published }
            try await Task.sleep(for: .seconds(1))
        }
        throw Fault.busy
    }

    /// Seconds for which an export by another process is waited for.
    private static let patience = 60

    private func publish(
        _ entries: [PolicyDocument.Entry], _ regions: [String], _ days: Int, _ who: String, _ way: String,
        _ now: Timestamp
    ) async throws -> [PolicyDocument] {
        var published: [PolicyDocument] = []
        for name in regions {
            let document = PolicyDocument(
                region: name, serial: try await nextSerial(name, now), issued: Timestamp(seconds: now.seconds),
                validUntil: Timestamp(seconds: now.seconds &+ Int64(days) &* 86_400), entries: entries)
            guard let bytes = try document.signed(by: authority.signers) else {
                throw Fault.absurd("a key or a value is too long, or stands there twice")
            }
            try await authority.console.record(
                AuditEntry(
                    time: now.seconds, who: who, way: way, action: .policySet, detail: "\(name) \(document.serial)"))
            // First the record: what devices could ever have got is known.
            try DurableFile.makeFolder(authority.policiesPath, permissions: 0o700)
            try DurableFile.replace(record(name, document.serial), with: bytes, permissions: 0o600)
            try await authority.publicFiles.replace(publicPath(name), bytes)
            published.append(document)
        }
        return published
    }

    /// The policy that was last published in a region from this folder or, if that is newer or there is none, another
    /// server's, as `renewSignatures` last found it; nil when there is neither.
    package func policy(of region: String) throws -> SignedPolicy? {
        let copy = copyPath(region)
        guard let serial = try serials(region).max() else {
            return try DurableFile.exists(copy) ? signed(recorded(copy), copy) : nil
        }
        // A copy that no key of now vouches for hides no record.
        if let newer = try? signed(recorded(copy), copy), newer.document.serial > serial { return newer }
        let file = record(region, serial)
        return try signed(recorded(file), file)
    }

    /// Signs the last policy of each region again where others sign now than those who signed what is published: the same number and
    /// thresholds, so that devices which know only a new key take it too. Answers how many were signed. To be called after every
    /// export; while another process is at one it does nothing, and the next call does it.
    ///
    /// A policy whose time is over stays as it is. So does one that is older than another that this folder knows, which
    /// throws.
    package func renewSignatures(now: Timestamp) async throws -> Int {
        try await authority.store.exclusively { try await renewAll(now) } ?? 0
    }

    private func renewAll(_ now: Timestamp) async throws -> Int {
        var count = 0
        var failure: (any Error)?
        for region in authority.settings.regions {
            // What is wrong with one keeps no other from being signed.
            do {
                if try await renew(region, now) { count += 1 }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return count
    }

    /// Signs what is published again if it is the policy in the record of that number and others sign now; answers
    /// whether it signed.
    func renewRecord(
        _ region: String, _ serial: Int64, _ published: [UInt8], _ now: Timestamp
    ) async throws -> Bool {
        let (file, path) = (record(region, serial), publicPath(region))
        let known = try recorded(file)
        let (kept, shown) = try (read(known, file), read(published, path))
        let document = kept.document
        guard document.region == region, document.serial == serial else {
            throw Fault.record(file, "it is another policy than its name says")
        }
        guard shown.document == document, document.validUntil > now else { return false }
        // Who stands in the record and signs no more goes away. Who never did has a key on another server alone, and
        // stays.
        let (own, before) = (authority.signers.map(\.name), signerNames(known))
        let counted = signerNames(published).filter { own.contains($0) || before.contains($0) }
        let isCurrent = try counted.count == own.count && isSigned(published)
        let bytes = try isCurrent ? withoutOthers(published, own) : sign(document, file)
        if !isCurrent { try await authority.publicFiles.replace(path, bytes) }
        // The record comes second: what a crash leaves in between is made good by the next call.
        if known != bytes { try DurableFile.replace(file, with: bytes, permissions: 0o600) }
        return !isCurrent
    }

    func signed(_ bytes: [UInt8], _ path: String) throws -> SignedPolicy {
        let keys = try signerKeys(authority.signers)
        do throws(PolicyFault) {
            return try SignedPolicy(bytes, signedBy: keys)
        } catch {
            throw Fault.record(path, error.description)
        }
    }

    private func read(_ bytes: [UInt8], _ path: String) throws -> RecordedPolicy {
        let keys = try signerKeys(authority.signers)
        do throws(PolicyFault) {
            return try RecordedPolicy(bytes, keys: keys)
        } catch {
            throw Fault.record(path, error.description)
        }
    }

    func sign(_ document: PolicyDocument, _ path: String) throws -> [UInt8] {
        // Perhaps no key of now vouches for it, so it has to make sense at least.
        if let objection = PolicyRules.objection(to: document.entries) { throw Fault.record(path, objection) }
        guard let bytes = try document.signed(by: authority.signers) else {
            throw Fault.record(path, "it cannot be signed")
        }
        return bytes
    }

    func recorded(_ path: String) throws(DurableFile.Fault) -> [UInt8] {
        try DurableFile.contents(of: path, limit: PolicyDocument.maximumLength)
    }

    func signerKeys(_ signers: [CaseSigner]) throws -> AuthorityKeys {
        AuthorityKeys(
            named: try signers.map { signer throws(CaseError) in
                try signer.key.publicKey(name: signer.name)
            })
    }

    /// The thresholds in a file: `Key=value` lines, with comments, and with or without the section's name.
    package static func entries(_ text: String) throws(Fault) -> [PolicyDocument.Entry] {
        var entries: [PolicyDocument.Entry] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let bare = trimmed(line)
            guard let first = bare.first, first != "#", first != ";", bare != "[Policy]" else { continue }
            guard let sign = bare.firstIndex(of: "=") else { throw .line(index + 1, String(bare.prefix(60))) }
            entries.append(
                .init(key: String(trimmed(bare[..<sign])), value: String(trimmed(bare[bare.index(after: sign)...]))))
        }
        return entries
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        var rest = text.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }

    /// A number of the day, 2026112101, and greater than the last one's, whichever server published that: it grows even where the last
    /// policy was lost.
    private func nextSerial(_ region: String, _ now: Timestamp) async throws -> Int64 {
        let date = now.day.description.filter { $0 != "-" }
        let first = (Int64(date) ?? 0) * 100 + 1
        let published = try await authority.publicFiles.contents(publicPath(region))
        // One that cannot be believed is what this one takes the place of.
        let last = published.flatMap { try? believed($0, region) }?.serial ?? 0
        return try max(first, last + 1, newestElsewhere(region) + 1, (serials(region).max() ?? 0) + 1)
    }

    /// The numbers of all policies that were published in a region.
    func serials(_ region: String) throws -> [Int64] {
        guard DurableFile.exists(authority.policiesPath) else { return [] }
        let names = try FileManager.default.contentsOfDirectory(atPath: authority.policiesPath)
        return names.compactMap { name in
            guard name.hasPrefix(region + "-"), name.hasSuffix(".txt") else { return nil }
            let number = name.dropFirst(region.utf8.count + 1).dropLast(4)
            return Int64(number).flatMap { (1...Int64.max / 2).contains($0) && String($0) == number ? $0 : nil }
        }
    }

    private func record(_ region: String, _ serial: Int64) -> String {
        authority.policiesPath + "/\(region)-\(serial).txt"
    }

    func publicPath(_ region: String) -> String { "v1/\(region)/policy.txt" }
}

extension CaseSigner {
    /// `ID-VERSION`, as devices call its key.
    fileprivate var name: String { info.keyName }
}

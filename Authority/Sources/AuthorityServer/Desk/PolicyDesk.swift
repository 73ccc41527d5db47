// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
package import Beacon
package import Cases
internal import Exposure
internal import FoundationEssentials

/// Signs and publishes thresholds: `public/v1/VN/policy.txt`, beside the exports that they judge.
package struct PolicyDesk: Sendable {
    private let authority: Authority

    package init(_ authority: Authority) { self.authority = authority }

    /// Why no policy is published.
    package enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        case line(Int, String)
        case absurd(String)
        case validity
        case region(String, [String])
        /// What was published is not signed by any key that is here.
        case record(String, String)

        package var description: String {
            switch self {
            case .line(let number, let text): "line \(number) is no threshold: \(text)"
            case .absurd(let sentence): sentence
            case .validity: "a policy is good for 7 to 400 days"
            case .region(let name, let names): "the region \(name) is none of \(names.joined(separator: ", "))"
            case .record(let path, let reason): "\(path): \(reason)"
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
        var published: [PolicyDocument] = []
        for name in region.map({ [$0] }) ?? regions {
            let document = PolicyDocument(
                region: name, serial: nextSerial(name, now), issued: Timestamp(seconds: now.seconds),
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
            try await authority.publicFiles.replace("v1/\(name)/policy.txt", bytes)
            published.append(document)
        }
        return published
    }

    /// The policy that was last published in a region; nil when none was.
    package func policy(of region: String) throws -> SignedPolicy? {
        guard let serial = serials(region).max() else { return nil }
        let path = record(region, serial)
        let bytes = try DurableFile.contents(of: path, limit: PolicyDocument.maximumLength)
        let keys = AuthorityKeys(
            named: try authority.signers.map { signer throws(CaseError) in
                try signer.key.publicKey(name: signer.name)
            })
        do throws(PolicyFault) {
            return try SignedPolicy(bytes, signedBy: keys)
        } catch {
            throw Fault.record(path, error.description)
        }
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

    /// A number of the day, 2026112101, and greater than the last one's: it grows even where the last policy was lost.
    private func nextSerial(_ region: String, _ now: Timestamp) -> Int64 {
        let date = now.day.description.filter { $0 != "-" }
        let first = (Int64(date) ?? 0) * 100 + 1
        return max(first, (serials(region).max() ?? 0) + 1)
    }

    /// The numbers of all policies that were published in a region.
    private func serials(_ region: String) -> [Int64] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: authority.policiesPath)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix(region + "-"), name.hasSuffix(".txt") else { return nil }
            let number = name.dropFirst(region.utf8.count + 1).dropLast(4)
            return Int64(number).flatMap { (1...Int64.max / 2).contains($0) && String($0) == number ? $0 : nil }
        }
    }

    private func record(_ region: String, _ serial: Int64) -> String {
        authority.policiesPath + "/\(region)-\(serial).txt"
    }
}

extension CaseSigner {
    /// `ID-VERSION`, as devices call its key.
    fileprivate var name: String { info.keyName }
}

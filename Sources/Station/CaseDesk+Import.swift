// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Cases
internal import Platform

extension CaseDesk {
    /// Imports what is new in the spool.
    func importSpool(at now: Timestamp, _ report: inout CaseDeskReport) {
        guard let names = spoolNames(&report), openStore(&report) != nil, let keys = authorityKeys(&report) else {
            return
        }
        guard !keys.isEmpty else { return }
        let present = Set(names)
        imported = imported.filter { present.contains($0.key) }
        refused = refused.filter { present.contains($0.key) }
        for name in names where !Task.isCancelled && isExport(name) {
            let path = places.spool + "/" + name
            guard let status = try? FileStatus(of: path), imported[name] != status, refused[name]?.status != status
            else { continue }
            do throws(CaseError) {
                try importFile(path, keys, at: now, &report)
                imported[name] = status
                refused[name] = nil
            } catch {
                if error == .stopped { return }
                refused[name] = Refusal(status: status, text: "\(name): \(error)")
            }
        }
    }

    /// What may be an export: not what is still on its way, nor the policy.
    private func isExport(_ name: String) -> Bool {
        !name.hasPrefix(".") && !name.hasSuffix(".part") && name != CaseDeskPlaces.policyName
    }

    /// The authority's keys, with what is wrong with some of them; nil when none can be read.
    func authorityKeys(_ report: inout CaseDeskReport) -> AuthorityKeys? {
        do throws(CaseError) {
            let (known, refused) = try AuthorityKeys.read(folder: places.keysFolder)
            for text in refused.map(\.description) where !report.troubles.contains(text) {
                report.troubles.append(text)
            }
            return known
        } catch {
            report.troubles.append(error.description)
            return nil
        }
    }

    /// Looks whether the authority's policy is a new one, or is over; answers whether other thresholds are in force.
    func lookAtPolicy(at now: Timestamp, _ report: inout CaseDeskReport) -> Bool {
        let keys = authorityKeys(&report) ?? AuthorityKeys(named: [])
        return policies.look(at: places.offeredPolicy, stored: places.policy, keys, now: now)
    }

    private func importFile(
        _ path: String, _ keys: AuthorityKeys, at now: Timestamp, _ report: inout CaseDeskReport
    ) throws(CaseError) {
        let rules = ImportRules(
            regions: policies.regions, now: now, oldest: now.day.advanced(by: -retentionDays))
        let outcome = try store?.importExport(
            .file(path), signedBy: keys, today: now.day, rules: rules, isStopped: { Task.isCancelled })
        switch outcome {
        case .counts, .waits:
            report.imported += 1
            lastImport = now
        case .known, .spent, nil: break
        }
    }

    /// The names in the spool. A spool that is not there yet is empty; one that cannot be read is a fault that its owner
    /// must know of.
    private func spoolNames(_ report: inout CaseDeskReport) -> [String]? {
        do throws(SystemError) {
            return try Folder.names(in: places.spool)
        } catch {
            if !error.isNotFound { report.refused.append("all of the spool: \(error)") }
            return nil
        }
    }
}

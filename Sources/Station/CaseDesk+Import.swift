// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Cases
internal import Platform

extension CaseDesk {
    /// Imports what is new in the spool.
    func importSpool(at now: Timestamp, _ report: inout CaseDeskReport) {
        guard let names = spoolNames(&report), openStore(&report) != nil else { return }
        let keys: AuthorityKeys
        do throws(CaseError) {
            let (known, refused) = try AuthorityKeys.read(folder: places.keysFolder)
            keys = known
            report.troubles += refused.map(\.description)
        } catch {
            report.troubles.append(error.description)
            return
        }
        guard !keys.isEmpty else { return }
        imported = imported.filter { names.contains($0.key) }
        refused = refused.filter { names.contains($0.key) }
        for name in names where !Task.isCancelled && !name.hasPrefix(".") && !name.hasSuffix(".part") {
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

    private func importFile(
        _ path: String, _ keys: AuthorityKeys, at now: Timestamp, _ report: inout CaseDeskReport
    ) throws(CaseError) {
        switch try store?.importExport(.file(path), signedBy: keys, today: now.day, isStopped: { Task.isCancelled }) {
        case .counts, .waits:
            report.imported += 1
            lastImport = now
        case .known, nil: break
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

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityServer
internal import AuthorityStore
internal import Beacon

extension Authority {
    /// Writes down what was done at this machine.
    func note(_ action: AuditEntry.Action, _ detail: String) async throws {
        try await console.record(
            AuditEntry(time: Timestamp.now.seconds, who: "root", way: "command", action: action, detail: detail))
    }
}

extension AuthorityFolder {
    /// Writes down what was done with all of the folder, and with which `file`. It is done by then: a log that cannot be written, on a disk
    /// that is full or in a database that is away, is told and undoes nothing.
    func note(_ action: AuditEntry.Action, file: String) async {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        do { try await Authority(self).note(action, name) } catch {
            print("The audit log does not say so, because it cannot be written: \(error)")
        }
    }
}

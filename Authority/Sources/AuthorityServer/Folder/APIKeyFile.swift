// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import NIOPosix

/// The file with the API keys. The command `api-key` changes it while servers run, so each request is judged by the file as it is then.
package struct APIKeyFile: Sendable {
    private static let letters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-".utf8)

    private let folder: AuthorityFolder
    private let secret: ServerSecret

    init(_ folder: AuthorityFolder, _ secret: ServerSecret) {
        self.folder = folder
        self.secret = secret
    }

    private var path: String { folder.apiKeysPath }

    /// Whether a new key can be called so: 1 to 32 letters, digits, dots, hyphens and underscores. What else could stand there
    /// would break the file's lines, or look like another name in the audit log.
    package static func isName(_ name: String) -> Bool {
        (1...32).contains(name.utf8.count) && name.utf8.allSatisfy { letters.contains($0) } && !name.hasPrefix("-")
    }

    /// Whose the keys are, in the order in which they were added.
    package func names() throws(FolderError) -> [String] { try keys().names }

    /// Makes a key for `name` and answers it: it is kept nowhere. Answers nil, and makes none, when the name has a key.
    package func add(_ name: String) throws(FolderError) -> String? {
        guard APIKeyFile.isName(name) else { throw .key(path, reason: "no key can be called '\(name)'") }
        let key = AdminKeys.newKey()
        return try change { $0.add(name, key: key) } ? key : nil
    }

    /// Removes the key of `name`; answers whether there was one.
    package func remove(_ name: String) throws(FolderError) -> Bool { try change { $0.remove(name) } }

    /// Whose `key` is by the file as it is now; nil for nobody's. Throws when the file cannot be used: it lets nobody in then.
    func name(of key: String) async throws -> String? {
        // On a thread that may wait for the disk.
        try await NIOThreadPool.singleton.runIfActive { try keys().name(of: key) }
    }

    func keys() throws(FolderError) -> AdminKeys {
        let text = String(decoding: try folder.secret(path), as: UTF8.self)
        guard let keys = AdminKeys(text, secret) else {
            throw .key(path, reason: "each line must be a name and 64 hexadecimal digits")
        }
        return keys
    }

    /// Puts the keys that `body` changed in the file's place, with its permissions, unless it answers false; answers that. Of two
    /// processes the second is refused, or it would bring back a key that the first removed.
    private func change(_ body: (inout AdminKeys) -> Bool) throws(FolderError) -> Bool {
        let lock = try locked()
        defer { lock.release() }
        var changed = try keys()
        guard body(&changed) else { return false }
        guard let status = DurableFile.status(of: path) else { throw .missing(path) }
        let bytes = Array(changed.text.utf8)
        try system { () throws(DurableFile.Fault) in
            try DurableFile.replace(path, with: bytes, permissions: status.permissions)
        }
        return true
    }

    private func locked() throws(FolderError) -> FileLock {
        let found: FileLock?
        do throws(StoreError) { found = try FileLock(path + ".lock") } catch { throw .system(error.description) }
        guard let lock = found else { throw .key(path, reason: "another process is changing it; try again") }
        return lock
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Cases
internal import Crypto
internal import FoundationEssentials

/// What `init` made, for its owner's eyes.
package struct NewAuthority: Sendable {
    /// The file with the public key that devices put into /etc/bluezone/keys.d.
    package let publicKeyPath: String
    /// The API key of the first official; it is shown once and kept nowhere.
    package let apiKey: String
}

extension AuthorityFolder {
    /// Makes a new authority: secrets, keys, settings, an empty store and an API key for `admin`. Throws when one is there.
    package func make(
        settings: AuthoritySettings, keyID: String, keyVersion: String, admin: String
    ) throws(FolderError) -> NewAuthority {
        for file in [settingsPath, secretPath, certificateKeyPath] where DurableFile.exists(file) { throw .inUse(file) }
        if let objection = settings.objection { throw .settings(settingsPath, reason: objection) }
        for (what, name) in [("key id", keyID), ("key version", keyVersion), ("official's name", admin)] {
            guard isPlain(name) else { throw .settings(path, reason: "the \(what) has 1 to 32 letters, digits and _") }
        }
        let bytes = randomBytes(ServerSecret.length)
        guard let secret = ServerSecret(bytes) else { throw .key(secretPath, reason: "no random bytes") }
        try system { () throws(DurableFile.Fault) in
            // A web server in front may pass through to `public` and list nothing.
            try DurableFile.makeFolder(path, permissions: 0o711)
            try DurableFile.makeFolder(path + "/keys", permissions: 0o700)
            try DurableFile.makeFolder(publicPath, permissions: 0o755)
        }
        let name = keyID + "-" + keyVersion
        let exportKey = try key { () throws(CaseError) in try SigningKey.random() }
        let publicKey = try key { () throws(CaseError) in try exportKey.publicKey(name: name) }
        try write(path + "/keys/export-\(name).pem", exportKey.pem)
        try write(certificateKeyPath, Array(P256.Signing.PrivateKey().pemRepresentation.utf8))
        try write(path + "/\(name).pem", publicKey.pem, permissions: 0o644)
        let apiKey = AdminKeys.newKey()
        try write(apiKeysPath, Array(AdminKeys.line(name: admin, key: apiKey, secret).utf8))
        try write(secretPath, Array((bytes.hexadecimal + "\n").utf8))
        // Last: with it the authority is whole.
        try write(settings)
        return NewAuthority(publicKeyPath: path + "/\(name).pem", apiKey: apiKey)
    }

    private func write(_ settings: AuthoritySettings) throws(FolderError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        guard let bytes = try? encoder.encode(settings) else { throw .settings(settingsPath, reason: "not JSON") }
        try write(settingsPath, Array(bytes) + [0x0A], permissions: 0o644)
    }

    private func write(_ file: String, _ bytes: [UInt8], permissions: UInt32 = 0o600) throws(FolderError) {
        try system { () throws(DurableFile.Fault) in
            try DurableFile.replace(file, with: bytes, permissions: permissions)
        }
    }

    private func key<Key>(_ body: () throws(CaseError) -> Key) throws(FolderError) -> Key {
        do { return try body() } catch { throw .key(path, reason: error.description) }
    }

    private func isPlain(_ name: String) -> Bool {
        (1...32).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
            }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityPostgres
internal import AuthorityStore
internal import FoundationEssentials

extension AuthorityFolder {
    /// The store that the settings name: the folder's own, or a database.
    func store(_ settings: AuthoritySettings) throws -> any Store {
        guard let address = settings.store else { return try EmbeddedStore(folder: path) }
        let password = try credential("store-password")
        return PostgresStore(
            try PostgresAddress(address, password: password), connections: settings.storeConnections)
    }

    /// Where the settings have files for everybody go.
    func publicFiles(_ settings: AuthoritySettings) throws(FolderError) -> any PublicFiles {
        guard let bucket = settings.bucket else { return PublicFolder(publicPath) }
        guard let text = try credential("bucket-key") else { throw .missing(path + "/bucket-key") }
        let words = text.split(separator: " ")
        guard words.count == 2 else {
            throw .key(path + "/bucket-key", reason: "it must hold the access key, a space and the secret key")
        }
        return PublicBucket(bucket, accessKey: String(words[0]), secretKey: String(words[1]))
    }

    /// The one line of a secret that systemd hands on as a credential, or else that is a file in the folder; nil when there is
    /// neither.
    private func credential(_ name: String) throws(FolderError) -> String? {
        let bytes: [UInt8]
        if let folder = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"],
            DurableFile.exists(folder + "/" + name)
        {
            bytes = try system { () throws(DurableFile.Fault) in try DurableFile.contents(of: folder + "/" + name) }
        } else if DurableFile.exists(path + "/" + name) {
            bytes = try secret(path + "/" + name)
        } else {
            return nil
        }
        return String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Cases
internal import Crypto
internal import FoundationEssentials

/// Why the authority's folder is not used. Each case's description says what to do.
package enum FolderError: Error, Hashable, Sendable, CustomStringConvertible {
    case system(String)
    /// There is no authority in the folder.
    case missing(String)
    /// `init` would overwrite an authority.
    case inUse(String)
    /// Others than its owner can read the file, or it is no plain file of ours.
    case open(String, permissions: String)
    case settings(String, reason: String)
    case key(String, reason: String)

    package var description: String {
        switch self {
        case .system(let text): text
        case .missing(let path): "\(path) is missing; `bluezone-authority init` makes a new authority"
        case .inUse(let path): "\(path) is there: this folder has an authority already"
        case .open(let path, let permissions):
            "\(path) has the permissions \(permissions) and is not used: a secret must be a plain file that belongs to the "
                + "user who runs this and that nobody else can read (chmod 600). Who could read it until now? "
                + "If that is not certain, replace it"
        case .settings(let path, let reason): "\(path): \(reason)"
        case .key(let path, let reason): "\(path): \(reason)"
        }
    }
}

/// The folder in which one authority lives.
///
///     settings.json           what it settles for itself
///     secret                  32 random bytes, in hexadecimal: codes and tokens are stored as HMACs under it
///     keys/export-452-v1.pem  signs case exports; every export-*.pem does, so that keys overlap
///     keys/certificate.pem    signs certificates
///     api-keys                officials' names and the HMACs of their API keys
///     452-v1.pem              the public key that devices need
///     provinces.csv           names and populations of provinces, for the console; need not be there
///     authority.sqlite        the store, unless the settings name a database
///     store-password          the password for that database
///     bucket-key              the key for a bucket, if exports go to one
///     public/                 what everybody may fetch
///     policies/               the policies that were published, one after the other
package struct AuthorityFolder: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    package var settingsPath: String { path + "/settings.json" }
    package var secretPath: String { path + "/secret" }
    package var certificateKeyPath: String { path + "/keys/certificate.pem" }
    package var apiKeysPath: String { path + "/api-keys" }
    package var publicPath: String { path + "/public" }
    /// Every policy that was ever published.
    package var policiesPath: String { path + "/policies" }
    package var provincesPath: String { path + "/provinces.csv" }

    /// The bytes of a file that nobody else may read.
    func secret(_ path: String) throws(FolderError) -> [UInt8] {
        guard let status = DurableFile.status(of: path) else { throw .missing(path) }
        guard status.isPlain, status.isOwn, status.permissions & 0o077 == 0 else {
            throw .open(path, permissions: "0" + String(status.permissions, radix: 8))
        }
        return try system { () throws(DurableFile.Fault) in try DurableFile.contents(of: path) }
    }

    func settings() throws(FolderError) -> AuthoritySettings {
        guard DurableFile.exists(settingsPath) else { throw .missing(settingsPath) }
        let bytes = try system { () throws(DurableFile.Fault) in try DurableFile.contents(of: settingsPath) }
        let settings: AuthoritySettings
        do { settings = try JSONDecoder().decode(AuthoritySettings.self, from: Data(bytes)) } catch {
            throw .settings(settingsPath, reason: "it is not the JSON that it should be: \(error)")
        }
        if let objection = settings.objection { throw .settings(settingsPath, reason: objection) }
        return settings
    }

    /// The signers of exports, newest version first: a new key signs beside the old one until all devices have it.
    func signers() throws(FolderError) -> [CaseSigner] {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: path + "/keys") } catch {
            throw .missing(path + "/keys")
        }
        var signers: [(name: String, signer: CaseSigner)] = []
        for name in names where name.hasPrefix("export-") && name.hasSuffix(".pem") {
            let file = path + "/keys/" + name
            let parts = name.dropFirst(7).dropLast(4).split(separator: "-")
            guard parts.count == 2 else {
                throw .key(file, reason: "its name must be export-ID-VERSION.pem, as exports name the key")
            }
            let bytes = try secret(file)
            do throws(CaseError) {
                let signer = CaseSigner(
                    key: try SigningKey(pem: bytes, name: file), keyID: String(parts[0]), keyVersion: String(parts[1]))
                signers.append((name, signer))
            } catch {
                throw .key(file, reason: error.description)
            }
        }
        guard !signers.isEmpty else { throw .missing(path + "/keys/export-ID-VERSION.pem") }
        guard signers.count <= 10 else {
            throw .key(path + "/keys", reason: "more than ten keys cannot sign an export")
        }
        return signers.sorted { $0.name > $1.name }.map(\.signer)
    }

    func certificateAuthority(_ settings: AuthoritySettings) throws(FolderError) -> CertificateAuthority {
        let bytes = try secret(certificateKeyPath)
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: String(decoding: bytes, as: UTF8.self)) else {
            throw .key(certificateKeyPath, reason: "it must be a P-256 key in PEM")
        }
        let name = settings.healthAuthorityID
        return CertificateAuthority(key: key, keyID: "v1", issuer: name, audience: name)
    }

    /// Names and populations of provinces; none without the file.
    func provinces() throws(FolderError) -> [Province] {
        guard DurableFile.exists(provincesPath) else { return [] }
        let bytes = try system { () throws(DurableFile.Fault) in try DurableFile.contents(of: provincesPath) }
        do { return try Province.read(csv: String(decoding: bytes, as: UTF8.self)) } catch {
            throw .settings(provincesPath, reason: error.description)
        }
    }

    func serverSecret() throws(FolderError) -> ServerSecret {
        let text = String(decoding: try secret(secretPath), as: UTF8.self)
        guard let bytes = [UInt8](hexadecimal: text), let secret = ServerSecret(bytes) else {
            throw .key(secretPath, reason: "it must hold 64 hexadecimal digits")
        }
        return secret
    }
}

/// Runs `body` and turns the kernel's refusal into an error of this target.
func system<Answer>(_ body: () throws(DurableFile.Fault) -> Answer) throws(FolderError) -> Answer {
    do { return try body() } catch { throw .system(error.description) }
}

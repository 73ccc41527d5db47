// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel
package import AuthorityStore
internal import Cases

/// An authority that is open for work: what its folder held, checked, and its store. Plain values, shared by everything that
/// answers requests.
package struct Authority: Sendable {
    package let settings: AuthoritySettings
    package let store: any Store
    /// Provinces by name, as `provinces.csv` in the folder has them.
    package let provinces: [Province]
    /// What a new password's hash costs.
    package var passwordCost = PasswordHash.Cost.usual
    /// The folder of files for everybody, where it is one.
    package let publicPath: String
    let publicFiles: any PublicFiles
    let policiesPath: String
    package let metrics = Metrics()
    let secret: ServerSecret
    let certificates: CertificateAuthority
    let signers: [CaseSigner]
    /// The keys of programs that may issue codes.
    package let apiKeys: APIKeyFile

    /// Opens the authority in `folder`. Throws when a key is missing or others can read it.
    package init(_ folder: AuthorityFolder) throws {
        settings = try folder.settings()
        secret = try folder.serverSecret()
        certificates = try folder.certificateAuthority(settings)
        signers = try folder.signers()
        apiKeys = APIKeyFile(folder, secret)
        _ = try apiKeys.keys()
        publicPath = folder.publicPath
        publicFiles = try folder.publicFiles(settings)
        policiesPath = folder.policiesPath
        provinces = try folder.provinces()
        store = MeasuredStore(try folder.store(settings), metrics)
    }

    /// Whether exports are to be had where the console is: it has no listener of its own, and files are in the folder.
    var servesFilesBesideConsole: Bool { settings.console.port == nil && settings.bucket == nil }

    /// Officials, their sessions, the audit log, and figures.
    package var console: any ConsoleStore & FigureStore { store }
}

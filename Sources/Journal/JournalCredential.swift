// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// The secret that the machine keeps for the journal outside the journal: what systemd hands over as the credential
/// `bluezone.journal`, decrypted by the machine's TPM or its host key. It seals the file of keys.
package struct JournalCredential: Hashable, Sendable, CustomStringConvertible {
    /// The credential's name, which is that of its file in `$CREDENTIALS_DIRECTORY`.
    package static let name = "bluezone.journal"
    /// A shorter secret could be guessed.
    static let minimum = 32

    private let content: Result<[UInt8], JournalError>

    /// A secret of at least 32 bytes. A shorter one is refused when the journal needs it.
    package init(secret: [UInt8], source: String) {
        content =
            secret.count >= Self.minimum
            ? .success(secret)
            : .failure(.credential("\(source) has \(secret.count) bytes, a credential needs \(Self.minimum) or more"))
    }

    /// The secret in a file. One that cannot be read is refused when the journal needs it.
    package init(file: String) {
        do throws(SystemError) {
            self.init(secret: try Folder.contents(of: file), source: file)
        } catch {
            self.init(.failure(.credential("the credential cannot be read: \(error)")))
        }
    }

    private init(_ content: Result<[UInt8], JournalError>) { self.content = content }

    /// What systemd handed over in `folder`, the value of `$CREDENTIALS_DIRECTORY`; nil when it handed nothing over.
    package init?(systemdFolder folder: String?) {
        guard let folder, Folder.exists(folder + "/" + Self.name) else { return nil }
        self.init(file: folder + "/" + Self.name)
    }

    /// Never the secret.
    package var description: String { "(a credential)" }

    /// The secret; throws `credential` when there is one and it cannot be used.
    var secret: [UInt8] {
        get throws(JournalError) { try content.get() }
    }
}

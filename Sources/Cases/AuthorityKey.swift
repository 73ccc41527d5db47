// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// A health authority's public key on P-256, with the name that its exports call it by.
public struct AuthorityKey: Hashable, Sendable {
    /// `ID-VERSION`; either part may be empty.
    public let name: String
    /// The key as PEM, checked to be one.
    public let pem: [UInt8]

    /// The key in `pem` (`BEGIN PUBLIC KEY`). Throws for anything that is not a public P-256 key.
    public init(name: String, pem: [UInt8]) throws(CaseError) {
        let key = try EllipticKey.publicKey(pem: pem, name: name)
        self.name = name
        // Written anew, so that text around the key or several keys in one file cannot mean different things.
        self.pem = try key.publicPEM()
    }

    /// The key in a PEM file, named after the file without `.pem`.
    package init(file path: String) throws(CaseError) {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? path
        let key = try EllipticKey.publicKey(
            pem: try system { () throws(SystemError) in try Folder.contents(of: path) }, name: path)
        self.name = name.hasSuffix(".pem") ? String(name.dropLast(4)) : name
        self.pem = try key.publicPEM()
    }

    /// Whether `signature` (DER) is this key's over the SHA-256 `digest`.
    func verifies(_ signature: [UInt8], digest: [UInt8]) -> Bool {
        guard let key = try? EllipticKey.publicKey(pem: pem, name: name) else { return false }
        return key.verifies(signature, digest: digest)
    }
}

/// The public keys whose signatures count.
public struct AuthorityKeys: Hashable, Sendable {
    private var keys: [AuthorityKey]
    /// Whether a key counts only for signatures that name it.
    private let asksForName: Bool

    /// Keys that each count for signatures of their own name, `ID-VERSION`.
    public init(named keys: [AuthorityKey]) {
        self.keys = keys
        self.asksForName = true
    }

    /// One key that a person picked: it counts whatever name a signature gives.
    package init(picked key: AuthorityKey) {
        self.keys = [key]
        self.asksForName = false
    }

    package var isEmpty: Bool { keys.isEmpty }

    /// Whether there is a key whose signatures name themselves `name`.
    package func hasKey(named name: String) -> Bool { !candidates(for: name).isEmpty }

    /// The keys in the files `ID-VERSION.pem` of a folder such as /etc/bluezone/keys.d, and why others there are
    /// refused: one bad file does not take the other keys away. A folder that is missing holds no key.
    package static func read(folder: String) throws(CaseError) -> (keys: AuthorityKeys, refused: [CaseError]) {
        var keys: [AuthorityKey] = []
        var refused: [CaseError] = []
        let names: [String]
        do {
            names = try Folder.names(in: folder)
        } catch {
            if error.isNotFound { return (AuthorityKeys(named: []), []) }
            throw .system(error)
        }
        for name in names where name.hasSuffix(".pem") {
            let path = folder + "/" + name
            do throws(CaseError) {
                guard name.contains("-") else {
                    throw .notAKey(path, reason: "its name must be ID-VERSION.pem, as exports name the key")
                }
                keys.append(try AuthorityKey(file: path))
            } catch {
                refused.append(error)
            }
        }
        return (AuthorityKeys(named: keys), refused)
    }

    /// The keys that may have made a signature that names itself `name`.
    func candidates(for name: String) -> [AuthorityKey] {
        asksForName ? keys.filter { $0.name == name } : keys
    }
}

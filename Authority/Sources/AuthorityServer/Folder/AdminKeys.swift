// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel

/// The API keys of those who may issue codes: a line for each, `NAME HMAC`. The keys themselves are nowhere on the server.
struct AdminKeys: Sendable {
    private let entries: [(name: String, hash: [UInt8])]
    private let secret: ServerSecret

    /// The keys in the file's `text`; nil when a line is none.
    init?(_ text: String, _ secret: ServerSecret) {
        var entries: [(name: String, hash: [UInt8])] = []
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count == 2, let hash = [UInt8](hexadecimal: String(fields[1])), hash.count == 32 else {
                return nil
            }
            entries.append((String(fields[0]), hash))
        }
        self.entries = entries
        self.secret = secret
    }

    /// The line for a key.
    static func line(name: String, key: String, _ secret: ServerSecret) -> String {
        name + " " + secret.hash(key, for: .apiKey).hexadecimal + "\n"
    }

    /// Whose key this is; nil for nobody's. Takes the same time whichever it is.
    func name(of key: String) -> String? {
        guard key.utf8.count <= 256 else { return nil }
        var found: String?
        for entry in entries where secret.matches(key, entry.hash, for: .apiKey) { found = entry.name }
        return found
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel

/// The API keys of those who may issue codes: a line for each, `NAME HMAC`. The keys themselves are nowhere on the server.
struct AdminKeys: Sendable {
    private var entries: [(name: String, hash: [UInt8])]
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

    /// A new key: 192 random bits.
    static func newKey() -> String { randomBytes(24).base64URL }

    /// The line for a key.
    static func line(name: String, key: String, _ secret: ServerSecret) -> String {
        line(name, secret.hash(key, for: .apiKey))
    }

    private static func line(_ name: String, _ hash: [UInt8]) -> String { name + " " + hash.hexadecimal + "\n" }

    /// The file's text.
    var text: String { entries.map { AdminKeys.line($0.name, $0.hash) }.joined() }

    /// Whose the keys are, in the file's order.
    var names: [String] { entries.map(\.name) }

    /// Whose key this is; nil for nobody's. Takes the same time whichever it is.
    func name(of key: String) -> String? {
        guard key.utf8.count <= 256 else { return nil }
        var found: String?
        for entry in entries where secret.matches(key, entry.hash, for: .apiKey) { found = entry.name }
        return found
    }

    /// Adds a key; answers false, and adds none, when the name has one.
    mutating func add(_ name: String, key: String) -> Bool {
        guard !names.contains(name) else { return false }
        entries.append((name, secret.hash(key, for: .apiKey)))
        return true
    }

    /// Removes what the name has; answers whether that was anything.
    mutating func remove(_ name: String) -> Bool {
        let before = entries.count
        entries.removeAll { $0.name == name }
        return entries.count < before
    }
}

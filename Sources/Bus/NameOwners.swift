// SPDX-License-Identifier: GPL-3.0-or-later

/// Who owns the well-known names that somebody here watches.
struct NameOwners {
    private struct Name {
        var owner: String?
        /// Whether the bus has said who the owner is since the connection came up.
        var isKnown = false
        var readers: [UInt64: AsyncStream<String?>.Continuation] = [:]
    }

    private var names: [String: Name] = [:]

    var watched: [String] { Array(names.keys) }

    /// The owner's unique name; a unique name and the bus itself own themselves.
    func owner(of name: String) -> String? {
        name.hasPrefix(":") || name == "org.freedesktop.DBus" ? name : names[name]?.owner
    }

    /// Begins to watch; true when nobody did before.
    mutating func watch(_ name: String) -> Bool {
        guard names[name] == nil else { return false }
        names[name] = Name()
        return true
    }

    mutating func addReader(_ number: UInt64, of name: String, _ reader: AsyncStream<String?>.Continuation) {
        names[name]?.readers[number] = reader
        if let known = names[name], known.isKnown { reader.yield(known.owner) }
    }

    mutating func removeReader(_ number: UInt64, of name: String) {
        names[name]?.readers[number] = nil
    }

    /// The bus says who owns `name`; nil or empty for nobody.
    mutating func set(_ name: String, _ owner: String?) {
        guard let old = names[name] else { return }
        let new = owner.flatMap { $0.isEmpty ? nil : $0 }
        names[name]?.owner = new
        names[name]?.isKnown = true
        guard !old.isKnown || old.owner != new else { return }
        for reader in old.readers.values { reader.yield(new) }
    }

    /// The connection is gone: as far as we can tell nobody owns anything.
    mutating func forgetOwners() {
        for name in watched {
            if names[name]?.owner != nil { set(name, nil) }
            names[name]?.isKnown = false
        }
    }

    mutating func finish() {
        for reader in names.values.flatMap(\.readers.values) { reader.finish() }
        names = [:]
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

/// A place that case exports may be fetched from: `https://host/path` or `file:///path`.
///
/// Plain `http:` is taken for this machine only (127.0.0.1, [::1], localhost), where a proxy or a test may listen:
/// anybody on the way could leave out the file that would have warned somebody.
package struct SourceURL: Hashable, Sendable, CustomStringConvertible {
    package enum Scheme: Hashable, Sendable { case https, file, loopbackHTTP }

    package let scheme: Scheme
    /// The URL as curl takes it.
    package let description: String

    /// What a person is told to write.
    static let expectation = "expected https://host/path or file:///path"

    /// Nil for anything but the schemes above, and for blanks, controls, queries, fragments and user names.
    package init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isPlain, !text.contains(where: { "?#@\\\"<>".contains($0) }), text.utf8.count <= 2000 else { return nil }
        if let path = text.dropping("file://") ?? text.dropping("file:") {
            guard path.hasPrefix("/"), !path.hasPrefix("//") else { return nil }
            scheme = .file
            description = "file://" + path
            return
        }
        let isSecure = text.hasPrefix("https://")
        guard let rest = text.dropping("https://") ?? text.dropping("http://") else { return nil }
        guard let slash = rest.firstIndex(of: "/"), slash != rest.startIndex else { return nil }
        guard isSecure || isLoopback(rest[..<slash]) else { return nil }
        scheme = isSecure ? .https : .loopbackHTTP
        description = text
    }

    /// The folder that the URL's last part lies in, with the slash at its end.
    package var folder: SourceURL {
        let end = description.lastIndex(of: "/").map { description.index(after: $0) } ?? description.endIndex
        return SourceURL(scheme: scheme, description: String(description[..<end]))
    }

    /// The URL of `path`, a checked relative path, in this folder.
    package func appending(_ path: String) -> SourceURL {
        SourceURL(scheme: scheme, description: description + path)
    }

    private init(scheme: Scheme, description: String) {
        self.scheme = scheme
        self.description = description
    }
}

private func isLoopback(_ authority: Substring) -> Bool {
    let host = ["127.0.0.1", "[::1]", "localhost"].first { authority == $0 || authority.hasPrefix($0 + ":") }
    guard let host else { return false }
    let port = authority.dropFirst(host.count).dropFirst()
    return port.allSatisfy { ("0"..."9").contains($0) }
}

extension String {
    /// What follows `prefix`; nil when the text does not begin with it.
    func dropping(_ prefix: String) -> Substring? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }
}

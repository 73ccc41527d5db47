// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// How far the fetching has come: a small text file beside the spool, replaced as one step.
///
///     bluezone-sync 1
///     index https://example.org/v1/index.txt
///     etag "5f3a"
///     policy "77c1"
///     done v1/1624492800-1624579200-00001.zip
///
/// Losing it costs a second download, nothing else.
package struct Cursor: Hashable, Sendable {
    /// The list that everything below is about.
    package var index: String
    /// The list's tag when all of it had been fetched; nil asks for the whole list again.
    package var etag: String?
    /// The tag of the authority's policy that lies in the spool; nil asks for it anew.
    package var policyTag: String?
    /// Paths fetched, as far as the list still names them.
    package var done: Set<String> = []

    package init(index: String) { self.index = index }

    private static let header = "bluezone-sync 1"

    /// The cursor at `path` if it is about `index`, else a new one: another list starts from its beginning.
    static func load(_ path: String, index: String) -> Cursor {
        let fresh = Cursor(index: index)
        guard let text = try? Folder.text(of: path) else { return fresh }
        let lines = text.split(separator: "\n")
        guard lines.count >= 2, lines[0] == header, lines[1] == "index " + index else { return fresh }
        var cursor = fresh
        for line in lines.dropFirst(2) {
            if line.hasPrefix("etag ") { cursor.etag = String(line.dropFirst(5)) }
            if line.hasPrefix("policy ") { cursor.policyTag = String(line.dropFirst(7)) }
            if line.hasPrefix("done ") { cursor.done.insert(String(line.dropFirst(5))) }
        }
        return cursor
    }

    func store(_ path: String) throws(SystemError) {
        var lines = [Cursor.header, "index " + index]
        if let etag { lines.append("etag " + etag) }
        if let policyTag { lines.append("policy " + policyTag) }
        lines += done.sorted().map { "done " + $0 }
        try Folder.replace(path, with: Array((lines.joined(separator: "\n") + "\n").utf8))
    }
}

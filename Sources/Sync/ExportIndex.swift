// SPDX-License-Identifier: GPL-3.0-or-later

/// A list of case exports as Exposure Notification servers publish it: one relative path to a line, oldest first.
package struct ExportIndex: Hashable, Sendable {
    /// A line that is not followed, and why.
    package struct Refusal: Hashable, Sendable {
        /// Counted from 1.
        package let line: Int
        package let reason: String
    }

    /// Paths in their order, each once.
    package private(set) var paths: [String] = []
    package private(set) var refusals: [Refusal] = []

    /// Reads a list. A line that is no plain relative path is refused and those around it still count.
    package init(_ bytes: [UInt8]) {
        var seen: Set<String> = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, raw) in lines.enumerated() {
            guard index < SyncLimits.indexLines else {
                let reason = "the list is longer than \(SyncLimits.indexLines) lines; the rest is left out"
                refusals.append(Refusal(line: index + 1, reason: reason))
                break
            }
            let line = raw.last == UInt8(ascii: "\r") ? raw.dropLast() : raw
            if line.isEmpty { continue }
            if let reason = objection(to: line) {
                refusals.append(Refusal(line: index + 1, reason: reason))
                continue
            }
            let path = String(decoding: line, as: UTF8.self)
            if seen.insert(path).inserted { paths.append(path) }
        }
    }
}

/// Why a line cannot be a path below the list's base; nil when it can.
///
/// Only letters, digits and `. _ - ~ = ,` between slashes: nothing that a URL, a shell or a terminal reads otherwise.
private func objection(to line: ArraySlice<UInt8>) -> String? {
    if line.count > SyncLimits.pathBytes { return "longer than \(SyncLimits.pathBytes) bytes" }
    let slash = UInt8(ascii: "/")
    if line.first == slash { return "an absolute path; paths are relative to the list's base" }
    if line.contains(UInt8(ascii: ":")) { return "names a scheme or another host; paths are relative" }
    guard line.allSatisfy({ isPlain($0) || $0 == slash }) else {
        return "has a character other than letters, digits and . _ - ~ = , /"
    }
    for part in line.split(separator: slash, omittingEmptySubsequences: false) {
        if part.isEmpty { return "has an empty part between slashes" }
        if part.first == UInt8(ascii: ".") { return "has a part that begins with a dot" }
    }
    return nil
}

private func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: ".-_~=,".utf8.contains(byte)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Sync

struct ExportIndexTests {
    @Test func `paths keep their order, blank lines and repetitions do not count`() {
        let index = ExportIndex(Array("v1/b-00001.zip\n\nv1/a-00002.zip\r\nv1/b-00001.zip\nlast".utf8))
        #expect(index.paths == ["v1/b-00001.zip", "v1/a-00002.zip", "last"])
        #expect(index.refusals.isEmpty)
    }

    @Test(arguments: [
        ("../etc/passwd", "has a part that begins with a dot"), ("v1/../../x", "has a part that begins with a dot"),
        ("v1/./x", "has a part that begins with a dot"), ("v1/.part", "has a part that begins with a dot"),
        ("/etc/passwd", "an absolute path; paths are relative to the list's base"),
        ("//example.org/x", "an absolute path; paths are relative to the list's base"),
        ("https://example.org/x", "names a scheme or another host; paths are relative"),
        ("file:x", "names a scheme or another host; paths are relative"),
        ("v1//x", "has an empty part between slashes"), ("v1/", "has an empty part between slashes"),
        ("a b", "has a character other than letters, digits and . _ - ~ = , /"),
        ("a%2e%2e", "has a character other than letters, digits and . _ - ~ = , /"),
        ("a?b", "has a character other than letters, digits and . _ - ~ = , /"),
        ("a\\b", "has a character other than letters, digits and . _ - ~ = , /"),
        ("a+b", "has a character other than letters, digits and . _ - ~ = , /"),
        ("a\u{1B}[2J", "has a character other than letters, digits and . _ - ~ = , /"),
        ("a\0b", "has a character other than letters, digits and . _ - ~ = , /"),
        ("ä", "has a character other than letters, digits and . _ - ~ = , /"),
        (String(repeating: "a", count: 201), "longer than 200 bytes"),
    ])
    func `a hostile line is refused, those around it count`(line: String, reason: String) {
        let index = ExportIndex(Array("first\n\(line)\nlast\n".utf8))
        #expect(index.paths == ["first", "last"])
        #expect(index.refusals == [ExportIndex.Refusal(line: 2, reason: reason)])
    }

    @Test func `a list without end is cut`() {
        let text = (0..<SyncLimits.indexLines + 50).map { "f\($0)\n" }.joined()
        let index = ExportIndex(Array(text.utf8))
        #expect(index.paths.count == SyncLimits.indexLines)
        #expect(index.refusals.map(\.line) == [SyncLimits.indexLines + 1])
    }
}

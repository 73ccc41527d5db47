// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Settings

struct SourceURLTests {
    @Test(arguments: [
        ("https://example.org/v1/index.txt", "https://example.org/v1/"),
        ("https://example.org:8443/index.txt", "https://example.org:8443/"),
        ("file:///srv/cases/index.txt", "file:///srv/cases/"),
        ("file:/srv/cases/index.txt", "file:///srv/cases/"),
        ("http://127.0.0.1:8000/index.txt", "http://127.0.0.1:8000/"),
        ("http://[::1]:8000/a/index.txt", "http://[::1]:8000/a/"),
        ("http://localhost/index.txt", "http://localhost/"),
    ])
    func `a list may be fetched by TLS, from a file, or from this machine`(text: String, folder: String) throws {
        #expect(try #require(SourceURL(text)).folder.description == folder)
    }

    @Test(arguments: [
        "", "index.txt", "/index.txt", "http://example.org/index.txt", "http://localhost.example.org/index.txt",
        "http://127.0.0.1.example.org/", "http://localhost:80@example.org/index.txt", "http://127.0.0.1:x/",
        "https://user@example.org/index.txt", "https://example.org", "https:///index.txt",
        "ftp://example.org/index.txt",
        "https://example.org/index.txt?device=7", "https://example.org/a b", "https://example.org/\u{1}",
        "HTTPS://example.org/index.txt", "file://example.org/index.txt", "file:index.txt", "file:////srv/index.txt",
        "https://exämple.org/index.txt", "https://example.org/" + String(repeating: "a", count: 2000),
    ])
    func `anything else is refused`(text: String) {
        #expect(SourceURL(text) == nil)
    }
}

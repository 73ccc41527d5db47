// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityStore
import Foundation
import HTTPTypes
import Testing

@testable import AuthorityServer

/// Keys of programs that issue codes, while a server runs.
struct APIKeyTests {
    private let place: TestAuthority
    private var file: String { place.path + "/api-keys" }
    private var keys: APIKeyFile { place.authority.apiKeys }

    init() throws { place = try TestAuthority() }

    private func status(_ client: TestClient, _ key: String) async throws -> Int {
        try await client.post("/api/issue", ["class": "F1"], headers: [HTTPField.Name("X-API-Key")!: key]).status
    }

    private func content() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file)) }

    @Test func `a running server takes a key that was added, and one that was removed no more`() async throws {
        try await place.serve { client in
            let key = try #require(try keys.add("hospital-4"))
            #expect(key.count == 32 && key != place.apiKey)
            #expect(try await status(client, key) == 200)
            #expect(try await status(client, place.apiKey) == 200, "the first one is still there")
            #expect(try keys.names() == ["tests", "hospital-4"])
            let removed = try keys.remove("hospital-4")
            #expect(removed)
            #expect(try await status(client, key) == 401)
            #expect(try await status(client, place.apiKey) == 200)
            let log = try await place.authority.console.audit(of: "hospital-4", before: .max, limit: 9)
            #expect(log.map(\.action) == [.issuedF1])
        }
    }

    @Test func `a key is kept nowhere, and the file keeps its permissions`() throws {
        for permissions in [0o600, 0o400] {
            try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: file)
            let key = try #require(try keys.add("key-\(permissions)"))
            let stored = String(decoding: try content(), as: UTF8.self)
            #expect(!stored.contains(key) && stored.contains("key-\(permissions) "))
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == permissions)
        }
        #expect(!FileManager.default.fileExists(atPath: file + ".new"))
    }

    @Test func `a name has one key, and what is not there cannot be removed`() throws {
        let before = try content()
        #expect(try keys.add("tests") == nil)
        let removed = try keys.remove("nobody")
        #expect(!removed)
        #expect(try content() == before)
    }

    @Test(arguments: [
        "", " ", "a b", "a\tb", "a\nb 00", "a\r\nb", "a\u{0}", "a\u{7F}", "a\u{A0}b", "a\u{202E}b", "Lành", "-a",
        String(repeating: "a", count: 33),
    ])
    func `a name of blanks, controls or other letters is refused`(name: String) throws {
        let before = try content()
        #expect(!APIKeyFile.isName(name))
        #expect(throws: FolderError.self) { try keys.add(name) }
        #expect(try content() == before)
    }

    @Test(arguments: ["a", "Hospital_4", "vn-04.lab", String(repeating: "a", count: 32)])
    func `a name of letters, digits, dots, hyphens and underscores is taken`(name: String) throws {
        #expect(try keys.add(name) != nil)
        #expect(try keys.names() == ["tests", name])
    }

    @Test func `without a key left nobody is let in, and the authority is opened all the same`() async throws {
        let removed = try keys.remove("tests")
        #expect(removed)
        try await place.serve { client in
            let refused = try await status(client, place.apiKey)
            #expect(refused == 401)
        }
        _ = try Authority(AuthorityFolder(place.path))
    }

    enum Damage: CaseIterable, Sendable { case missing, open, garbage, link }

    private func damage(_ damage: Damage) throws {
        let files = FileManager.default
        switch damage {
        case .missing: try files.removeItem(atPath: file)
        case .open: try files.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        case .garbage:
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
            try handle.write(contentsOf: Data("nothing of the kind".utf8))
            try handle.close()
        case .link:
            try files.moveItem(atPath: file, toPath: file + ".elsewhere")
            try files.createSymbolicLink(atPath: file, withDestinationPath: file + ".elsewhere")
        }
    }

    @Test(arguments: Damage.allCases)
    func `a file that cannot be used lets nobody in, and the server goes on`(how: Damage) async throws {
        let before = try content()
        try await place.serve { client in
            try damage(how)
            #expect(try await status(client, place.apiKey) == 500)
            #expect(try await status(client, "wrong") == 500)
            #expect(try await client.send(.get, "/healthz").status == 200)
            try? FileManager.default.removeItem(atPath: file)
            let made = FileManager.default.createFile(
                atPath: file, contents: before, attributes: [.posixPermissions: 0o600])
            #expect(made)
            #expect(try await status(client, place.apiKey) == 200)
        }
    }

    @Test func `while another process changes the file, nothing is changed`() throws {
        let before = try content()
        do {
            let lock = try #require(try FileLock(file + ".lock"))
            #expect(throws: FolderError.self) { try keys.remove("tests") }
            #expect(throws: FolderError.self) { try keys.add("hospital-4") }
            lock.release()
        }
        #expect(try content() == before)
        #expect(try keys.add("hospital-4") != nil)
    }
}

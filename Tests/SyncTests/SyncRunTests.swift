// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Settings
import Testing

@testable import Sync

final class SyncRunTests {
    private let server: TestServer
    private var warnings: [String] = []
    private var maximumBytes = 1 << 20

    init() throws { server = try TestServer() }

    @discardableResult private func run(index: String? = nil) throws -> SyncOutcome {
        var settings = Settings()
        settings.cases.spool = server.spool
        settings.sync.maximumBytes = maximumBytes
        let url = try #require(SourceURL(index ?? server.url("v1/index.txt")))
        let run = SyncRun(settings, index: url) { message in
            switch message {
            case .warning(let text): self.warnings.append(text)
            }
        }
        return try run.run()
    }

    private func permissions(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func `what is new is fetched once, whole and readable by the group`() throws {
        try server.serve("a.zip\nsub/b.zip\n", as: "v1/index.txt")
        try server.serve("first", as: "v1/a.zip")
        try server.serve("second", as: "v1/sub/b.zip")
        #expect(try run() == SyncOutcome(fetched: 2, bytes: 11))
        #expect(try server.spooled() == ["a.zip", "sub+b.zip"])
        #expect(try server.spooled("sub+b.zip") == Data("second".utf8))
        #expect(try permissions(server.spool + "/a.zip") == 0o640)
        #expect(try permissions(server.spool) == 0o750)
        #expect(try server.requests() == ["GET /v1/index.txt", "GET /v1/a.zip", "GET /v1/sub/b.zip"])

        try server.serve("a.zip\nsub/b.zip\nc.zip\n", as: "v1/index.txt")
        try server.serve("third", as: "v1/c.zip")
        #expect(try run() == SyncOutcome(fetched: 1, bytes: 5))
        #expect(try server.requests() == ["GET /v1/index.txt known", "GET /v1/c.zip"])
    }

    @Test func `systemd makes the folder with the permissions that we would give it`() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let lines = try String(
            contentsOf: package.appendingPathComponent("systemd/tmpfiles.d/bluezone.conf"), encoding: .utf8)
        let expected = "d /var/lib/bluezone-sync/spool 0" + String(Spool.permissions, radix: 8) + " bluezone-sync "
        #expect(lines.contains(expected))
    }

    @Test func `a list that is as it was costs one question`() throws {
        try server.serve("a.zip\n", as: "v1/index.txt")
        try server.serve("first", as: "v1/a.zip")
        try run()
        _ = try server.requests()
        #expect(try run() == SyncOutcome())
        #expect(try server.requests() == ["GET /v1/index.txt known"])
    }

    @Test func `a file that the daemon's owner removed is not fetched again`() throws {
        try server.serve("a.zip\n", as: "v1/index.txt")
        try server.serve("first", as: "v1/a.zip")
        try run()
        try FileManager.default.removeItem(atPath: server.spool + "/a.zip")
        try server.serve("a.zip\n\n", as: "v1/index.txt")
        #expect(try run() == SyncOutcome())
    }

    @Test func `a broken transfer goes on where it ended`() throws {
        let content = Data((0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        try server.serve("a.zip\n", as: "v1/index.txt")
        try server.serve(content, as: "v1/a.zip")
        try server.serve("20000", as: "v1/a.zip.cut")
        #expect(try run() == SyncOutcome(failed: 1))
        #expect(try server.spooled() == [".a.zip.part", ".a.zip.part.tag"])
        #expect(warnings.count == 1)
        _ = try server.requests()
        #expect(try run() == SyncOutcome(fetched: 1, bytes: 50_000))
        #expect(try server.requests() == ["GET /v1/index.txt", "GET /v1/a.zip from 20000"])
        #expect(try server.spooled() == ["a.zip"])
        #expect(try server.spooled("a.zip") == content)
    }

    @Test func `a file that changed in between is fetched from its start`() throws {
        try server.serve("a.zip\n", as: "v1/index.txt")
        try server.serve(Data(repeating: 1, count: 50_000), as: "v1/a.zip")
        try server.serve("20000", as: "v1/a.zip.cut")
        try run()
        let changed = Data(repeating: 2, count: 30_000)
        try server.serve(changed, as: "v1/a.zip")
        #expect(try run() == SyncOutcome(fetched: 1, bytes: 30_000))
        #expect(try server.spooled("a.zip") == changed)
    }

    @Test func `a part without a tag is not continued`() throws {
        try server.serve("a.zip\n", as: "v1/index.txt")
        try server.serve(Data(repeating: 1, count: 50_000), as: "v1/a.zip")
        try server.serve("1", as: "v1/a.zip.untagged")
        try server.serve("20000", as: "v1/a.zip.cut")
        try run()
        #expect(try server.spooled() == [])
        #expect(try run() == SyncOutcome(fetched: 1, bytes: 50_000))
    }

    @Test func `a file that is missing does not keep the next ones away, and is asked for again`() throws {
        try server.serve("a.zip\nb.zip\n", as: "v1/index.txt")
        try server.serve("second", as: "v1/b.zip")
        #expect(try run() == SyncOutcome(fetched: 1, bytes: 6, failed: 1))
        #expect(warnings == [server.url("v1/a.zip") + ": the server answered HTTP 404"])
        try server.serve("first", as: "v1/a.zip")
        #expect(try run() == SyncOutcome(fetched: 1, bytes: 5))
    }

    @Test func `too many bytes end the transfer, announced or not`() throws {
        maximumBytes = 1000
        try server.serve("a.zip\nb.zip\nc.zip\n", as: "v1/index.txt")
        try server.serve(Data(repeating: 1, count: 1001), as: "v1/a.zip")
        try server.serve(Data(repeating: 1, count: 100), as: "v1/b.zip")
        try server.serve("1", as: "v1/b.zip.endless")
        try server.serve(Data(repeating: 1, count: 1000), as: "v1/c.zip")
        #expect(try run() == SyncOutcome(fetched: 1, bytes: 1000, failed: 2))
        #expect(try server.spooled() == ["c.zip"])
        #expect(warnings.allSatisfy { $0.hasSuffix("longer than the 1000 bytes that are allowed") })
    }

    @Test(arguments: ["file:///etc/passwd", "http://127.0.0.1:1/x", "ftp://127.0.0.1/x", "/v1/b.zip"])
    func `no redirect is followed from plain HTTP`(place: String) throws {
        try server.serve("a.zip\n", as: "v1/index.txt")
        try server.serve(place, as: "v1/a.zip.redirect")
        #expect(try run() == SyncOutcome(failed: 1))
        #expect(warnings == [server.url("v1/a.zip") + ": the server answered HTTP 302"])
        #expect(try server.spooled() == [])
    }

    @Test func `hostile lines are told and the others followed`() throws {
        try server.serve("../../etc/passwd\na.zip\nfile:///etc/passwd\n", as: "v1/index.txt")
        try server.serve("first", as: "v1/a.zip")
        #expect(try run() == SyncOutcome(fetched: 1, bytes: 5, refused: 2))
        #expect(warnings.first == server.url("v1/index.txt") + ": line 1 has a part that begins with a dot")
        #expect(try server.requests() == ["GET /v1/index.txt", "GET /v1/a.zip"])
    }

    @Test func `another list starts from its beginning`() throws {
        try server.serve("a.zip\n", as: "v1/index.txt")
        try server.serve("first", as: "v1/a.zip")
        try server.serve("a.zip\n", as: "v2/index.txt")
        try server.serve("other", as: "v2/a.zip")
        try run()
        #expect(try run(index: server.url("v2/index.txt")) == SyncOutcome(fetched: 1, bytes: 5))
        #expect(try server.spooled("a.zip") == Data("other".utf8))
    }

    @Test func `a list may be a file of this machine`() throws {
        try server.serve("a.zip\n", as: "v1/index.txt")
        try server.serve("first", as: "v1/a.zip")
        let index = "file://" + server.folder + "/files/v1/index.txt"
        #expect(try run(index: index) == SyncOutcome(fetched: 1, bytes: 5))
        #expect(try run(index: index) == SyncOutcome())
    }

    @Test func `without a list the run says why`() throws {
        #expect(throws: SyncError.transfer(url: server.url("v1/index.txt"), reason: "the server answered HTTP 404")) {
            try run()
        }
        #expect(throws: SyncError.self) { try run(index: "http://127.0.0.1:1/index.txt") }
        #expect(throws: SyncError.self) { try run(index: "file:///nonexistent/index.txt") }
    }

    @Test func `three failures in a row end the run: the network is away`() throws {
        try server.serve("a\nb\nc\nd\ne\n", as: "v1/index.txt")
        #expect(try run() == SyncOutcome(failed: 3, left: 2))
    }

    @Test func `what was fetched weeks ago leaves the spool, what is not ours to judge stays`() throws {
        try server.serve("a.zip\nb.zip\n", as: "v1/index.txt")
        try server.serve("first", as: "v1/a.zip")
        try server.serve("second", as: "v1/b.zip")
        try run()
        let old = Date(timeIntervalSinceNow: -Double(SyncLimits.spoolDays * 86_400 + 60))
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: server.spool + "/a.zip")
        try FileManager.default.createSymbolicLink(atPath: server.spool + "/link", withDestinationPath: "/etc/passwd")
        try run()
        #expect(try server.spooled() == ["b.zip", "link"])
    }

    @Test func `a damaged cursor costs a second download and nothing else`() throws {
        try server.serve("a.zip\n", as: "v1/index.txt")
        try server.serve("first", as: "v1/a.zip")
        try run()
        try Data([0xFF, 0x00, 0x0A]).write(to: URL(fileURLWithPath: server.folder + "/state/cursor"))
        #expect(try run() == SyncOutcome(fetched: 1, bytes: 5))
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Platform
import Testing

@testable import Sync

struct SyncProgramTests {
    private let server: TestServer

    init() throws { server = try TestServer() }

    /// The exit code with this [Sync] section.
    private func run(_ sync: String) throws -> Int32 {
        let path = server.folder + "/sync.conf"
        let text = "[Cases]\nSpool=\(server.spool)\n[Sync]\n" + sync
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return SyncProgram.run(["--config", path])
    }

    @Test func `with everything fetched the program answers 0`() throws {
        try server.serve("a.zip\n", as: "index.txt")
        try server.serve("first", as: "files/a.zip")
        let code = try run("Index=\(server.url("index.txt"))\nBase=\(server.url("files/"))\n")
        #expect(code == 0)
        #expect(try server.spooled() == ["a.zip"])
    }

    @Test func `with no list configured there is nothing to do, and that is no failure`() throws {
        #expect(try run("") == 0)
    }

    @Test func `with some files missing it answers 1`() throws {
        try server.serve("a.zip\n", as: "index.txt")
        #expect(try run("Index=\(server.url("index.txt"))\n") == 1)
    }

    @Test func `with no list to be had it answers 69`() throws {
        #expect(try run("Index=\(server.url("index.txt"))\n") == 69)
    }

    @Test func `with a spool that is no folder it answers 74`() throws {
        try server.serve("a.zip\n", as: "index.txt")
        try server.serve("first", as: "a.zip")
        try FileManager.default.createDirectory(atPath: server.folder + "/state", withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: server.spool))
        #expect(try run("Index=\(server.url("index.txt"))\n") == 74)
    }

    @Test func `while another run is at work it answers 75`() throws {
        try server.serve("\n", as: "index.txt")
        #expect(try run("Index=\(server.url("index.txt"))\n") == 0)
        let lock = try File(server.folder + "/state/lock", .update)
        try lock.lock()
        #expect(try run("Index=\(server.url("index.txt"))\n") == 75)
    }

    @Test func `with a configuration that cannot be followed it answers 78`() throws {
        #expect(try run("Index=http://example.org/index.txt\n") == 78)
        #expect(SyncProgram.run(["--config", server.folder + "/absent.conf"]) == 78)
    }

    @Test(arguments: [["--config"], ["--frobnicate"], ["a", "b", "c"]])
    func `with arguments it does not know it answers 64`(arguments: [String]) {
        #expect(SyncProgram.run(arguments) == 64)
    }
}

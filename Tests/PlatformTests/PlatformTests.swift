// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Testing

@testable import Platform

@Suite struct FolderTests {
    let folder = NSTemporaryDirectory() + "platform-" + UUID().uuidString

    @Test func `a file is replaced whole and keeps no trace of the old one`() throws {
        try Folder.make(folder + "/a/b")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/a/b/file"
        try Folder.replace(path, with: Array("first".utf8))
        try Folder.replace(path, with: Array("2".utf8))
        #expect(try Folder.text(of: path) == "2")
        #expect(try Folder.names(in: folder + "/a/b") == ["file"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `an error names call, path and reason`() {
        #expect { try Folder.contents(of: "/no/such/file") } throws: {
            ($0 as? SystemError)?.description == "open /no/such/file: No such file or directory"
        }
    }

    @Test func `a mapping shows the file, an empty one too`() throws {
        try Folder.make(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for content in [[], [UInt8](0...255)] {
            try Folder.replace(folder + "/file", with: content)
            let mapped = try MappedFile(folder + "/file")
            let copy = mapped.withBytes { bytes in bytes.indices.map { bytes[$0] } }
            #expect(copy == content)
        }
    }

    @Test func `boot time runs on`() {
        let first = KernelClock.sinceBoot
        #expect(KernelClock.sinceBoot >= first && first > .zero)
        let awake = KernelClock.awake
        #expect(awake > .zero && awake <= KernelClock.sinceBoot)
        #expect(KernelClock.wallMilliseconds > 1_700_000_000_000)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Platform
import Testing

struct MemoryTests {
    /// KiB of mapped files that are resident.
    private static func residentFiles() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .ascii)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
        return try #require(Int(line.filter(\.isNumber)))
    }

    @Test func `pages of the program that are not in use are given back, and what is in use goes on`() throws {
        let words = (0..<100).map { "word \($0)" }
        let before = try MemoryTests.residentFiles()
        Memory.giveBack()
        let after = try MemoryTests.residentFiles()
        #expect(after < before)
        #expect(words[99] == "word 99")
    }
}

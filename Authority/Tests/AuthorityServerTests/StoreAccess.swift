// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Testing

extension TestAuthority {
    /// What sqlite3, which is none of the server's, says to `statement` about the server's store, without the last line's end.
    @discardableResult func sql(_ statement: String) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["sqlite3", path + "/authority.sqlite", statement]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// Where files for one check go: in memory, where the machine has such a folder.
let scratchFolder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()

/// Runs `body` with the path of a file that holds `bytes` and has no name.
func withFile<Answer>(_ bytes: [UInt8], _ body: (String) throws -> Answer) throws -> Answer {
    var template = Array((scratchFolder + "/fuzz-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw Violation(description: "mkstemp failed with errno \(errno)") }
    defer { close(descriptor) }
    unlink(template)
    guard write(descriptor, bytes, bytes.count) == bytes.count else {
        throw Violation(description: "a file takes \(bytes.count) bytes")
    }
    return try body("/proc/self/fd/\(descriptor)")
}

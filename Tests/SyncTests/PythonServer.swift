// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// A server of a test's own on 127.0.0.1: a Python script that is given a folder and says its port first. Both are gone with
/// this object.
final class PythonServer {
    let folder: String
    let port: Int
    private let process = Process()

    /// Starts `script` in a new folder, named after `name`, with the folder `inner` in it.
    init(_ name: String, script: String, inner: String = "") throws {
        folder = NSTemporaryDirectory() + name + "-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder + "/" + inner, withIntermediateDirectories: true)
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, folder]
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    deinit {
        // Not SIGTERM: the threads that tests run on block it, and a child inherits that.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

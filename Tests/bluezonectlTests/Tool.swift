// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// The built bluezonectl, run as a process.
enum Tool {
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Beside the test bundle, or where `swift build` puts it.
    static let path: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folders = [bundle.map { ($0 as NSString).deletingLastPathComponent }, package.path + "/.build/debug"]
        let candidates = folders.compactMap { $0.map { $0 + "/bluezonectl" } }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[0]
    }()

    /// Runs it with `arguments` in an English, colourless surrounding that knows no bus, and `input` on standard input;
    /// `meanwhile` runs beside it, and its end ends the process.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = "",
        meanwhile: (@Sendable () async throws -> Void)? = nil
    ) async throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let own = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus"]
        process.environment = own.merging(environment) { $1 }
        // Files, for a pipe fills up and its reader would keep a thread.
        let folder = try Scratch()
        let (input, output, errors) = try (
            folder.file("input", input), folder.file("output"), folder.file("errors")
        )
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        let (ends, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = {
            end.yield($0.terminationStatus)
            end.finish()
        }
        try process.run()
        if let meanwhile {
            try await meanwhile()
            process.terminate()
        }
        let status = await ends.first { _ in true } ?? -1
        return Outcome(
            status: status, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}

/// A folder that goes away with the object.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/bz-ctl-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Makes a file in the folder.
    @discardableResult
    func file(_ name: String, _ text: String = "") throws -> URL {
        let url = URL(fileURLWithPath: path + "/" + name)
        try Data(text.utf8).write(to: url)
        return url
    }
}

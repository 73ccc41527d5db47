// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// Who asks on a bus, as a process of its own.
enum Caller: CaseIterable {
    case root, daemon, member, gate, stranger

    /// Whether this machine and our user allow to be somebody else.
    static let canBeAnybody =
        geteuid() == 0
        && ["setpriv", "dbus-send", "dbus-monitor"].allSatisfy {
            FileManager.default.isExecutableFile(atPath: "/usr/bin/" + $0)
        }

    var isOwner: Bool { self != .stranger && self != .gate }

    private var identity: [String] {
        switch self {
        case .root: ["--reuid=0", "--regid=0", "--clear-groups"]
        case .daemon: ["--reuid=daemon", "--regid=daemon", "--clear-groups"]
        case .member: ["--reuid=65534", "--regid=65534", "--groups=games"]
        case .gate: ["--reuid=games", "--regid=65534", "--clear-groups"]
        case .stranger: ["--reuid=65534", "--regid=65534", "--clear-groups"]
        }
    }

    struct Answer {
        let isGood: Bool
        let errors: String
    }

    /// Calls a method of the station, given by interface and name, with arguments as dbus-send wants them.
    func ask(_ question: [String], on address: String) async throws -> Answer {
        let process = process(
            ["/usr/bin/dbus-send", "--bus=\(address)", "--print-reply", "--dest=org.bluezone1", "/org/bluezone1"]
                + question)
        let errors = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        let status = try await process.ended()
        let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
        return Answer(isGood: status == 0, errors: text)
    }

    func process(_ command: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = identity + command
        return process
    }
}

/// What a caller who listens to everything gets to hear.
final class Monitor {
    private let process: Process
    private let output: URL

    init(_ caller: Caller, _ address: String) throws {
        output = URL(fileURLWithPath: NSTemporaryDirectory() + "/bz-monitor-\(UUID().uuidString.prefix(8))")
        try Data().write(to: output)
        process = caller.process(["/usr/bin/dbus-monitor", "--address", address, "type=signal"])
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// Whether `word` came so many times.
    func heard(_ word: String, _ times: Int) -> Bool {
        let text = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
        return text.ranges(of: word).count >= times
    }

    func stop() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: output)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// A message bus of a test's own: the real dbus-daemon, on a socket in a folder of its own. Ends with the object.
package final class PrivateBus: @unchecked Sendable {
    private let folder: String
    private var daemon: Process?

    /// Where to connect; stays the same over `stop` and `start`.
    package var address: String { "unix:path=\(folder)/bus" }

    /// Whether this machine can run one.
    package static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/bin/dbus-daemon")

    /// Starts it and returns when it listens. It lets everybody do everything; or with `policy`, the text of a service's
    /// policy file, what a system bus lets everybody do and what that file says.
    package init(policy: String? = nil) throws {
        folder = NSTemporaryDirectory() + "/bz-bus-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder + "/services", withIntermediateDirectories: true)
        let configuration = """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
             "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig><listen>unix:path=\(folder)/bus</listen><auth>EXTERNAL</auth>
            <servicedir>\(folder)/services</servicedir>
            \(policy == nil ? PrivateBus.openPolicy : PrivateBus.systemPolicy)
            <include ignore_missing="yes">\(folder)/service.conf</include></busconfig>
            """
        try policy?.write(toFile: folder + "/service.conf", atomically: true, encoding: .utf8)
        try configuration.write(toFile: folder + "/bus.conf", atomically: true, encoding: .utf8)
        try start()
    }

    private static let openPolicy = """
        <policy context="default"><allow user="*"/><allow send_destination="*" eavesdrop="true"/>
        <allow eavesdrop="true"/><allow own="*"/></policy>
        """

    /// The default context of the system bus: signals and answers pass, calls and names are what services allow.
    private static let systemPolicy = """
        <policy context="default"><allow user="*"/><deny own="*"/><deny send_type="method_call"/>
        <allow send_type="signal"/><allow send_requested_reply="true" send_type="method_return"/>
        <allow send_requested_reply="true" send_type="error"/><allow receive_type="method_call"/>
        <allow receive_type="method_return"/><allow receive_type="error"/><allow receive_type="signal"/>
        <allow send_destination="org.freedesktop.DBus"/></policy>
        """

    deinit {
        stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Has calls to `name` start a program that fails.
    package func makeActivatable(_ name: String) throws {
        try "[D-BUS Service]\nName=\(name)\nExec=/bin/false\n".write(
            toFile: "\(folder)/services/\(name).service", atomically: true, encoding: .utf8)
    }

    /// Starts it anew after `stop`.
    package func start() throws {
        let process = Process()
        let announcement = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/dbus-daemon")
        process.arguments = ["--config-file=\(folder)/bus.conf", "--nofork", "--nopidfile", "--print-address"]
        process.standardOutput = announcement
        try process.run()
        // Who waits for a line of one that died finds the end.
        try announcement.fileHandleForWriting.close()
        // The address is printed once the socket listens.
        _ = announcement.fileHandleForReading.availableData
        daemon = process
    }

    /// Kills it, as a crash would.
    package func stop() {
        guard let process = daemon else { return }
        daemon = nil
        kill(process.processIdentifier, SIGKILL)
        // Not waitUntilExit: with several at once it was seen to wait for ever.
        for _ in 0..<10_000 where process.isRunning { usleep(1000) }
        try? FileManager.default.removeItem(atPath: folder + "/bus")
    }
}

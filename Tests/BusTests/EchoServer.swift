// SPDX-License-Identifier: GPL-3.0-or-later

import Bus
import TestSupport

/// A bus with a client and a server that answers `org.example.Echo` at /org/example/echo.
struct EchoBench {
    static let name = "org.example.Echo"
    static let path = "/org/example/echo"

    let daemon: PrivateBus
    let server: Bus
    let client: Bus

    /// Runs `body` while the server serves.
    static func run(_ body: (EchoBench) async throws -> Void) async throws {
        let daemon = try PrivateBus()
        let bench = EchoBench(
            daemon: daemon, server: Bus(address: daemon.address), client: Bus(address: daemon.address))
        try await bench.server.waitUntilConnected()
        try await bench.client.waitUntilConnected()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await bench.server.serve([echo], at: path) }
            try await bench.server.requestName(name)
            while (try? await bench.call("Nothing")) == nil { await Task.yield() }
            do { try await body(bench) } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
        await bench.client.close()
        await bench.server.close()
    }

    func call(
        _ member: String, _ arguments: [BusValue] = [], timeout: Duration = .seconds(20)
    ) async throws -> [BusValue] {
        try await client.call(
            destination: EchoBench.name, path: EchoBench.path, interface: "org.example.Echo", member: member,
            arguments: arguments, timeout: timeout)
    }

    static let echo = BusInterface(
        "org.example.Echo",
        methods: [
            BusMethod("Nothing") { _ in [] },
            BusMethod("Echo", inputs: [BusArgument("value", "v")], outputs: [BusArgument("value", "v")]) { request in
                request.arguments
            },
            BusMethod("Fail", inputs: [BusArgument("name", "s")]) { (request) throws(BusFailure) in
                throw BusFailure(request.arguments[0].text ?? "", "as asked")
            },
            BusMethod("Sleep") { _ in
                try? await Task.sleep(for: .seconds(30))
                return []
            },
            BusMethod("Caller", outputs: [BusArgument("name", "s")]) { [.string($0.sender)] },
            BusMethod("Lie", outputs: [BusArgument("number", "u")]) { _ in [.string("no number")] },
        ],
        properties: [
            BusProperty("Colour", "s") { .string("blue") },
            BusProperty("Size", "u", emitsChanges: false) { .uint32(7) },
        ],
        signals: [BusSignalDescription("Happened", [BusArgument("what", "s")])])
}

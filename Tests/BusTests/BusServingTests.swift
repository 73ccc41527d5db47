// SPDX-License-Identifier: GPL-3.0-or-later

import Bus
import Glibc
import TestSupport
import Testing

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(1)))
struct BusServingTests {
    @Test func `properties are read one by one and all at once`() async throws {
        try await EchoBench.run { bench in
            let all = try await bench.client.properties(
                destination: EchoBench.name, path: EchoBench.path, interface: "org.example.Echo")
            #expect(all["Colour"] == .string("blue") && all["Size"] == .uint32(7))
            let one = try await bench.client.property(
                destination: EchoBench.name, path: EchoBench.path, interface: "org.example.Echo", name: "Colour")
            #expect(one == .string("blue"))
        }
    }

    static let refused: [(path: String, interface: String, member: String, [BusValue], error: String)] = [
        (EchoBench.path, "org.example.Echo", "Missing", [], BusErrorName.unknownMethod),
        (EchoBench.path, "org.example.Other", "Nothing", [], BusErrorName.unknownMethod),
        (EchoBench.path, "org.example.Echo", "Echo", [], BusErrorName.invalidArguments),
        (EchoBench.path, "org.example.Echo", "Echo", [.string("s")], BusErrorName.invalidArguments),
        (EchoBench.path, "org.example.Echo", "Lie", [], BusErrorName.failed),
        ("/org/example/none", "org.example.Echo", "Nothing", [], BusErrorName.unknownObject),
        ("/org", "org.example.Echo", "Nothing", [], BusErrorName.unknownMethod),
        (
            EchoBench.path, "org.freedesktop.DBus.Properties", "Set",
            [.string("org.example.Echo"), .string("Colour"), .variant(.string("red"))], BusErrorName.readOnlyProperty
        ),
        (
            EchoBench.path, "org.freedesktop.DBus.Properties", "Get", [.string("org.example.Echo"), .string("Taste")],
            BusErrorName.unknownProperty
        ),
        (EchoBench.path, "org.freedesktop.DBus.Properties", "Get", [.uint32(1)], BusErrorName.unknownMethod),
    ]

    @Test func `a call that does not fit gets the error that says why`() async throws {
        try await EchoBench.run { bench in
            for (path, interface, member, arguments, name) in Self.refused {
                let error = await #expect(throws: BusError.self) {
                    try await bench.client.call(
                        destination: EchoBench.name, path: path, interface: interface, member: member,
                        arguments: arguments)
                }
                #expect(error?.remoteName == name, "\(path) \(interface).\(member)")
            }
        }
    }

    @Test(arguments: [("/", "org"), ("/org/example", "echo"), (EchoBench.path, "Happened")])
    func `an object and those above it describe themselves`(path: String, word: String) async throws {
        try await EchoBench.run { bench in
            let text = try await bench.client.call(
                destination: EchoBench.name, path: path, interface: "org.freedesktop.DBus.Introspectable",
                member: "Introspect")
            #expect(text.first?.text?.contains("\"\(word)\"") == true)
        }
    }

    @Test func `the handler knows who called and the bus knows whose that is`() async throws {
        try await EchoBench.run { bench in
            let caller = try await bench.call("Caller").first?.text ?? ""
            guard case .connected(let name) = await bench.client.state else { return }
            #expect(caller == name)
            let credentials = try await bench.server.credentials(of: caller)
            #expect(credentials.userID == getuid())
            #expect(credentials.processID == UInt32(getpid()))
        }
    }

    @Test func `Ping is answered`() async throws {
        try await EchoBench.run { bench in
            let answer = try await bench.client.call(
                destination: EchoBench.name, path: "/anything", interface: "org.freedesktop.DBus.Peer", member: "Ping")
            #expect(answer == [])
        }
    }

    @Test func `a sixty-fifth caller at once is refused, and the others are not hurt`() async throws {
        try await EchoBench.run { bench in
            let errors = await withTaskGroup(of: String?.self) { group in
                for _ in 0..<70 {
                    group.addTask {
                        do {
                            _ = try await bench.call("Sleep", timeout: .milliseconds(600))
                            return nil
                        } catch { return (error as? BusError)?.remoteName }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(errors.filter { $0 == "org.freedesktop.DBus.Error.LimitsExceeded" }.count == 6)
        }
    }

    @Test func `a name that somebody else owns cannot be taken`() async throws {
        try await EchoBench.run { bench in
            let error = await #expect(throws: BusError.self) { try await bench.client.requestName(EchoBench.name) }
            #expect(error?.remoteName == BusErrorName.failed)
            try await bench.server.releaseName(EchoBench.name)
            try await bench.client.requestName(EchoBench.name)
        }
    }
}

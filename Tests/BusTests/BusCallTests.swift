// SPDX-License-Identifier: GPL-3.0-or-later

import Bus
import TestSupport
import Testing

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(1)))
struct BusCallTests {
    @Test func `asking for bluetoothd's objects starts no bluetoothd`() async throws {
        let daemon = try PrivateBus()
        try daemon.makeActivatable("org.bluez")
        let bus = Bus(address: daemon.address)
        try await bus.waitUntilConnected()
        let error = await #expect(throws: BusError.self) { try await bus.bluezObjects(timeout: .seconds(3)) }
        #expect(error?.remoteName == "org.freedesktop.DBus.Error.NameHasNoOwner")
        await bus.close()
    }

    static let values: [BusValue] = [
        .bool(true), .byte(255), .int16(-32768), .uint16(65535), .int32(.min), .uint32(.max), .int64(.min),
        .uint64(.max),
        .double(-0.5), .string("Bình, 北 🙂"), .string(""), .objectPath("/a/b"), .signature("a{sv}"), .bytes([]),
        .bytes([0, 1, 255]), .array(of: "s", []), .strings(["a", "b"]), .array(of: "ay", [.bytes([1]), .bytes([])]),
        .properties(["A": .bool(false), "B": .bytes([9])]), .dictionary(key: "q", value: "v", []),
        .dictionary(key: "o", value: "a{sv}", [BusEntry(.objectPath("/"), .properties([]))]),
        .structure([.byte(1), .structure([.string("x")])]), .variant(.variant(.int32(3))),
        .array(of: "(su)", [.structure([.string("n"), .uint32(1)])]),
    ]

    @Test func `every kind of value comes back as it went`() async throws {
        try await EchoBench.run { bench in
            for value in Self.values {
                let answer = try await bench.call("Echo", [.variant(value)])
                #expect(answer == [.variant(value)])
            }
        }
    }

    static let illegal: [BusValue] = [
        .string("a\0b"), .objectPath("no/slash"), .objectPath("/a/"), .signature("a"), .structure([]),
        .array(of: "s", [.uint32(1)]), .array(of: "", []), .array(of: "ss", []),
        .dictionary(key: "v", value: "s", []),
        .dictionary(key: "s", value: "u", [BusEntry(.string("a"), .string("b"))]),
        (0..<40).reduce(.byte(1)) { value, _ in .variant(value) },
        (0..<40).reduce(.byte(1)) { value, _ in .structure([value]) },
    ]

    @Test func `what D-Bus cannot say is refused and the connection lives`() async throws {
        try await EchoBench.run { bench in
            for value in Self.illegal {
                let error = await #expect(throws: BusError.self) { try await bench.call("Echo", [.variant(value)]) }
                guard case .invalid = error else {
                    Issue.record("\(value) gave \(String(describing: error))")
                    continue
                }
            }
            await #expect(throws: BusError.self) {
                try await bench.client.call(destination: "no name", path: "/", interface: "a.b", member: "C")
            }
            let answer = try await bench.call("Nothing")
            #expect(answer == [])
        }
    }

    @Test func `an error answer keeps its name and text`() async throws {
        try await EchoBench.run { bench in
            await #expect(throws: BusError.remote(name: "org.example.Odd_1", message: "as asked")) {
                try await bench.call("Fail", [.string("org.example.Odd_1")])
            }
            await #expect(throws: BusError.remote(name: BusErrorName.failed, message: "as asked")) {
                try await bench.call("Fail", [.string("no legal name")])
            }
        }
    }

    @Test func `a call that is not answered ends in time`() async throws {
        try await EchoBench.run { bench in
            let start = ContinuousClock.now
            await #expect(throws: BusError.timedOut(member: "Sleep")) {
                try await bench.call("Sleep", timeout: .milliseconds(100))
            }
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test func `a cancelled call ends at once`() async throws {
        try await EchoBench.run { bench in
            let task = Task { try await bench.call("Sleep") }
            try await Task.sleep(for: .milliseconds(50))
            task.cancel()
            await #expect(throws: BusError.cancelled) { try await task.value }
        }
    }

    @Test func `a service that is not there says so`() async throws {
        try await EchoBench.run { bench in
            let error = await #expect(throws: BusError.self) {
                try await bench.client.call(destination: "org.example.Nobody", path: "/", interface: "a.b", member: "C")
            }
            #expect(error?.isServiceAbsent == true)
        }
    }

    @Test func `a thousand calls at once are all answered`() async throws {
        try await EchoBench.run { bench in
            let sum = try await withThrowingTaskGroup(of: Int64.self) { group in
                // At most sixty at a time: the server refuses more than sixty-four.
                for number in 0..<1000 {
                    if number >= 60 { _ = try await group.next() }
                    group.addTask {
                        try await bench.call("Echo", [.variant(.int64(Int64(number)))])[0].integer ?? -1
                    }
                }
                return try await group.reduce(0) { $0 + $1 }
            }
            #expect(sum > 0)
        }
    }

    @Test func `with no bus a call fails at once and waiting fails in time`() async throws {
        let bus = Bus(address: "unix:path=/nonexistent/bus")
        await #expect(throws: BusError.disconnected) {
            try await bus.call(destination: "a.b", path: "/", interface: "a.b", member: "C")
        }
        await #expect(throws: BusError.disconnected) { try await bus.waitUntilConnected(.milliseconds(50)) }
        let task = Task { try await bus.waitUntilConnected() }
        task.cancel()
        await #expect(throws: BusError.cancelled) { try await task.value }
    }
}

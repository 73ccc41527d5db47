// SPDX-License-Identifier: GPL-3.0-or-later

import Bus
import TestSupport
import Testing

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(1)))
struct BusSignalTests {
    static let match = BusMatch(sender: EchoBench.name, interface: "org.example.Echo")

    func emit(_ bus: Bus, _ text: String, member: String = "Happened", to destination: String? = nil) async throws {
        try await bus.emit(
            path: EchoBench.path, interface: "org.example.Echo", member: member, arguments: [.string(text)],
            to: destination)
    }

    @Test func `a subscriber gets the signals that match and no others`() async throws {
        try await EchoBench.run { bench in
            var match = Self.match
            match.member = "Happened"
            match.firstArgument = "wanted"
            let subscription = await bench.client.subscribe(match)
            _ = try await bench.call("Nothing")
            try await emit(bench.server, "unwanted")
            try await emit(bench.server, "wanted", member: "Else")
            try await emit(bench.server, "wanted")
            for await signal in subscription.signals {
                #expect(signal.member == "Happened" && signal.arguments == [.string("wanted")])
                break
            }
        }
    }

    @Test func `a signal of anybody else is not heard, not even one sent to us alone`() async throws {
        try await EchoBench.run { bench in
            let stranger = Bus(address: bench.daemon.address)
            try await stranger.waitUntilConnected()
            guard case .connected(let name) = await bench.client.state else { return }
            let subscription = await bench.client.subscribe(Self.match)
            _ = try await bench.call("Nothing")
            try await emit(stranger, "false", to: name)
            _ = try? await stranger.call(
                destination: name, path: "/", interface: "org.freedesktop.DBus.Peer", member: "Ping")
            try await emit(bench.server, "true")
            for await signal in subscription.signals {
                #expect(signal.arguments == [.string("true")])
                break
            }
            await stranger.close()
        }
    }

    @Test func `a slow reader loses the oldest signals and knows how many`() async throws {
        try await EchoBench.run { bench in
            let subscription = await bench.client.subscribe(Self.match, limit: 3)
            _ = try await bench.call("Nothing")
            for number in 0..<10 { try await emit(bench.server, String(number)) }
            _ = try await bench.call("Nothing")
            #expect(subscription.lost == 7)
            var reader = subscription.signals.makeAsyncIterator()
            #expect(await reader.next()?.arguments == [.string("7")])
        }
    }

    @Test func `changed properties reach the subscriber`() async throws {
        try await EchoBench.run { bench in
            let subscription = await bench.client.subscribe(
                .propertiesChanged(sender: EchoBench.name, of: "org.example.Echo"))
            _ = try await bench.call("Nothing")
            try await bench.server.emitPropertiesChanged(
                path: EchoBench.path, interface: "org.example.Echo", changed: [("Colour", .string("red"))])
            var reader = subscription.signals.makeAsyncIterator()
            #expect(await reader.next()?.arguments[1]["Colour"] == .string("red"))
        }
    }

    @Test func `the owner of a name is told now and at every change`() async throws {
        try await EchoBench.run { bench in
            var owners = await bench.client.owners(of: "org.example.Late").makeAsyncIterator()
            #expect(await owners.next() == .some(nil))
            try await bench.server.requestName("org.example.Late")
            guard case .connected(let name) = await bench.server.state else { return }
            #expect(await owners.next() == name)
            try await bench.server.releaseName("org.example.Late")
            #expect(await owners.next() == .some(nil))
        }
    }

    @Test func `a name asked for while the bus is away is taken when it is back`() async throws {
        let daemon = try PrivateBus()
        daemon.stop()
        let bus = Bus(address: daemon.address)
        await #expect(throws: BusError.disconnected) { try await bus.requestName("org.example.Early") }
        var owners = await bus.owners(of: "org.example.Early").compactMap { $0 }.makeAsyncIterator()
        try daemon.start()
        try await bus.waitUntilConnected(.seconds(20))
        guard case .connected(let name) = await bus.state else { return }
        #expect(await owners.next() == name)
        await bus.close()
    }

    @Test func `a name refused is not taken behind its owner's back later`() async throws {
        let daemon = try PrivateBus()
        let (bus, rival) = (Bus(address: daemon.address), Bus(address: daemon.address))
        try await bus.waitUntilConnected()
        try await rival.waitUntilConnected()
        try await rival.requestName("org.example.Taken")
        let error = await #expect(throws: BusError.self) { try await bus.requestName("org.example.Taken") }
        #expect(error?.remoteName == BusErrorName.failed)
        await rival.close()
        var states = await bus.states().makeAsyncIterator()
        daemon.stop()
        try daemon.start()
        while let state = await states.next() { if case .disconnected = state { break } }
        try await bus.waitUntilConnected(.seconds(20))
        var owners = await bus.owners(of: "org.example.Taken").makeAsyncIterator()
        #expect(await owners.next() == .some(nil))
        await bus.close()
    }

    @Test func `after the bus went away and came back all is set up anew`() async throws {
        try await EchoBench.run { bench in
            let subscription = await bench.client.subscribe(Self.match)
            var states = await bench.client.states().makeAsyncIterator()
            _ = await states.next()
            async let lost: Void = {
                await #expect(throws: BusError.disconnected) { try await bench.call("Sleep") }
            }()
            try await Task.sleep(for: .milliseconds(100))
            bench.daemon.stop()
            await lost
            #expect(await states.next() == .disconnected)
            try bench.daemon.start()
            try await bench.client.waitUntilConnected(.seconds(20))
            try await bench.server.waitUntilConnected(.seconds(20))
            while (try? await bench.call("Nothing")) == nil { try await Task.sleep(for: .milliseconds(10)) }
            try await emit(bench.server, "again")
            var reader = subscription.signals.makeAsyncIterator()
            #expect(await reader.next()?.arguments == [.string("again")])
        }
    }

    @Test func `closing ends streams and calls, and the thread`() async throws {
        let daemon = try PrivateBus()
        let bus = Bus(address: daemon.address)
        try await bus.waitUntilConnected()
        let subscription = await bus.subscribe(Self.match)
        let states = await bus.states()
        await bus.close()
        for await _ in subscription.signals {}
        for await state in states { #expect(state != .disconnected) }
        await #expect(throws: BusError.disconnected) {
            try await bus.call(destination: "a.b", path: "/", interface: "a.b", member: "C")
        }
    }
}

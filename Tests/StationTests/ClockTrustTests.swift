// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import Control
import Platform
import Radio
import Settings
import TestSupport
import Testing

@testable import Station

extension Station {
    /// From the next look on the clock counts as right.
    fileprivate func trustClock() { clockTrust = ClockTrustCheck(.always, isAccelerated: false) }
}

@Suite struct ClockTrustTests {
    /// A day before this software was written: a clock that nobody has set.
    static let wrongDay = UTCDay(number: 18_262)

    /// Runs `body` with a station whose clock is not trusted.
    private func untrusted(settings: String = "", _ body: (StationBench) async throws -> Void) async throws {
        try await StationBench.run(settings: "[Clock]\nTrust=auto\n" + settings, day: Self.wrongDay) { bench in
            try await bench.emit(.state(.ready, adapter: "hci0"))
            try await body(bench)
        }
    }

    private func setRight(_ bench: StationBench) async {
        bench.time.set(StationBench.day.start.advanced(by: .seconds(50_000)))
        await bench.station.trustClock()
        await bench.station.take(.clockStepped)
    }

    @Test func `the log says by how much the clock was set, and nothing of a sleep`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            await bench.station.take(.clockStepped)
            #expect(!bench.log.lines.contains { $0.contains("the clock was set") })
            bench.time.set(bench.time.now.wall.advanced(by: .seconds(7200)))
            await bench.station.take(.clockStepped)
            #expect(bench.log.lines.contains("notice: the clock was set by 7200 s"))
        }
    }

    @Test func `with a clock that is not trusted the station listens, sends nothing and writes nothing`() async throws {
        try await untrusted { bench in
            let plan = try await bench.plan()
            #expect(plan.onAir.isEmpty && plan.isScanning)
            try await bench.hear(stranger(1))
            await bench.pass(.seconds(4))
            #expect(try bench.sightings().isEmpty)
            let status = await bench.station.status()
            #expect(status.state == .clockUntrusted && status.formats.isEmpty)
            #expect(await bench.warnings().map(\.kind) == [.clockUntrusted])
            #expect(try bench.folder.files(in: "state").isEmpty)
        }
    }

    @Test func `what was heard before is written at its right time once the clock is trusted`() async throws {
        try await untrusted { bench in
            try await bench.hear(stranger(1), -50)
            await bench.pass(.seconds(4))
            try await bench.nextWindow()
            try await bench.hear(stranger(2), -60)
            await bench.pass(.seconds(4))
            let second = bench.time.now.boot - .seconds(4)
            await bench.pass(.seconds(20))
            await setRight(bench)
            let now = bench.time.now
            let sightings = try bench.sightings()
            #expect(sightings.map(\.payload) == [stranger(1), stranger(2)])
            #expect(sightings.map(\.time) == [now.wall(at: .seconds(1000)), now.wall(at: second)])
            #expect(sightings.map(\.previousScan) == [nil, now.wall(at: .seconds(1000))])
            try await eventually("both formats are sent") { await bench.station.status().formats.count == 2 }
            #expect(await bench.station.status().state == .running)
            #expect(await bench.warnings().isEmpty)
        }
    }

    @Test func `the spool is looked at as soon as the clock is trusted`() async throws {
        try await untrusted { bench in
            await bench.station.workOnCases(always: false)
            #expect(await bench.station.status().lastMatch == nil)
            await setRight(bench)
            try await eventually("a matching") { await bench.station.status().lastMatch != nil }
        }
    }

    @Test func `scans that heard nobody take no room from those that did`() async throws {
        try await untrusted(settings: "[Scan]\nWindowSeconds=1\nPauseSeconds=0\n") { bench in
            try await bench.hear(stranger(1))
            for _ in 0..<2100 { await bench.pass(.seconds(1)) }
            await setRight(bench)
            #expect(try bench.sightings().map(\.payload) == [stranger(1)])
        }
    }

    @Test(arguments: [
        ("run/systemd/timesync/synchronized", "", true), ("sys/class/rtc/rtc0/hctosys", "1\n", true),
        ("sys/class/rtc/rtc0/hctosys", "0\n", false), ("unrelated", "", false),
    ])
    func `a time service or a battery-backed clock is believed`(file: String, text: String, isTrusted: Bool)
        async throws
    {
        let folder = try ScratchFolder()
        try folder.write(text, to: file)
        var check = ClockTrustCheck(.automatic, isAccelerated: false)
        check.root = folder.path
        await check.look(at: StationBench.day.start)
        #expect(check.isTrusted == isTrusted)
        // Trust, once given, stays.
        await check.look(at: Self.wrongDay.start)
        #expect(check.isTrusted == isTrusted)
        var old = ClockTrustCheck(.automatic, isAccelerated: false)
        old.root = folder.path
        await old.look(at: Self.wrongDay.start)
        #expect(!old.isTrusted)
    }

    @Test(.enabled(if: PrivateBus.isPossible, "there is no dbus-daemon"), arguments: [true, false])
    func `timedated's word counts`(isSynchronized: Bool) async throws {
        let (daemon, folder) = (try PrivateBus(), try ScratchFolder())
        let (server, client) = (Bus(address: daemon.address), Bus(address: daemon.address))
        try await server.waitUntilConnected()
        try await client.waitUntilConnected()
        let name = "org.freedesktop.timedate1"
        let answers = BusInterface(
            name, properties: [BusProperty("NTPSynchronized", "b") { .bool(isSynchronized) }])
        let serving = Task { await server.serve([answers], at: "/org/freedesktop/timedate1") }
        try await server.requestName(name)
        try await eventually("timedated answers") {
            let answer = try? await client.property(
                destination: name, path: "/org/freedesktop/timedate1", interface: name, name: "NTPSynchronized")
            return answer != nil
        }
        var check = ClockTrustCheck(.automatic, isAccelerated: false)
        check.root = folder.path
        check.bus = client
        await check.look(at: StationBench.day.start)
        #expect(check.isTrusted == isSynchronized)
        serving.cancel()
        await serving.value
        await client.close()
        await server.close()
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Radio
import Testing

@testable import Station

@Suite struct OwnIdentifiersTests {
    var own = OwnIdentifiers()
    var ring = KeyRing()
    let day = UTCDay(number: 20_777)

    private mutating func identifier(_ format: BeaconFormat, _ day: UTCDay, slot: Int) -> EphemeralIdentifier {
        ring.wholeDay(format, day).identifiers(firstInterval: day.firstInterval)[slot]
    }

    @Test mutating func `everything of the newest day and the two before is our own, and nothing older`() {
        let days = (0..<4).map { day.advanced(by: -$0) }
        var identifiers: [EphemeralIdentifier] = []
        for day in days {
            identifiers += [identifier(.bluezone, day, slot: 95), identifier(.exposureNotification, day, slot: 143)]
        }
        own.derive(from: ring)
        let known = identifiers.map { own.recognise($0, at: .zero, through: "hci0") }
        #expect(known == [true, true, true, true, true, true, false, false])
        #expect(own.heard == 6)
        let isStranger = !own.recognise(stranger(1).identifier, at: .zero, through: "hci0")
        #expect(isStranger)
    }

    @Test mutating func `what was sent stays our own after its key was forgotten`() {
        let sent = BeaconPayload(identifier: identifier(.bluezone, day, slot: 3))
        own.send([sent], through: "hci0")
        ring.removeAll()
        _ = ring.wholeDay(.bluezone, day)
        own.derive(from: ring)
        let isOwn = own.recognise(sent.identifier, at: .zero, through: "hci0")
        #expect(isOwn)
    }

    @Test mutating func `the second hearing within the hour is a relay, and an hour later it is over`() {
        let mine = identifier(.exposureNotification, day, slot: 3)
        own.derive(from: ring)
        func heard(_ second: Int) { _ = own.recognise(mine, at: .seconds(second), through: "hci0") }
        heard(0)
        heard(9)
        #expect(!own.isRelayed(at: .seconds(10)))
        heard(3700)
        #expect(!own.isRelayed(at: .seconds(3700)))
        heard(3710)
        #expect(own.isRelayed(at: .seconds(3710)))
        #expect(own.isRelayed(at: .seconds(7299)))
        #expect(!own.isRelayed(at: .seconds(7300)))
    }

    @Test mutating func `what another adapter of ours sent is no relay`() {
        let mine = BeaconPayload(identifier: identifier(.bluezone, day, slot: 3))
        own.derive(from: ring)
        own.send([mine], through: "hci0")
        own.send([mine], through: "hci1")
        for second in [0, 20, 40] {
            let isOwn = own.recognise(mine.identifier, at: .seconds(second), through: "hci1")
            #expect(isOwn)
        }
        #expect(own.heard == 3 && !own.isRelayed(at: .seconds(40)))
    }
}

@Suite struct RelayTests {
    @Test func `own identifiers heard back are told, and recorded never, not even after a restart`() async throws {
        let folder = try ScratchFolder()
        var own: [BeaconPayload] = []
        try await StationBench.run(in: folder) { bench in
            try await bench.begin()
            own = try await bench.plan().onAir
            try await bench.hear(own[0])
            await bench.pass(.seconds(1))
            #expect(await bench.warnings().isEmpty)
            await bench.pass(.seconds(15))
            try await bench.hear(own[0])
            #expect(await bench.warnings().map(\.kind) == [.relayed])
            #expect(await bench.station.status().ownHeard == 2)
            await bench.pass(.seconds(3600))
            #expect(await bench.warnings().isEmpty)
        }
        try await StationBench.run(in: folder, at: 80_000) { bench in
            for payload in own {
                try await bench.hear(payload)
                await bench.pass(.seconds(20))
            }
            #expect(await bench.warnings().map(\.kind).contains(.relayed))
            #expect(try bench.sightings().isEmpty)
        }
    }

    @Test func `replays are counted for the day`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            for _ in 0..<3 {
                if await !bench.station.schedule.isOpen { try await bench.nextWindow() }
                try await bench.hear(stranger(1, .exposureNotification))
                try await bench.hear(stranger(2))
                await bench.pass(.seconds(1300))
            }
            let status = await bench.station.status()
            #expect(status.sightingsToday == 6 && status.replaysToday == 2)
        }
    }
}

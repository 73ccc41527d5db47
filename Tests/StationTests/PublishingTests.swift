// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Platform
import Radio
import Testing

@testable import Station

@Suite struct PublishingTests {
    let day = StationBench.day

    /// The keys that stand on disk.
    private func stored(_ bench: StationBench) throws -> KeyRing {
        try StateFiles(folder: bench.folder.path + "/state").loadKeys()
    }

    /// The identifiers that these keys may have on the air in their slots.
    private func identifiers(_ keys: [HandedOutKey]) -> Set<EphemeralIdentifier> {
        Set(keys.flatMap { Array($0.key.identifiers(firstInterval: $0.day.firstInterval)[$0.slots]) })
    }

    @Test func `days are listed with their formats and numbers, without anything secret`() async throws {
        try await StationBench.run { bench in
            #expect(try await bench.station.publishable().isEmpty)
            try await bench.begin()
            await bench.pass(.seconds(86_400))
            let days = try await bench.station.publishable()
            #expect(days.map(\.day) == [day, day, day.advanced(by: 1), day.advanced(by: 1)])
            #expect(days.map(\.isInUse) == [false, false, true, true] && days.allSatisfy { $0.count == 1 })
        }
    }

    @Test func `a past day's keys are given out whole, and the air stays as it is`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            await bench.pass(.seconds(86_400))
            let plan = try await bench.plan()
            let keys = try await bench.station.handOutKeys(of: [day])
            #expect(keys.map(\.slots) == [0..<96, 0..<144] && keys.allSatisfy { $0.day == day })
            #expect(try await bench.plan() == plan)
            #expect(try stored(bench).closedDays == [day])
        }
    }

    @Test func `today's keys leave the air before they are given out, and others follow at the next slot`() async throws
    {
        try await StationBench.run(at: 43_200 + 420) { bench in
            try await bench.begin()
            let before = try await bench.plan().onAir
            let keys = try await bench.station.handOutKeys(of: [day])
            #expect(keys.map(\.slots) == [0..<49, 0..<73])
            #expect(Set(before.map(\.identifier)).isSubset(of: identifiers(keys)))
            #expect(try await bench.plan().onAir.isEmpty)
            #expect(Set(keys.map(\.key)) == Set(try stored(bench).keys.filter(\.isClosed).map(\.key)))
            #expect(await bench.warnings().map(\.kind) == [.keysClosed])
            await bench.pass(.seconds(479))
            #expect(try await bench.plan().onAir.isEmpty)
            await bench.pass(.seconds(1))
            let after = try await bench.plan().onAir
            #expect(after.map(\.identifier.format) == [.bluezone, .exposureNotification])
            #expect(await bench.warnings().isEmpty)
            #expect(identifiers(keys).isDisjoint(with: after.map(\.identifier)))
            #expect(await bench.station.keys.keys.map(\.slots) == [0..<49, 49..<96, 0..<73, 73..<144])
        }
    }

    @Test func `a restart within the same slot sends nothing of what was given out`() async throws {
        let folder = try ScratchFolder()
        var given: [HandedOutKey] = []
        try await StationBench.run(in: folder) { bench in
            try await bench.begin()
            given = try await bench.station.handOutKeys(of: [day])
        }
        try await StationBench.run(in: folder, at: 43_200 + 60) { bench in
            try await bench.emit(.state(.ready, adapter: "hci0"))
            #expect(try await bench.plan().onAir.isEmpty)
            await bench.pass(.seconds(840))
            let after = try await bench.plan().onAir
            #expect(after.count == 2 && identifiers(given).isDisjoint(with: after.map(\.identifier)))
            for payload in identifiers(given).prefix(3) {
                try await bench.hear(BeaconPayload(identifier: payload))
                await bench.pass(.seconds(20))
            }
            #expect(await bench.station.status().ownHeard == 3)
        }
    }

    @Test func `asked again it gives the same keys and the later ones, which it closes`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            let first = try await bench.station.handOutKeys(of: [day])
            #expect(try await bench.station.handOutKeys(of: [day]) == first)
            await bench.pass(.seconds(3600))
            #expect(try await bench.station.publishable().map(\.count) == [2, 2])
            let second = try await bench.station.handOutKeys(of: [day])
            #expect(second.map(\.slots) == [0..<49, 49..<53, 0..<73, 73..<79])
            #expect(Set(first).isSubset(of: second))
        }
    }

    @Test func `Exposure Notification alone keeps its keys' intervals apart too`() async throws {
        try await StationBench.run(settings: "[Station]\nFormats=exposure-notification\n") { bench in
            try await bench.begin()
            for minute in stride(from: 0, to: 300, by: 7) {
                await bench.pass(.seconds(7 * 60))
                guard minute.isMultiple(of: 5) else { continue }
                let sent = Set(try await bench.plan().onAir.map(\.identifier))
                let keys = try await bench.station.handOutKeys(of: [day])
                #expect(sent.isSubset(of: identifiers(keys)))
                #expect(try await bench.plan().onAir.isEmpty)
                await bench.pass(.seconds(600))
                #expect(try await bench.plan().onAir.count == 1)
            }
            let slots = await bench.station.keys.keys.map(\.slots)
            #expect(slots.first?.lowerBound == 0 && slots.last?.upperBound == 144)
            for (one, next) in zip(slots, slots.dropFirst()) { #expect(one.upperBound == next.lowerBound) }
        }
    }

    @Test func `days without keys, future days and a disk that refuses close nothing`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            let plan = try await bench.plan()
            for wrong in [day.advanced(by: 1), day.advanced(by: -1)] {
                await #expect(throws: ControlRefusal.self) { try await bench.station.handOutKeys(of: [day, wrong]) }
            }
            // A folder in the way of the file that replaces the key file.
            try bench.folder.write("x", to: "state/keys.new/in-the-way")
            await #expect(throws: ControlRefusal.self) { try await bench.station.handOutKeys(of: [day]) }
            #expect(await bench.station.keys.closedDays.isEmpty)
            #expect(try stored(bench).closedDays.isEmpty)
            #expect(try await bench.plan() == plan)
        }
    }

    @Test func `while the clock is not trusted nothing is listed and nothing given out`() async throws {
        try await StationBench.run(settings: "[Clock]\nTrust=auto\n", day: ClockTrustTests.wrongDay) { bench in
            await #expect(throws: ControlRefusal.self) { try await bench.station.publishable() }
            await #expect(throws: ControlRefusal.self) {
                try await bench.station.handOutKeys(of: [ClockTrustTests.wrongDay])
            }
        }
    }

    @Test func `forgetting ends the silence too: nothing is left of what was given out`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            let keys = try await bench.station.handOutKeys(of: [day])
            try await bench.station.forget()
            let after = try await bench.plan().onAir
            #expect(after.count == 2 && identifiers(keys).isDisjoint(with: after.map(\.identifier)))
            #expect(try stored(bench).closedDays.isEmpty)
        }
    }
}

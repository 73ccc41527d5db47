// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Radio
import Testing

@testable import Station

/// What becomes of plans that the radio does not carry out.
@Suite struct PlanTests {
    private static let failed = RadioError.refused(name: "org.bluez.Error.Failed", message: "Failed to register")

    @Test func `a refused plan is told, tried again, and forgiven`() async throws {
        try await StationBench.run { bench in
            await bench.radio.refuse(Self.failed)
            try await bench.emit(.state(.ready, adapter: "hci0"))
            try await eventually("the refusal is told") {
                await bench.warnings() == [StationWarning(.advertisingRefused, detail: "Failed to register")]
            }
            #expect(await bench.station.status().formats.isEmpty)
            #expect(bench.log.lines.contains("warning: BlueZ refused: Failed to register; trying again"))
            await bench.pass(.seconds(5))
            try await eventually("both formats are on the air") { await bench.station.status().formats.count == 2 }
            #expect(await bench.warnings().isEmpty)
            #expect(await bench.radio.plans.allSatisfy { $0.isRenewing })
            #expect(bench.log.lines.contains("notice: advertising and scanning work again"))
        }
    }

    @Test func `a refusal that lasts is told once`() async throws {
        try await StationBench.run { bench in
            await bench.radio.refuse(Self.failed, Self.failed, Self.failed)
            try await bench.emit(.state(.ready, adapter: "hci0"))
            for count in 1...3 {
                try await eventually("plan \(count)") { await bench.radio.plans.count == count }
                try await eventually("its refusal") { await !bench.warnings().isEmpty }
                await bench.pass(.seconds(20))
            }
            try await eventually("both formats are on the air") { await bench.station.status().formats.count == 2 }
            #expect(bench.log.lines.filter { $0.contains("BlueZ refused") }.count == 1)
        }
    }

    @Test func `a scan that is refused is told once, and what is on the air stays there`() async throws {
        try await StationBench.run { bench in
            await bench.radio.refuse(.deaf(name: "org.bluez.Error.InProgress", message: "In Progress"))
            try await bench.emit(.state(.ready, adapter: "hci0"))
            try await eventually("the refusal is told") {
                await bench.warnings() == [StationWarning(.scanRefused, detail: "In Progress")]
            }
            #expect(await bench.station.status().formats.count == 2)
            for _ in 0..<24 { await bench.pass(.seconds(5)) }
            try await eventually("a window that opens") { await bench.warnings().isEmpty }
            #expect(await bench.radio.plans.dropFirst().allSatisfy { !$0.isRenewing })
            #expect(bench.log.lines.filter { $0.contains("BlueZ does not listen: In Progress") }.count == 1)
            #expect(bench.log.lines.filter { $0.contains("work again") }.count == 1)
        }
    }

    @Test func `a plan that waits makes way when its owner wants silence`() async throws {
        try await StationBench.run { bench in
            await bench.radio.waitForNewer()
            try await bench.emit(.state(.ready, adapter: "hci0"))
            try await eventually("the plan under way") { await bench.radio.plans.count == 1 }
            await bench.station.pause(seconds: 0)
            try await eventually("silence") { await bench.radio.plans.last?.plan.onAir.isEmpty == true }
        }
    }

    @Test func `a controller with one slot works, and the status says that the formats share it`() async throws {
        try await StationBench.run { bench in
            await bench.radio.refuse(.noSlot(onAir: 1))
            try await bench.emit(.state(.ready, adapter: "hci0"))
            try await eventually("the shortage is told") { await bench.warnings().map(\.kind) == [.slotsShared] }
            let status = await bench.station.status()
            #expect(status.state == .running && status.formats.count == 2)
        }
    }

    @Test func `a controller with no slot is asked again`() async throws {
        try await StationBench.run { bench in
            await bench.radio.refuse(.noSlot(onAir: 0))
            try await bench.emit(.state(.ready, adapter: "hci0"))
            try await eventually("the shortage is told") {
                await bench.warnings() == [StationWarning(.advertisingRefused, detail: "no free advertising slot")]
            }
            #expect(await bench.station.status().formats.isEmpty)
            await bench.pass(.seconds(5))
            try await eventually("both formats are on the air") { await bench.station.status().formats.count == 2 }
            #expect(await bench.warnings().isEmpty)
        }
    }

    @Test(arguments: [RadioError.overtaken, .notReady(.off)])
    func `a plan that came too late is no failure`(error: RadioError) async throws {
        try await StationBench.run { bench in
            await bench.radio.refuse(error)
            try await bench.emit(.state(.ready, adapter: "hci0"))
            try await eventually("the plan") { await bench.radio.plans.count == 1 }
            try await bench.emit(.state(.ready, adapter: "hci0"))
            try await eventually("both formats are on the air") { await bench.station.status().formats.count == 2 }
            #expect(await bench.warnings().isEmpty)
            #expect(!bench.log.lines.contains { $0.contains("refused") })
            #expect(await bench.radio.plans.map(\.isRenewing) == [true, true])
        }
    }

    @Test func `an adapter that becomes discoverable while a plan is under way gets no beacon`() async throws {
        try await StationBench.run { bench in
            await bench.radio.setStuck(true)
            await bench.radio.refuse(.notReady(.exposed))
            try await bench.emit(.state(.ready, adapter: "hci0"))
            try await eventually("the plan is under way") { await bench.radio.plans.count == 1 }
            try await bench.emit(.state(.exposed, adapter: "hci0"))
            await bench.radio.setStuck(false)
            for _ in 0..<100 { await bench.pass(.seconds(10)) }
            _ = try await bench.plan()
            #expect(await bench.radio.plans.dropFirst().allSatisfy { $0.plan.onAir.isEmpty })
            #expect(await bench.station.status().formats.isEmpty)
            try await bench.emit(.state(.ready, adapter: "hci0"))
            try await eventually("both formats are on the air") { await bench.station.status().formats.count == 2 }
        }
    }

    @Test func `silence is ordered once, not at every alarm`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            await bench.station.pause(seconds: 0)
            _ = try await bench.plan()
            let generation = await bench.station.generation
            for _ in 0..<20 { await bench.pass(.seconds(60)) }
            #expect(await bench.station.generation == generation)
            let count = await bench.radio.plans.count
            await bench.station.resume()
            try await eventually("both formats are on the air") { await bench.station.status().formats.count == 2 }
            #expect(await bench.radio.plans.count == count + 1)
        }
    }

    @Test func `every slot brings new identifiers of both formats in one plan`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            var seen = Set(try await bench.plan().onAir.map(\.identifier))
            for _ in 0..<4 {
                await bench.pass(.seconds(900))
                let plan = try await bench.plan()
                #expect(plan.onAir.map(\.identifier.format) == [.bluezone, .exposureNotification])
                #expect(plan.onAir.allSatisfy { seen.insert($0.identifier).inserted })
            }
            #expect(await bench.radio.plans.filter(\.isRenewing).count == 5)
        }
    }

    @Test func `the keys that identifiers derive from are on disk before they are used up`() async throws {
        try await StationBench.run { bench in
            try await bench.begin()
            let ring = try StateFiles(folder: bench.folder.path + "/state").loadKeys()
            let now = bench.time.now.wall
            let key = try #require(ring.keys.first { $0.day == now.day && $0.key.format == .bluezone }).key
            let slot = BluezoneDerivation.slot(of: now)
            let identifiers = key.identifiers(firstInterval: now.day.firstInterval)
            #expect(try await bench.plan().onAir.first?.identifier == identifiers[slot])
        }
    }
}

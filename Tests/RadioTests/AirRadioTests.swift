// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import Foundation
import Platform
import Testing

@testable import Radio

/// A radio of a simulated air while it works, and what it has told.
private final class Ear: Sendable {
    let radio: AirRadio
    private let told = Lock<[RadioEvent]>([])
    private let work: Lock<[Task<Void, Never>]> = Lock([])

    init(_ folder: String, _ name: String) {
        radio = AirRadio(folder: folder, name: name, speed: 100)
        let (radio, told) = (radio, told)
        let tasks = [
            Task { await radio.run() },
            Task { for await event in radio.events { told.withLock { $0.append(event) } } },
        ]
        work.withLock { $0 = tasks }
    }

    var events: [RadioEvent] { told.withLock { $0 } }

    var heard: [Reception] {
        events.compactMap { if case .heard(let reception) = $0 { reception } else { nil } }
    }

    func end() async {
        for task in work.withLock({ $0 }).prefix(1) { task.cancel() }
        for task in work.withLock({ $0 }) { await task.value }
    }
}

@Suite struct AirRadioTests {
    private static let bluezone = BeaconPayload(
        identifier: EphemeralIdentifier(format: .bluezone, low: 0x0706_0504_0302_0100, high: 0x0B0A_0908))
    private static let exposureNotification = BeaconPayload(
        identifier: EphemeralIdentifier(format: .exposureNotification, low: 11, high: 22), metadata: 0xA1B2_C3D4)

    /// Runs `body` with radios of these names in a folder of their own whose `links` file is `links`.
    private func air(
        _ names: [String], links: String, _ body: (String, [Ear]) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/air-\(UUID().uuidString.prefix(8))"
        try Folder.make(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Folder.replace(folder + "/links", with: Array(links.utf8))
        let ears = names.map { Ear(folder, $0) }
        do {
            try await eventually { ears.allSatisfy { !$0.events.isEmpty } }
            #expect(zip(ears, names).allSatisfy { $0.events == [.state(.ready, adapter: $1)] })
            try await body(folder, ears)
        } catch {
            for ear in ears { await ear.end() }
            throw error
        }
        for ear in ears { await ear.end() }
        #expect(try Folder.names(in: folder) == ["links"])
    }

    private func hears(_ witness: borrowing DatagramSocket, within limit: Duration) -> Bool {
        witness.receive(within: limit, longest: 64) != nil
    }

    private func eventually(_ condition: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(10)
        var looks = 0
        while !condition() {
            // Enough looks besides the time: among many tests this one may not run for as long as that.
            try #require(ContinuousClock.now < end || looks < 1000, "waited in vain")
            looks += 1
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    @Test func `two radios in range hear one another's beacons, byte for byte`() async throws {
        try await air(["a", "b"], links: "a b -52\n") { _, ears in
            let begin = KernelClock.sinceBoot
            try await ears[0].radio.apply(RadioPlan(onAir: [Self.bluezone], isScanning: true), renewing: true)
            try await ears[1].radio.apply(
                RadioPlan(onAir: [Self.exposureNotification], isScanning: true), renewing: true)
            try await eventually { ears.allSatisfy { $0.heard.count >= 10 } }
            #expect(Set(ears[0].heard.map(\.payload)) == [Self.exposureNotification])
            #expect(Set(ears[1].heard.map(\.payload)) == [Self.bluezone])
            for reception in ears.flatMap(\.heard) {
                #expect((-54 ... -50).contains(reception.rssi))
                #expect(reception.time >= begin && reception.time <= KernelClock.sinceBoot)
            }
            #expect(ears.allSatisfy { $0.radio.lostEvents == 0 })
        }
    }

    @Test func `a pair without a link is out of range, until somebody moves`() async throws {
        try await air(["a", "b", "c"], links: "a b -60\nnonsense\n") { folder, ears in
            let plan = RadioPlan(onAir: [Self.bluezone], isScanning: false)
            try await ears[0].radio.apply(plan, renewing: true)
            for ear in ears.dropFirst() { try await ear.radio.apply(RadioPlan(isScanning: true), renewing: true) }
            try await eventually { ears[1].heard.count >= 10 }
            #expect(ears[2].heard.isEmpty)
            try Folder.replace(folder + "/links", with: Array("c a -70\n".utf8))
            try await eventually { !ears[2].heard.isEmpty }
            #expect(ears[0].heard.isEmpty)
        }
    }

    @Test func `a radio that does not scan hears nothing, and a silent one is not heard`() async throws {
        try await air(["a", "b"], links: "a b -60\nb witness -60\n") { folder, ears in
            try await ears[0].radio.apply(RadioPlan(onAir: [Self.bluezone], isScanning: true), renewing: true)
            try await ears[1].radio.apply(RadioPlan(onAir: [Self.bluezone]), renewing: true)
            try await eventually { ears[0].heard.count >= 3 }
            #expect(ears[1].heard.isEmpty)
            let witness = try DatagramSocket(path: folder + "/witness.sock")
            let isHeard = hears(witness, within: .seconds(5))
            #expect(isHeard)
            try await ears[1].radio.apply(RadioPlan(), renewing: false)
            while hears(witness, within: .zero) {}
            // A round may have been under way.
            _ = hears(witness, within: .milliseconds(50))
            let isHeardStill = hears(witness, within: .milliseconds(50))
            #expect(!isHeardStill)
        }
    }

    @Test func `a renewal changes address and beacon together, a scan window neither`() async throws {
        try await air(["a"], links: "a witness -40\n") { folder, ears in
            let witness = try DatagramSocket(path: folder + "/witness.sock")
            /// The address that each of the next datagrams came from, by beacon.
            func addresses(_ count: Int) throws -> [BeaconPayload: Set<[UInt8]>] {
                var found: [BeaconPayload: Set<[UInt8]>] = [:]
                for _ in 0..<count {
                    let next = witness.receive(within: .seconds(5), longest: 64)
                    let datagram = try #require(next)
                    let advertisement = Array(datagram.dropFirst(7))
                    let decoded = BeaconPayload.decode(advertisement: advertisement.span)
                    let beacon = try #require(decoded)
                    #expect(advertisement == beacon.advertisement(flags: nil))
                    #expect(datagram[5] & 0xC0 == 0, "not a non-resolvable private address")
                    found[beacon, default: []].insert(Array(datagram.prefix(6)))
                }
                return found
            }
            let radio = ears[0].radio
            let plan = RadioPlan(onAir: [Self.bluezone, Self.exposureNotification])
            try await radio.apply(plan, renewing: true)
            let first = try addresses(20)
            #expect(Set(first.keys) == Set(plan.onAir) && first.values.allSatisfy { $0.count == 1 })
            #expect(first[Self.bluezone] != first[Self.exposureNotification])
            try await radio.apply(RadioPlan(onAir: plan.onAir, isScanning: true), renewing: false)
            #expect(try addresses(20) == first)

            try await radio.apply(plan, renewing: true)
            // Up to a round of the old ones may have been under way.
            while witness.receive(within: .zero, longest: 64) != nil {}
            _ = try addresses(2)
            let second = try addresses(20)
            #expect(Set(second.keys) == Set(plan.onAir) && second.values.allSatisfy { $0.count == 1 })
            let before = first.values.reduce(into: Set()) { $0.formUnion($1) }
            #expect(second.values.allSatisfy { $0.isDisjoint(with: before) })

            var other = Self.bluezone
            other.identifier = EphemeralIdentifier(format: .bluezone, low: 99, high: 9)
            try await radio.apply(RadioPlan(onAir: [other]), renewing: false)
            while witness.receive(within: .zero, longest: 64) != nil {}
            _ = try addresses(2)
            let third = try addresses(10)
            let used = second.values.reduce(into: before) { $0.formUnion($1) }
            #expect(Set(third.keys) == [other] && third.values.allSatisfy { $0.isDisjoint(with: used) })
        }
    }

    @Test func `a radio that does not run takes no plan`() async throws {
        let radio = AirRadio(folder: "/nonexistent", name: "a", speed: 1)
        await #expect(throws: RadioError.notReady(.noAdapter)) {
            try await radio.apply(RadioPlan(), renewing: true)
        }
    }

    @Test func `an air that cannot be made is no adapter`() async throws {
        let radio = AirRadio(folder: "/dev/null/air", name: "a", speed: 1)
        await radio.run()
        var events: [RadioEvent] = []
        for await event in radio.events { events.append(event) }
        #expect(events == [.state(.noAdapter, adapter: nil)])
    }
}

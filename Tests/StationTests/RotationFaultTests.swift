// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Radio
import Testing

@testable import Station

/// What becomes of the plan when clock, machine or adapter do what they like.
@Suite struct RotationFaultTests {
    @Test(arguments: [-7200, -900, -1, 1, 900, 7200, 86_400 * 3])
    func `a step of the clock never leaves an identifier outside its interval`(seconds: Int64) throws {
        var time = try Timeline(at: "2026-11-20", seconds: 40_200)
        time.start()
        time.now.wall = time.now.wall.advanced(by: .seconds(seconds))
        time.take(.tick)
        #expect(time.air[0].identifier == time.expected(.bluezone, at: time.now.wall))
        let deadline = try #require(time.rotation.deadline(at: time.now))
        #expect(deadline - time.now.boot <= .seconds(900))
    }

    @Test func `a clock that keeps stepping back holds no identifier longer than a step`() throws {
        var time = try Timeline(at: "2026-11-20", seconds: 45_000)
        time.start()
        let begun = time.now.boot
        var sends = 0
        while time.now.boot < begun + .seconds(1800) {
            time.now.boot += .seconds(60)
            if case .send = time.take(.tick) { sends += 1 }
        }
        #expect(sends == 2)
    }

    @Test func `a machine that slept changes its identifiers at once on waking`() throws {
        var time = try Timeline(at: "2026-11-20", seconds: 40_000)
        time.start()
        let before = Set(time.air.map(\.identifier))
        time.move(.seconds(3600))
        #expect(time.take(.tick) != .nothing)
        #expect(before.isDisjoint(with: time.air.map(\.identifier)))
        #expect(time.air[0].identifier == time.expected(.bluezone, at: time.now.wall))
    }

    @Test(arguments: [RadioState.noAdapter, .off, .blocked, .noDaemon, .noBus])
    func `an adapter that comes back within the slot gets the same identifiers anew`(state: RadioState) throws {
        var time = try Timeline(at: "2026-11-20", seconds: 40_000)
        time.start()
        let before = time.air
        time.take(.radio(state))
        #expect(!time.rotation.isSending)
        time.move(.seconds(60))
        #expect(time.take(.radio(.ready)) == .send(before))
        time.take(.radio(state))
        time.move(.seconds(900))
        time.take(.radio(.ready))
        #expect(time.air[0] != before[0] && time.air[1] != before[1])
    }

    @Test func `an adapter lost in the middle of a change gets the new identifiers when it is back`() throws {
        var time = try Timeline(at: "2026-11-20", seconds: 40_000)
        time.start()
        let before = time.air
        time.move(.seconds(900))
        guard case .send(let next) = time.rotation.handle(.tick, at: time.now, keys: &time.keys, using: &time.random)
        else {
            Issue.record("the slot's end brought no change")
            return
        }
        #expect(time.rotation.handle(.refused, at: time.now, keys: &time.keys, using: &time.random) == .nothing)
        time.take(.radio(.noAdapter))
        #expect(time.take(.radio(.ready)) == .send(next))
        #expect(Set(before).isDisjoint(with: next))
    }

    @Test func `a discoverable adapter means silence until it ends`() throws {
        var time = try Timeline(at: "2026-11-20", seconds: 40_000)
        time.start()
        #expect(time.take(.radio(.exposed)) == .silence)
        #expect(time.pass(.seconds(2000)).isEmpty && time.air.isEmpty)
        time.take(.radio(.ready))
        #expect(time.air.count == 2)
    }

    @Test func `a refusal is tried again ever more slowly, with what is due then`() throws {
        var time = try Timeline(at: "2026-11-20", seconds: 40_000)
        time.take(.clockTrusted(true))
        time.take(.radio(.ready))
        var waits: [Duration] = []
        for _ in 0..<6 {
            _ = time.rotation.handle(.refused, at: time.now, keys: &time.keys, using: &time.random)
            let deadline = try #require(time.rotation.deadline(at: time.now))
            waits.append(deadline - time.now.boot)
            time.move(waits.last ?? .zero)
            let action = time.rotation.handle(.tick, at: time.now, keys: &time.keys, using: &time.random)
            #expect(action != .nothing)
        }
        #expect(waits == [5, 10, 20, 40, 60, 60].map { .seconds($0) })
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Testing

@testable import bluezonectl

/// Hearings second by second, and what the gate makes of them.
@Suite struct GateStateTests {
    static let start = GateCounterTests.start
    private var state = GateState(
        judge: GateJudge(near: -70, hold: .seconds(12)), time: .utc, boot: .zero, wall: start)

    @discardableResult
    private mutating func hear(
        _ second: Int64, _ beacons: [NearbyBeacon] = [], _ trouble: GateTrouble? = nil, isClockUntrusted: Bool = false
    ) -> QuarterCount? {
        state.hear(
            GateHearing(
                beacons: beacons, trouble: trouble, isClockUntrusted: isClockUntrusted, boot: .seconds(second),
                wall: Self.start.advanced(by: .seconds(second))))
    }

    private func view(_ second: Int64) -> GateView {
        state.view(boot: .seconds(second), wall: Self.start.advanced(by: .seconds(second)))
    }

    private let near = [GateJudgeTests.beacon(1, -60)]
    private let far = [GateJudgeTests.beacon(2, -88)]

    @Test mutating func `before the first answer the gate says neither yes nor no`() {
        #expect(view(0).verdict == .unknown(.starting))
        hear(1)
        #expect(view(1).verdict == .no && view(1).signal == .nobody)
    }

    @Test mutating func `near is yes, far is no and a bit away`() {
        hear(1, near)
        #expect(view(1).verdict == .yes && view(1).signal == .near && view(1).people == 1)
        hear(20, far)
        #expect(view(20).verdict == .no && view(20).signal == .away && view(20).people == 1)
    }

    @Test(arguments: [
        GateTrouble.notRunning, .notPermitted, .silent("x"), .paused(until: nil), .noAdapter, .blocked, .starting,
    ])
    func `a daemon that does not hear is no no, and what it heard before is no yes`(trouble: GateTrouble) {
        var test = self
        test.hear(1, test.near)
        test.hear(2, test.near, trouble)
        #expect(test.view(2).verdict == .unknown(trouble) && test.view(2).signal == .nobody)
        test.hear(3)
        #expect(test.view(3).verdict == .no)
    }

    @Test mutating func `a daemon that rests can say yes and never no`() {
        hear(1, [], .resting)
        #expect(view(1).verdict == .unknown(.resting))
        hear(2, near, .resting)
        #expect(view(2).verdict == .yes)
    }

    @Test mutating func `an answer that is too old is no answer`() {
        hear(1, near)
        #expect(view(6).verdict == .yes)
        #expect(view(7).verdict == .unknown(.silent("bluezoned does not answer")))
    }

    @Test mutating func `only the time in which the gate heard is told as such`() {
        for second: Int64 in 1...100 { hear(second) }
        for second: Int64 in 101...200 { hear(second, [], .notRunning) }
        for second: Int64 in 201...300 { hear(second) }
        #expect(state.unfinished?.seconds == 198)
        // A machine that slept did not hear.
        hear(800)
        #expect(state.unfinished?.seconds == 203)
    }

    @Test mutating func `a quarter that is over is kept and shown until the day ends`() {
        hear(1, (1...4).map { GateJudgeTests.beacon($0, -60) })
        let ended = hear(901)
        #expect(ended?.people == .number(4) && view(901).earlier == [ended].compactMap { $0 })
        hear(18 * 3600)
        #expect(view(18 * 3600).earlier.isEmpty)
    }

    @Test mutating func `a clock that nobody trusts counts nothing`() {
        hear(1, near, isClockUntrusted: true)
        #expect(view(1).verdict == .yes && view(1).people == 0 && view(1).isClockUntrusted)
        #expect(hear(2000, near, isClockUntrusted: true) == nil && state.unfinished == nil)
        #expect(hear(2001, near) == nil && view(2001).people == 1)
    }

    @Test func `what is wrong with the daemon follows of its state`() {
        var status = StationStatus()
        for (state, trouble) in [
            (.running, nil), (.clockUntrusted, nil), (.starting, .starting), (.paused, .paused(until: nil)),
            (.noAdapter, .noAdapter), (.blocked, .blocked),
        ] as [(StationStatus.State, GateTrouble?)] {
            status.state = state
            #expect(GateTrouble(status) == trouble)
        }
    }
}

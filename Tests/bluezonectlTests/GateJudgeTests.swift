// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Testing

@testable import bluezonectl

/// What the judge sees, told as a table: who is heard how strongly and how long ago, second by second.
@Suite struct GateJudgeTests {
    static func beacon(_ number: UInt8, _ rssi: Int8, age: UInt32 = 0, _ format: BeaconFormat = .bluezone)
        -> NearbyBeacon
    {
        let bytes = [number] + [UInt8](repeating: 0, count: format.identifierLength - 1)
        guard let identifier = EphemeralIdentifier(format: format, bytes: bytes) else { preconditionFailure("bytes") }
        return NearbyBeacon(identifier: identifier, rssi: rssi, age: age)
    }

    private var judge = GateJudge(near: -70, hold: .seconds(12))

    /// Whether anybody is there after each second's newest signal; nil: nothing was heard.
    private mutating func seen(_ signals: [Int8?]) -> [Bool] {
        var last: (rssi: Int8, second: Int)?
        return signals.enumerated().map { second, signal in
            if let signal { last = (signal, second) }
            let beacons = last.map { [Self.beacon(1, $0.rssi, age: UInt32(second - $0.second))] } ?? []
            return !judge.judge(beacons, at: .seconds(1000 + second)).present.isEmpty
        }
    }

    @Test(arguments: [(-60, true), (-70, true), (-71, false), (-90, false)] as [(Int8, Bool)])
    func `near begins at the threshold`(rssi: Int8, isThere: Bool) {
        var judge = judge
        #expect(judge.judge([Self.beacon(1, rssi)], at: .seconds(5)).present.isEmpty != isThere)
    }

    @Test mutating func `a signal that strays around the threshold does not flicker`() {
        #expect(seen([-71, -70, -74, -69, -76, -72, -75]) == [false, true, true, true, true, true, true])
    }

    @Test mutating func `one weak signal ends nothing, weak ones for more than three seconds do`() {
        #expect(seen([-65, -85, -66, -85, -85, -86, -85, -85]) == [true, true, true, true, true, true, false, false])
    }

    @Test mutating func `whoever falls silent is there for the time to hold, and gone after it`() {
        let there = seen([-60] + [Int8?](repeating: nil, count: 15))
        #expect(there == Array(repeating: true, count: 13) + Array(repeating: false, count: 3))
    }

    @Test mutating func `what was heard long ago does not count, however strong it was`() {
        let sight = judge.judge([Self.beacon(1, -30, age: 13)], at: .seconds(50))
        #expect(sight == GateSight() && sight.signal == .nobody)
    }

    @Test mutating func `each beacon is judged by itself, and the strongest is told`() {
        let sight = judge.judge([Self.beacon(1, -60), Self.beacon(2, -80), Self.beacon(3, -69)], at: .seconds(50))
        #expect(sight.present.count == 2 && sight.strongest == -60 && sight.signal == .near)
        var other = GateJudge(near: -70, hold: .seconds(12))
        #expect(other.judge([Self.beacon(2, -80)], at: .seconds(50)).signal == .away)
    }

    @Test mutating func `the same bytes in two formats are two beacons`() {
        let sight = judge.judge([Self.beacon(1, -60), Self.beacon(1, -60, .exposureNotification)], at: .seconds(50))
        #expect(sight.present.count == 2)
    }

    @Test mutating func `what is forgotten must come near anew`() {
        #expect(seen([-70, -75]) == [true, true])
        judge.forget()
        #expect(seen([-75]) == [false])
    }
}

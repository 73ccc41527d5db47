// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import bluezonectl

@Suite struct GateCounterTests {
    static let start = Timestamp(seconds: 1_795_244_400)  // 2026-11-21T07:00:00Z

    /// Bluezone beacons by number; Exposure Notification's are negative.
    static func sight(_ numbers: Int...) -> GateSight {
        var sight = GateSight()
        for number in numbers {
            let beacon = GateJudgeTests.beacon(
                UInt8(abs(number)), -60, number < 0 ? .exposureNotification : .bluezone)
            sight.present.insert(GateBeacon(beacon))
        }
        return sight
    }

    private var counter = GateCounter(at: start)

    private mutating func note(_ second: Int64, _ numbers: GateSight) -> QuarterCount? {
        counter.note(numbers, at: Timestamp(seconds: Self.start.seconds + second), heardFor: .seconds(1))
    }

    @Test mutating func `each beacon counts once in a quarter, however often it comes`() {
        for second: Int64 in 0..<60 { #expect(note(second, Self.sight(1, second % 2 == 0 ? 2 : 1)) == nil) }
        #expect(note(300, Self.sight()) == nil)
        #expect(note(400, Self.sight(1)) == nil)
        #expect(counter.people == 2 && counter.kept.seconds == 62)
    }

    @Test mutating func `a device that sends both formats is one person`() {
        _ = note(1, Self.sight(1, -1))
        _ = note(2, Self.sight(2, -2))
        _ = note(3, Self.sight(3))
        #expect(counter.people == 3)
        #expect(counter.count(of: .bluezone) == 3 && counter.count(of: .exposureNotification) == 2)
    }

    @Test mutating func `a quarter that is over is handed out, and small counts are hidden in it`() throws {
        _ = note(10, Self.sight(1, 2, 3, 4, -1))
        let ended = try #require(note(905, Self.sight()))
        #expect(ended.line == "2026-11-21T07:00:00Z,4,<3,4,1")
        #expect(counter.people == 0 && counter.quarter.start.stamp == "2026-11-21T07:15:00Z")
    }

    @Test mutating func `whoever stands there at the turn counts anew only under a new identifier`() throws {
        _ = note(899, Self.sight(1, 2))
        #expect(note(900, Self.sight(1, 2)) != nil)
        #expect(counter.people == 0)
        _ = note(912, Self.sight(7, 2))
        #expect(counter.people == 1)
        _ = note(913, Self.sight(9))
        #expect(counter.people == 2)
    }

    @Test mutating func `the same identifier in the quarter after next counts again`() {
        _ = note(10, Self.sight(1))
        _ = note(950, Self.sight())
        _ = note(1850, Self.sight(1))
        #expect(counter.people == 1)
    }

    @Test mutating func `a clock that is set back ends the quarter as well`() {
        _ = note(10, Self.sight(1, 2, 3))
        #expect(note(-2000, Self.sight())?.people == .number(3))
        #expect(counter.quarter.start < Self.start)
    }

    @Test(arguments: [(0, "<3"), (1, "<3"), (2, "<3"), (3, "3"), (250, "250")])
    func `one and two are kept as none are`(count: Int, text: String) {
        #expect(Tally(count).text == text && Tally(text) == Tally(count))
    }

    @Test(arguments: ["", "1", "2", "0", "-3", "+5", "05", "<4", "x"])
    func `no other text is a tally`(text: String) {
        #expect(Tally(text) == nil)
    }
}

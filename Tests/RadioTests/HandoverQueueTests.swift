// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import Testing

@testable import Radio

extension HandoverQueue {
    /// Both ends of a read at once.
    fileprivate mutating func end(_ outcome: Outcome, at now: Duration, slot: Int64) -> Reception? {
        defer { end() }
        return conclude(outcome, at: now, slot: slot)
    }
}

struct HandoverQueueTests {
    static let beacon = RadioBench.bluezone

    func peer(_ number: UInt64) -> DeviceAddress { DeviceAddress(bits: number) }

    @Test func `the strongest is asked first, one at a time`() {
        var queue = HandoverQueue()
        #expect(queue.next(at: .seconds(1), slot: 1) == .nothing)
        for (number, rssi) in [(1, -80), (2, -50), (3, -60)] as [(UInt64, Int8)] {
            #expect(queue.hear(peer(number), rssi: rssi, at: .seconds(1), slot: 1) == nil)
        }
        #expect(queue.next(at: .seconds(2), slot: 1) == .ask(peer(2)))
        #expect(queue.next(at: .seconds(2), slot: 1) == .nothing)
        #expect(queue.end(.failed, at: .seconds(3), slot: 1) == nil)
        #expect(queue.next(at: .seconds(3), slot: 1) == .ask(peer(3)))
    }

    @Test func `an answer is heard, and stands for its address until the slot ends`() {
        var queue = HandoverQueue()
        _ = queue.hear(peer(1), rssi: -70, at: .seconds(1), slot: 1)
        #expect(queue.next(at: .seconds(1), slot: 1) == .ask(peer(1)))
        _ = queue.hear(peer(1), rssi: -60, at: .seconds(2), slot: 1)
        let heard = Reception(payload: Self.beacon, rssi: -60, time: .seconds(2), isRead: true)
        #expect(queue.end(.answered(Self.beacon), at: .seconds(3), slot: 1) == heard)
        #expect(queue.hear(peer(1), rssi: -61, at: .seconds(4), slot: 1) == Self.beacon)
        #expect(queue.next(at: .seconds(4), slot: 1) == .nothing)
        #expect(queue.hear(peer(1), rssi: -61, at: .seconds(5), slot: 2) == nil)
        #expect(queue.next(at: .seconds(5), slot: 2) == .ask(peer(1)))
    }

    @Test(arguments: [HandoverQueue.Outcome.failed, .malformed])
    func `one that failed is not asked again in this slot`(outcome: HandoverQueue.Outcome) {
        var queue = HandoverQueue()
        _ = queue.hear(peer(1), rssi: -70, at: .seconds(1), slot: 1)
        #expect(queue.next(at: .seconds(1), slot: 1) == .ask(peer(1)))
        #expect(queue.end(outcome, at: .seconds(2), slot: 1) == nil)
        for second in 3..<20 {
            #expect(queue.hear(peer(1), rssi: -40, at: .seconds(second), slot: 1) == nil)
            #expect(queue.next(at: .seconds(second), slot: 1) == .nothing)
        }
        _ = queue.hear(peer(1), rssi: -40, at: .seconds(20), slot: 2)
        #expect(queue.next(at: .seconds(20), slot: 2) == .ask(peer(1)))
    }

    @Test func `a read that was given up may be tried again`() {
        var queue = HandoverQueue()
        _ = queue.hear(peer(1), rssi: -70, at: .seconds(1), slot: 1)
        #expect(queue.next(at: .seconds(1), slot: 1) == .ask(peer(1)))
        #expect(queue.end(.givenUp, at: .seconds(2), slot: 1) == nil)
        #expect(queue.next(at: .seconds(2), slot: 1) == .ask(peer(1)))
    }

    @Test func `one that bluetoothd has forgotten may be asked when it is heard again`() {
        var queue = HandoverQueue()
        _ = queue.hear(peer(1), rssi: -70, at: .seconds(1), slot: 1)
        #expect(queue.next(at: .seconds(40), slot: 1) == .ask(peer(1)))
        #expect(queue.end(.gone, at: .seconds(40), slot: 1) == nil)
        #expect(queue.next(at: .seconds(41), slot: 1) == .nothing)
        #expect(queue.hear(peer(1), rssi: -70, at: .seconds(42), slot: 1) == nil)
        #expect(queue.next(at: .seconds(42), slot: 1) == .ask(peer(1)))
        // Whom it does not know again it knows by another address.
        #expect(queue.end(.gone, at: .seconds(42), slot: 1) == nil)
        #expect(queue.hear(peer(1), rssi: -70, at: .seconds(43), slot: 1) == nil)
        #expect(queue.next(at: .seconds(43), slot: 1) == .nothing)
        #expect(queue.hear(peer(1), rssi: -70, at: .seconds(900), slot: 2) == nil)
        #expect(queue.next(at: .seconds(900), slot: 2) == .ask(peer(1)))
    }

    @Test func `an answer that comes in the next slot is not kept for it`() {
        var queue = HandoverQueue()
        _ = queue.hear(peer(1), rssi: -70, at: .seconds(1), slot: 1)
        #expect(queue.next(at: .seconds(1), slot: 1) == .ask(peer(1)))
        #expect(queue.end(.answered(Self.beacon), at: .seconds(2), slot: 2)?.rssi == -70)
        #expect(queue.hear(peer(1), rssi: -70, at: .seconds(2), slot: 2) == nil)
    }

    @Test func `who has not been heard for long is not asked`() {
        var queue = HandoverQueue()
        _ = queue.hear(peer(1), rssi: -70, at: .seconds(1), slot: 1)
        #expect(queue.next(at: .seconds(62), slot: 1) == .nothing)
    }

    @Test func `reads never take more than their share of any five minutes`() {
        var queue = HandoverQueue()
        var now = Duration.seconds(1000)
        var busy: [(begin: Duration, end: Duration)] = []
        var number: UInt64 = 0
        while now < .seconds(4000) {
            number += 1
            _ = queue.hear(peer(number), rssi: -70, at: now, slot: 1 + Int64(number / 100))
            switch queue.next(at: now, slot: 1 + Int64(number / 100)) {
            case .ask:
                // Some answer quickly, some never.
                let length = Duration.seconds(Int(number % 3) * 10) + .milliseconds(100)
                let end = now + min(length, queue.limits.read)
                busy.append((now, end))
                now = end
                _ = queue.end(.failed, at: now, slot: 1 + Int64(number / 100))
            case .wait(let until):
                #expect(until > now && until <= now + .seconds(300))
                now = until
            case .nothing: Issue.record("somebody waits")
            }
        }
        for read in busy {
            let share = busy.reduce(Duration.zero) { sum, other in
                sum + max(.zero, min(other.end, read.end) - max(other.begin, read.end - .seconds(300)))
            }
            #expect(share <= queue.limits.allowance)
        }
        #expect(busy.count > 30)
    }

    @Test(arguments: [HandoverQueue.Outcome.failed, .gone])
    func `what fails at once counts a second`(outcome: HandoverQueue.Outcome) {
        var queue = HandoverQueue()
        var count = 0
        for number in 0..<100 {
            _ = queue.hear(peer(UInt64(number)), rssi: -70, at: .seconds(1), slot: 1)
            if case .ask = queue.next(at: .seconds(1), slot: 1) {
                count += 1
                _ = queue.end(outcome, at: .seconds(1), slot: 1)
            }
        }
        #expect(count == 76)
    }

    @Test func `a crowd of made-up addresses takes no more room, and the strong ones of it`() {
        var limits = HandoverQueue.Limits()
        limits.capacity = 8
        var queue = HandoverQueue(limits: limits)
        for number in 0..<1000 { _ = queue.hear(peer(UInt64(number)), rssi: -90, at: .seconds(1), slot: 1) }
        _ = queue.hear(peer(5000), rssi: -40, at: .seconds(1), slot: 1)
        #expect(queue.next(at: .seconds(1), slot: 1) == .ask(peer(5000)))
        // The one being asked keeps its place.
        for number in 6000..<7000 { _ = queue.hear(peer(UInt64(number)), rssi: -30, at: .seconds(1), slot: 1) }
        #expect(queue.end(.answered(Self.beacon), at: .seconds(2), slot: 1) != nil)
        #expect(queue.hear(peer(5000), rssi: -40, at: .seconds(2), slot: 1) == Self.beacon)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Station

@Suite struct ScanScheduleTests {
    var random = SystemRandomNumberGenerator()

    @Test mutating func `windows open and close with varied pauses between`() throws {
        var schedule = ScanSchedule(.plain(window: .seconds(4), pause: .seconds(56)))
        var now = Duration.seconds(100)
        var starts: [Duration] = []
        #expect(schedule.handle(at: now, allowed: true, using: &random) == .open)
        for _ in 0..<50 {
            let start = now
            starts.append(start)
            now = try #require(schedule.deadline)
            #expect(now - start == .seconds(4))
            let previous = starts.dropLast().last
            #expect(schedule.handle(at: now, allowed: true, using: &random) == .close(start: start, previous: previous))
            now = try #require(schedule.deadline)
            #expect(now - start >= .seconds(4 + 46) && now - start <= .seconds(4 + 66))
            #expect(schedule.handle(at: now, allowed: true, using: &random) == .open)
        }
    }

    @Test mutating func `listening that is no longer allowed ends at once and begins again at once`() {
        var schedule = ScanSchedule(.plain(window: .seconds(4), pause: .seconds(56)))
        #expect(schedule.handle(at: .seconds(1), allowed: false, using: &random) == .nothing)
        #expect(schedule.deadline == nil)
        _ = schedule.handle(at: .seconds(2), allowed: true, using: &random)
        #expect(
            schedule.handle(at: .seconds(3), allowed: false, using: &random)
                == .close(start: .seconds(2), previous: nil))
        #expect(schedule.handle(at: .seconds(9), allowed: true, using: &random) == .open)
    }

    @Test mutating func `a scan longer ago than an hour is no previous scan`() {
        var schedule = ScanSchedule(.plain(window: .seconds(4), pause: .seconds(0)))
        _ = schedule.handle(at: .seconds(0), allowed: true, using: &random)
        _ = schedule.handle(at: .seconds(4), allowed: false, using: &random)
        _ = schedule.handle(at: .seconds(4000), allowed: true, using: &random)
        #expect(
            schedule.handle(at: .seconds(4004), allowed: true, using: &random)
                == .close(start: .seconds(4000), previous: nil))
    }

    @Test mutating func `the window before is known until the next one ends`() {
        var schedule = ScanSchedule(Self.paired)
        #expect(schedule.lastWindow == nil)
        _ = schedule.handle(at: .seconds(100), allowed: true, using: &random)
        #expect(schedule.lastWindow == nil)
        _ = schedule.handle(at: .seconds(105), allowed: true, using: &random)
        #expect(schedule.lastWindow == .seconds(100) ... .seconds(105), "it listened until it was asked")
        _ = schedule.handle(at: .seconds(115), allowed: true, using: &random)
        #expect(schedule.lastWindow == .seconds(100) ... .seconds(105))
        _ = schedule.handle(at: .seconds(117), allowed: false, using: &random)
        #expect(schedule.lastWindow == .seconds(115) ... .seconds(117))
        _ = schedule.handle(at: .seconds(130), allowed: false, using: &random)
        #expect(schedule.lastWindow == .seconds(115) ... .seconds(117))
    }

    private static let paired = ScanPattern(
        window: .seconds(4), windows: 2, spacing: .seconds(15), pause: .seconds(41), spread: .seconds(5))

    /// Asks at the schedule's own deadline.
    private mutating func next(_ schedule: inout ScanSchedule) -> (Duration, ScanSchedule.Action) {
        let now = schedule.deadline ?? .zero
        return (now, schedule.handle(at: now, allowed: true, using: &random))
    }

    @Test mutating func `a scan of two windows is one scan, and its windows begin fifteen seconds apart`() {
        var schedule = ScanSchedule(Self.paired)
        var start = Duration.seconds(100)
        var previous: Duration?
        #expect(schedule.handle(at: start, allowed: true, using: &random) == .open)
        for _ in 0..<20 {
            #expect(next(&schedule) == (start + .seconds(4), .rest))
            #expect(!schedule.isOpen)
            #expect(next(&schedule) == (start + .seconds(15), .open))
            #expect(next(&schedule) == (start + .seconds(19), .close(start: start, previous: previous)))
            previous = start
            let (begun, action) = next(&schedule)
            #expect(action == .open)
            #expect((Duration.seconds(36)...Duration.seconds(46)).contains(begun - start - .seconds(19)))
            start = begun
        }
    }

    @Test mutating func `what is heard in a later window only is stored with the scan's start`() {
        var schedule = ScanSchedule(Self.paired)
        _ = schedule.handle(at: .seconds(100), allowed: true, using: &random)
        #expect(schedule.sightingTime(.seconds(101)) == .seconds(101))
        #expect(schedule.sightingTime(.seconds(99)) == nil)
        _ = next(&schedule)
        #expect(schedule.sightingTime(.seconds(101)) == nil)
        _ = next(&schedule)
        #expect(schedule.sightingTime(.seconds(116)) == .seconds(100))
        #expect(schedule.sightingTime(.seconds(114)) == nil)
    }

    @Test(arguments: [3, 10, 60, 7200])
    mutating func `a machine that slept ends the scan under way and begins one at once`(late: Int) {
        // Asleep in the first window, between the two, and in the pause.
        for steps in 0..<4 {
            var schedule = ScanSchedule(Self.paired)
            _ = schedule.handle(at: .seconds(100), allowed: true, using: &random)
            for _ in 0..<steps { _ = next(&schedule) }
            let begun: Duration? = steps < 3 ? .seconds(100) : nil
            let now = (schedule.deadline ?? .zero) + .seconds(late)
            let action = schedule.handle(at: now, allowed: true, using: &random)
            switch steps {
            case 0 where late < 15: #expect(action == .rest)
            case 1 where late < 4: #expect(action == .open)
            case 3: #expect(action == .open)
            default:
                #expect(action == .close(start: begun ?? .zero, previous: nil))
                #expect(!schedule.isOpen)
                let (_, again) = next(&schedule)
                #expect(again == .open)
            }
        }
    }

    @Test mutating func `a pause of its owner between two windows ends the scan`() {
        var schedule = ScanSchedule(Self.paired)
        _ = schedule.handle(at: .seconds(100), allowed: true, using: &random)
        _ = next(&schedule)
        #expect(
            schedule.handle(at: .seconds(106), allowed: false, using: &random)
                == .close(start: .seconds(100), previous: nil))
        #expect(schedule.handle(at: .seconds(107), allowed: false, using: &random) == .nothing)
        #expect(schedule.handle(at: .seconds(108), allowed: true, using: &random) == .open)
        #expect(schedule.sightingTime(.seconds(108)) == .seconds(108))
    }

    @Test mutating func `another pattern shortens a pause and never cuts a scan in half`() {
        var schedule = ScanSchedule(.battery)
        _ = schedule.handle(at: .seconds(100), allowed: true, using: &random)
        for _ in 0..<3 { _ = next(&schedule) }
        let end = Duration.milliseconds(120_500)
        schedule.follow(.continuous, at: end + .seconds(1))
        #expect(schedule.deadline == end + .milliseconds(1200))
        _ = next(&schedule)
        _ = next(&schedule)
        schedule.follow(.plain(window: .seconds(4), pause: .seconds(56)), at: end + .seconds(12))
        let (_, action) = next(&schedule)
        #expect(action == .close(start: end + .milliseconds(1200), previous: .seconds(100)))
    }

    @Test(arguments: [ScanPattern.battery, .balanced, .continuous])
    mutating func `two scans of a profile are never five minutes apart`(pattern: ScanPattern) throws {
        var schedule = ScanSchedule(pattern)
        var last: Duration?
        _ = schedule.handle(at: .zero, allowed: true, using: &random)
        for _ in 0..<2000 {
            if case (_, .close(let start, let previous)) = next(&schedule) {
                #expect(previous == last)
                if let last { #expect(start - last < .seconds(300)) }
                last = start
            }
        }
        _ = try #require(last)
    }
}

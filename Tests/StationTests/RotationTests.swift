// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Radio
import Testing

@testable import Station

/// What the plan is when nothing goes wrong.
@Suite struct RotationTests {
    @Test func `nothing is sent before the radio is ready and the clock is trusted`() throws {
        var time = try Timeline(at: "2026-11-20", seconds: 40_000)
        #expect(time.take(.radio(.ready)) == .silence)
        #expect(time.take(.radio(.off)) == .nothing)
        #expect(time.take(.clockTrusted(true)) == .nothing)
        #expect(time.take(.radio(.ready)) != .nothing)
        #expect(time.air.map(\.identifier.format) == [.bluezone, .exposureNotification])
    }

    @Test func `both formats change together at every slot boundary, never else`() throws {
        var time = try Timeline(at: "2026-11-20", seconds: 40_000)
        time.start()
        let first = time.now.wall
        var seen = Set(time.air.map(\.identifier))
        let steps = time.pass(.seconds(6 * 3600))
        #expect(steps.count == 24)
        #expect(time.now.wall.duration(since: first) == .seconds(6 * 3600))
        for step in steps {
            #expect(step.count == 2)
            for payload in step { #expect(seen.insert(payload.identifier).inserted) }
        }
    }

    @Test func `what is on the air derives from the key of its day and slot`() throws {
        var time = try Timeline(at: "2026-11-20", seconds: 86_400 - 1000)
        time.start()
        for _ in 0..<8 {
            let begin = time.now.wall
            #expect(time.air[0].identifier == time.expected(.bluezone, at: begin))
            #expect(time.air[1].identifier == time.expected(.exposureNotification, at: begin))
            let deadline = try #require(time.rotation.deadline(at: time.now))
            time.move(deadline - time.now.boot)
            time.take(.tick)
        }
        #expect(time.keys.keys.count == 4)
    }

    @Test func `a start within a slot sends what the whole slot has, so that no identifier outlives the other's`()
        throws
    {
        for offset in stride(from: 0, to: 3600, by: 50) {
            var time = try Timeline(at: "2026-11-20", seconds: 36_000 + offset)
            time.start()
            let slot = Set(time.air.map(\.identifier))
            #expect(time.air[1].identifier == time.expected(.exposureNotification, at: time.now.wall))
            let deadline = try #require(time.rotation.deadline(at: time.now))
            time.move(deadline - time.now.boot)
            time.take(.tick)
            #expect(slot.isDisjoint(with: time.air.map(\.identifier)))
        }
    }

    @Test func `midnight begins with new keys`() throws {
        var time = try Timeline(at: "2026-11-20", seconds: 86_400 - 1)
        time.start()
        let before = time.air
        #expect(time.pass(.seconds(1)).count == 1)
        #expect(time.now.wall.millisecondsOfDay == 0)
        #expect(time.air[0] != before[0] && time.air[1] != before[1])
        #expect(time.air[0].identifier == time.expected(.bluezone, at: time.now.wall))
    }

    @Test func `a pause means silence, and new identifiers after it`() throws {
        var time = try Timeline(at: "2026-11-20", seconds: 40_000, formats: [.exposureNotification])
        time.start()
        let before = time.air
        #expect(time.take(.paused(true)) == .silence)
        #expect(time.rotation.deadline(at: time.now) == nil)
        time.move(.seconds(700))
        time.take(.paused(false))
        #expect(time.air.count == 1 && time.air != before)
    }

    @Test func `Exposure Notification alone changes after 10 to 20 minutes, at random, and at midnight`() throws {
        var time = try Timeline(at: "2026-11-20", seconds: 100, formats: [.exposureNotification])
        time.start()
        var lengths: Set<Int64> = []
        for _ in 0..<90 {
            let begin = time.now
            let deadline = try #require(time.rotation.deadline(at: begin))
            time.move(deadline - begin.boot)
            time.take(.tick)
            let length = time.now.wall.duration(since: begin.wall).wholeMilliseconds / 1000
            lengths.insert(length)
            #expect(length < 1200 && (length > 600 || time.now.wall.millisecondsOfDay == 0))
        }
        #expect(lengths.count > 20)
    }

    @Test func `the controller's power is declared from the next step on`() throws {
        var time = try Timeline(at: "2026-11-20", seconds: 40_000)
        time.start()
        #expect(time.take(.metadata(ExposureNotificationMetadata(transmitPower: 7, confidence: 2))) == .nothing)
        time.move(.seconds(900))
        time.take(.tick)
        let key = time.keys.wholeDay(.exposureNotification, time.now.wall.day)
        let clear = ExposureNotificationDerivation(key: key.bytes)
            .applyMetadataCipher(time.air[1].metadata, identifier: time.air[1].identifier)
        #expect(ExposureNotificationMetadata(word: clear)?.transmitPower == 7)
        #expect(ExposureNotificationMetadata(word: clear)?.confidence == 2)
    }

    @Test func `new keys take the old identifiers off the air at once`() throws {
        var time = try Timeline(at: "2026-11-20", seconds: 40_000)
        time.start()
        let before = Set(time.air)
        time.keys.removeAll()
        time.take(.newKeys)
        #expect(before.isDisjoint(with: time.air) && time.air.count == 2)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Radio

struct SilenceWatchTests {
    @Test func `silence is acted upon after the limit, again after as long, until something is heard`() {
        var watch = SilenceWatch(limit: .seconds(600))
        var actions: [SilenceWatch.Action] = []
        for minute in 0..<25 { actions.append(watch.windowClosed(count: 5, at: .seconds(60 * minute))) }
        // The first window heard something, the second began the silence.
        #expect(actions.enumerated().filter { $0.element != .nothing }.map(\.offset) == [11, 21])
        #expect(actions[11] == .renew(1) && actions[21] == .renew(2))
        #expect(watch.windowClosed(count: 6, at: .seconds(2000)) == .heard)
        #expect(watch.windowClosed(count: 7, at: .seconds(2060)) == .nothing)
    }

    @Test func `where something is heard now and then nothing happens`() {
        var watch = SilenceWatch(limit: .seconds(600))
        for minute in 0..<200 {
            #expect(watch.windowClosed(count: UInt64(minute / 9), at: .seconds(60 * minute)) == .nothing)
        }
    }

    @Test func `a night of sleep is no silence: it begins anew, and asks for one thing at a time`() {
        var watch = SilenceWatch(limit: .seconds(600))
        #expect(watch.windowClosed(count: 0, at: .seconds(0)) == .nothing)
        let morning = 8 * 3600
        for minute in 0...10 {
            let action = watch.windowClosed(count: 0, at: .seconds(morning + 60 * minute))
            #expect(action == (minute == 10 ? .renew(1) : .nothing))
        }
    }

    @Test func `an adapter that was away starts anew`() {
        var watch = SilenceWatch(limit: .seconds(600))
        #expect(watch.windowClosed(count: 0, at: .seconds(0)) == .nothing)
        watch.restart(count: 0)
        #expect(watch.windowClosed(count: 0, at: .seconds(700)) == .nothing)
        #expect(watch.windowClosed(count: 0, at: .seconds(1300)) == .renew(1))
    }
}

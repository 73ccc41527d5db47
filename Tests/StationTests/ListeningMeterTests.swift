// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Station

@Suite struct ListeningMeterTests {
    var meter = ListeningMeter(from: .seconds(1000))

    @Test mutating func `the share is of the time since the start, then of the last hour`() {
        #expect(meter.share(at: .seconds(1000)) == 0)
        meter.start(at: .seconds(1010), limit: .seconds(60))
        #expect(meter.share(at: .seconds(1020)) == 0.5)
        meter.stop(at: .seconds(1020))
        #expect(meter.share(at: .seconds(1040)) == 0.25)
        #expect(meter.share(at: .seconds(4610)) == 10.0 / 3600)
        #expect(meter.share(at: .seconds(4615)) == 5.0 / 3600)
        #expect(meter.share(at: .seconds(4620)) == 0)
    }

    @Test mutating func `a machine that slept in a window did not listen all the while`() {
        meter.start(at: .seconds(1000), limit: .seconds(5))
        meter.stop(at: .seconds(3000))
        #expect(meter.share(at: .seconds(3000)) == 5.0 / 2000)
    }

    @Test mutating func `starting twice and stopping twice is starting and stopping once`() {
        for second in [1000, 1002] { meter.start(at: .seconds(second), limit: .seconds(60)) }
        for second in [1004, 1006] { meter.stop(at: .seconds(second)) }
        #expect(meter.share(at: .seconds(1008)) == 0.5)
    }

    @Test mutating func `listening without end is all of the time`() {
        for second in stride(from: 1000, to: 9000, by: 10) {
            meter.start(at: .seconds(second), limit: .seconds(11))
            meter.stop(at: .seconds(second + 10))
        }
        #expect(meter.share(at: .seconds(9000)) == 1)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Control

@Suite struct StationWarningTests {
    @Test(arguments: StationWarning.Kind.allCases)
    func `every kind survives the bus, with and without a detail`(kind: StationWarning.Kind) {
        for warning in [StationWarning(kind), StationWarning(kind, detail: "bluezone.conf:3: what: why")] {
            #expect(StationWarning(warning.text) == warning)
        }
    }

    @Test(arguments: ["", ":", "moon-full", "rfkill-ed: x"])
    func `an unknown kind is none`(text: String) {
        #expect(StationWarning(text) == nil)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Radio
import Settings
import Testing

@testable import Station

@Suite struct CalibrationTests {
    private static let measured: AdapterTable = {
        var row = AdapterCalibration()
        (row.radiatedPower, row.setPoint, row.correction, row.confidence) = (-11, 4, -3, .medium)
        return AdapterTable(rows: [AdapterTable.anyModel: row])
    }()

    @Test func `what was measured of the adapter is declared, moved by what the chip is set to`() async throws {
        try await StationBench.run(settings: "[Radio]\nKind=bluez\n", adapters: Self.measured) { bench in
            try await bench.begin()
            var status = await bench.station.status()
            #expect(status.radiatedPower == -11 && status.chipPower == 127 && status.confidence == "medium")
            try await bench.emit(.transmitPower(7))
            status = await bench.station.status()
            #expect(status.radiatedPower == -8 && status.chipPower == 7)
        }
    }

    @Test func `the owner's word is declared with the lowest confidence`() async throws {
        try await StationBench.run(
            settings: "[Radio]\nKind=bluez\nTransmitPower=-19\n", adapters: Self.measured
        ) { bench in
            try await bench.begin()
            try await bench.emit(.transmitPower(7))
            let status = await bench.station.status()
            #expect(status.radiatedPower == -19 && status.confidence == "lowest")
        }
    }

    @Test func `what the adapter hears too loud is stored as it would be heard`() async throws {
        try await StationBench.run(settings: "[Radio]\nKind=bluez\n", adapters: Self.measured) { bench in
            try await bench.begin()
            try await bench.hear(stranger(1), -60)
            try await bench.hear(stranger(2), -127)
            await bench.pass(.seconds(4))
            #expect(try bench.sightings().map(\.rssi).sorted() == [-127, -63])
        }
    }

    @Test func `another adapter has another calibration, and its chip has not said anything yet`() async throws {
        try await StationBench.run(settings: "[Radio]\nKind=bluez\n", adapters: Self.measured) { bench in
            try await bench.begin()
            try await bench.emit(.transmitPower(7), .state(.ready, adapter: "hci1"))
            #expect(await bench.station.status().chipPower == 127)
        }
    }
}

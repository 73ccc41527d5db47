// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Settings

struct AdapterTableTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// The table with `text` as the owner's file and `vendor` as the distribution's.
    private func table(_ text: String, vendor: String? = nil) throws -> AdapterTable {
        _ = try folder.write(text, to: "etc/bluezone/adapters.toml")
        if let vendor { _ = try folder.write(vendor, to: "usr/lib/bluezone/adapters.toml") }
        return try AdapterTable.load(root: folder.path)
    }

    @Test func `an adapter that nobody measured has the lowest confidence`() throws {
        let row = try AdapterTable.load(root: folder.path).calibration(of: ["usb:0a5c:21e8"])
        #expect(row == AdapterCalibration())
        #expect(row.radiatedPower == -8 && row.confidence == .lowest && row.correction == 0)
    }

    @Test func `a row says what was measured, and the first of an adapter's names that has one counts`() throws {
        let table = try table(
            """
            ["board:raspberrypi,4-model-b"]
            name = "Raspberry Pi 4 = a board"
            radiated-power = -11
            set-point = 4
            correction = -3
            confidence = "medium"
            ["usb:0a5c:21e8"]
            radiated-power = 2
            """)
        let row = table.calibration(of: ["of:brcm,bcm4345c5", "board:raspberrypi,4-model-b", "usb:0a5c:21e8"])
        #expect(row.name == "Raspberry Pi 4 = a board")
        #expect(row.radiatedPower == -11 && row.setPoint == 4 && row.correction == -3 && row.confidence == .medium)
        #expect(table.calibration(of: ["usb:0a5c:21e8"]).radiatedPower == 2)
    }

    @Test(arguments: [(nil, -11), (4, -11), (7, -8), (-20, -35), (-127, -60), (20, 5)] as [(Int8?, Int8)])
    func `another setting of the chip moves what is radiated`(setting: Int8?, power: Int8) {
        var row = AdapterCalibration()
        (row.radiatedPower, row.setPoint) = (-11, 4)
        #expect(row.radiatedPower(at: setting) == power)
        row.setPoint = nil
        #expect(row.radiatedPower(at: setting) == -11)
    }

    @Test func `the owner's rows win, and the one for any other adapter is the last resort`() throws {
        let table = try table(
            "[\"usb:0001:0002\"]\nradiated-power = -5\n[\"default\"]\ncorrection = 4\n",
            vendor: "[\"usb:0001:0002\"]\nradiated-power = -9\nconfidence = \"high\"\n[\"of:x\"]\nradiated-power = -2\n"
        )
        #expect(table.calibration(of: ["usb:0001:0002"]).radiatedPower == -5)
        #expect(table.calibration(of: ["usb:0001:0002"]).confidence == .lowest, "a row replaces a row")
        #expect(table.calibration(of: ["of:x"]).radiatedPower == -2)
        #expect(table.calibration(of: []).correction == 4)
    }

    @Test func `a row that was written is read again`() throws {
        var row = AdapterCalibration()
        (row.name, row.radiatedPower, row.setPoint, row.correction, row.confidence) = ("A dongle", -12, 8, 5, .medium)
        #expect(try table(row.text(model: "usb:1234:abcd")).calibration(of: ["usb:1234:abcd"]) == row)
    }

    @Test(arguments: [
        ("[usb:1:2]\nradiated-power = 1", "expected a text in double quotes"),
        ("[\"a\"]\nradiated-power = 21", "expected a whole number from -60 to 20 (dBm)"),
        ("[\"a\"]\nconfidence = \"sure\"", "expected lowest, low, medium or high"),
        ("[\"a\"]\ncorrection = 31", "expected a whole number from -30 to 30 (dB)"),
        ("[\"a\"]\nname = \"half", "expected a text in double quotes"),
        ("[\"a\"]\npower = 3", "expected name, radiated-power, set-point, correction or confidence"),
    ])
    func `what cannot be followed is refused with its place`(text: String, message: String) throws {
        let error = #expect(throws: SettingsError.self) { try table(text) }
        #expect(error?.description.contains("adapters.toml:2: ") == true)
        #expect(error?.description.hasSuffix(message) == true, "\(String(describing: error))")
    }
}

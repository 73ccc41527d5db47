// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// The calibrations there are, by model: the distribution's table, and over it what the owner measured.
///
/// A model is named `usb:0a5c:21e8` (maker and product of a USB adapter), `of:brcm,bcm4345c5` (the chip's name in the
/// device tree) or `board:raspberrypi,4-model-b` (the board that it is soldered to). The files are written in that part of
/// TOML that is INI too: a table for each model, whole numbers and texts in double quotes.
package struct AdapterTable: Hashable, Sendable {
    /// What an adapter that nobody measured is taken to radiate, in dBm: that of the one Linux board of which
    /// measurements were published, two Raspberry Pi 3 (exposure-notification-facts 2.4: -47.9 dBm heard at one metre).
    package static let standardPower: Int8 = -8

    /// The files, a later one's rows win; what is missing is left out.
    package static let files = ["/usr/lib", "/usr/local/lib", "/etc"].map { $0 + "/bluezone/adapters.toml" }

    /// The row for adapters of no other row, and for those that say no model.
    package static let anyModel = "default"

    private var rows: [String: AdapterCalibration] = [:]

    /// A table without rows.
    package init() {}

    /// A table with these rows, by model.
    package init(rows: [String: AdapterCalibration]) { self.rows = rows }

    /// Reads the files under `root` (empty: the machine's own).
    package static func load(root: String = "") throws(SettingsError) -> AdapterTable {
        var table = AdapterTable()
        var problems: [SettingsProblem] = []
        for file in files.map({ root + $0 }) where Folder.exists(file) {
            let (entries, found) = try IniFile.scan(file)
            problems += found
            var current: AdapterTable = AdapterTable()
            for entry in entries {
                do { try current.take(entry) } catch {
                    let message = "[\(entry.section)] \(entry.key) = \(entry.value): \(error.text)"
                    problems.append(SettingsProblem(file: file, line: entry.line, message: message))
                }
            }
            table.rows.merge(current.rows) { $1 }
        }
        if !problems.isEmpty { throw .refused(problems) }
        return table
    }

    /// The calibration of the first of `models` that has one, the most telling name first; else what is assumed of an
    /// adapter that nobody measured.
    package func calibration(of models: [String]) -> AdapterCalibration {
        for model in models {
            if let row = rows[model] { return row }
        }
        return rows[Self.anyModel] ?? AdapterCalibration()
    }

    private mutating func take(_ entry: IniFile.Entry) throws(Expectation) {
        let model = try unquoted(entry.section)
        var row = rows[model] ?? AdapterCalibration()
        switch entry.key {
        case "name": row.name = try unquoted(entry.value)
        case "radiated-power": row.radiatedPower = try power(-60...20)(entry.value)
        case "set-point": row.setPoint = try power(-127...20)(entry.value)
        case "correction": row.correction = Int8(clamping: try whole(-30...30, "dB")(entry.value))
        case "confidence":
            let word = try unquoted(entry.value)
            guard let confidence = AdapterCalibration.Confidence.allCases.first(where: { $0.word == word }) else {
                throw Expectation(text: "expected " + alternatives(AdapterCalibration.Confidence.allCases.map(\.word)))
            }
            row.confidence = confidence
        default:
            throw Expectation(text: "expected name, radiated-power, set-point, correction or confidence")
        }
        rows[model] = row
    }

    private func unquoted(_ text: String) throws(Expectation) -> String {
        guard text.count >= 2, text.first == "\"", text.last == "\"", !text.dropFirst().dropLast().contains("\"") else {
            throw Expectation(text: "expected a text in double quotes")
        }
        return String(text.dropFirst().dropLast())
    }
}

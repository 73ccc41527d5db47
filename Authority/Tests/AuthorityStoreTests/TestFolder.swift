// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import Cases
import Foundation

/// A folder of a test's own, removed with the object.
final class TestFolder: Sendable {
    let path = NSTemporaryDirectory() + "bluezone-authority-" + UUID().uuidString

    init() { try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// What SQLite's own shell answers.
    @discardableResult func sql(_ statement: String) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["sqlite3", path + "/authority.sqlite", statement]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func count(_ table: String) throws -> Int? { Int(try sql("SELECT count(*) FROM \(table)")) }
}

func code(_ number: UInt8, _ type: TestType = .confirmed) -> IssuedCode {
    IssuedCode(
        uuid: "\(number)", shortHash: [number], longHash: [number + 100],
        confirmation: Confirmation(
            testType: type, symptomDay: UTCDay(number: 20_000), testDay: nil, region: "VN"),
        shortExpires: 1000, longExpires: 2000, issuer: "tests")
}

/// A Bluezone key of 32 bytes `number`.
func key(_ number: UInt8, _ type: ReportType = .confirmedTest, start: UInt32 = 2_650_000) -> CaseKey {
    sample(.bluezone, number, type, start)
}

func exposureKey(_ number: UInt8) -> CaseKey { sample(.exposureNotification, number, .confirmedTest, 2_650_000) }

private func sample(_ format: BeaconFormat, _ number: UInt8, _ type: ReportType, _ start: UInt32) -> CaseKey {
    guard let key = DailyKey(format: format, bytes: [UInt8](repeating: number, count: format.keyLength)) else {
        fatalError("a sample key has its format's length")
    }
    return CaseKey(key: key, rollingStart: start, reportType: type, daysSinceOnset: 1)
}

func publish(
    _ certificate: UInt8, _ keys: [CaseKey], region: String = "VN", known: Set<[UInt8]> = []
) -> NewPublish {
    NewPublish(
        certificate: [certificate], certificateExpires: 1000, keys: keys, places: Array(keys.indices), region: region,
        known: known)
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Foundation
import TestSupport

/// Keys that look random and are the same in every run, with every report type and many periods.
func sampleKeys(_ format: BeaconFormat, count: Int, from first: Int = 0) -> [CaseKey] {
    (first..<first + count).compactMap { index in
        let bytes = Array(sha256(Array("key \(index)".utf8)).prefix(format.keyLength))
        return DailyKey(format: format, bytes: bytes).map {
            CaseKey(
                key: $0, rollingStart: 2_706_480 + UInt32(index % 14) * 144, rollingPeriod: UInt32(144 - index % 144),
                reportType: ReportType(rawValue: Int32(index % 6)) ?? .unknown,
                daysSinceOnset: index % 4 == 0 ? nil : Int32(index % 29 - 14), transmissionRisk: Int32(index % 9))
        }
    }
}

let sampleHeader = CaseExportHeader(
    start: Timestamp(seconds: 1_623_196_800), end: Timestamp(seconds: 1_623_283_200),
    region: "VN")

func sampleSigner(_ id: String = "452", _ version: String = "v1") throws -> CaseSigner {
    CaseSigner(key: try SigningKey.random(), keyID: id, keyVersion: version)
}

/// A folder of its own for the test, gone after it.
func withFolder(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/cases-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
}

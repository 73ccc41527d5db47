// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Foundation
import Testing

@testable import bluezonectl

@Suite struct CountFileTests {
    private let folder: Scratch
    private let file: CountFile

    init() throws {
        folder = try Scratch()
        file = CountFile(path: folder.path + "/counts.csv")
    }

    static func count(_ quarters: Int64, _ people: Int) -> QuarterCount {
        QuarterCount(
            quarter: Quarter(at: GateCounterTests.start.advanced(by: .seconds(900 * quarters))),
            bluezone: Tally(people),
            exposureNotification: .few, people: Tally(people), seconds: 900)
    }

    private let old = UTCDay(number: 0)

    private var text: String { (try? String(contentsOfFile: file.path, encoding: .utf8)) ?? "" }

    @Test func `the file is CSV, a line for each quarter`() throws {
        try file.append(Self.count(0, 7), droppingBefore: old)
        try file.append(Self.count(1, 1), droppingBefore: old)
        #expect(
            text == """
                start,bluezone,exposure_notification,people,seconds
                2026-11-21T07:00:00Z,7,<3,7,900
                2026-11-21T07:15:00Z,<3,<3,<3,900

                """)
        let (counts, damaged) = try file.read()
        #expect(counts == [Self.count(0, 7), Self.count(1, 1)] && damaged == 0)
    }

    @Test func `a torn tail is dropped at any length, the lines before it stay`() throws {
        try file.append(Self.count(0, 7), droppingBefore: old)
        let whole = text
        let line = Self.count(1, 4).line
        for length in 1...line.utf8.count {
            try (whole + line.prefix(length)).write(toFile: file.path, atomically: true, encoding: .utf8)
            #expect(try file.read().counts == [Self.count(0, 7)])
            try file.append(Self.count(2, 9), droppingBefore: old)
            let (counts, damaged) = try file.read()
            #expect(counts == [Self.count(0, 7), Self.count(2, 9)] && damaged == 0)
        }
    }

    @Test func `a file torn in its first line begins anew`() throws {
        try folder.file("counts.csv", "start,blue")
        try file.append(Self.count(0, 3), droppingBefore: old)
        #expect(try file.read().counts == [Self.count(0, 3)])
    }

    @Test func `old days go, their neighbours stay`() throws {
        for quarter: Int64 in [-96, -1, 0, 1] { try file.append(Self.count(quarter, 5), droppingBefore: old) }
        try file.append(Self.count(2, 5), droppingBefore: GateCounterTests.start.day)
        // 28 quarters of the day lie before 07:00.
        #expect(try file.read().counts == [-1, 0, 1, 2].map { Self.count($0, 5) })
    }

    @Test func `lines that nobody understands are counted, not read, and not thrown away`() throws {
        try file.append(Self.count(0, 7), droppingBefore: old)
        try (text + "2026-11-21T07:15:00Z,1,1,1,900\n2026-11-21T07:16:00Z,3,3,3,900\n,,,,\n\n").write(
            toFile: file.path, atomically: true, encoding: .utf8)
        try file.append(Self.count(3, 8), droppingBefore: old)
        let (counts, damaged) = try file.read()
        #expect(counts == [Self.count(0, 7), Self.count(3, 8)] && damaged == 4)
    }

    @Test func `the file is readable to the group and to nobody else`() throws {
        try file.append(Self.count(0, 7), droppingBefore: old)
        try file.append(Self.count(1, 7), droppingBefore: old)
        let permissions = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(permissions == 0o640)
    }

    @Test func `local time is written with its offset`() {
        let hanoi = LocalTime { _ in 7 * 3600 }
        #expect(hanoi.stamp(GateCounterTests.start) == "2026-11-21T14:00:00+07:00")
        #expect(hanoi.clock(GateCounterTests.start.advanced(by: .seconds(61)), withSeconds: true) == "14:01:01")
        let west = LocalTime { _ in -(9 * 3600 + 1800) }
        #expect(west.stamp(GateCounterTests.start) == "2026-11-20T21:30:00-09:30")
    }

    @Test(arguments: ["2026-11-21T07:00:00Z", "1970-01-01T00:00:00Z"])
    func `a moment comes back from its text`(text: String) {
        #expect(Timestamp(stamp: text)?.stamp == text)
    }

    @Test(arguments: [
        "", "T", "2026-11-21", "2026-11-21T24:00:00Z", "2026-11-21T07:00Z", "2026-11-21T99999999999999999999:00:00Z",
        "2026-11-21T9223372036854775807:9223372036854775807:00Z", "2026-11-21T07:00:00", "2026-13-21T07:00:00Z",
    ])
    func `no other text is a moment`(text: String) {
        #expect(Timestamp(stamp: text) == nil)
    }
}

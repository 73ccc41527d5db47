// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases

@testable import Exposure
@testable import bluezonectl

/// The JSON of people and servers: the Bluezone app's case message, and the case keys that `export make` takes.
enum CaseMessageInput: FuzzedInput {
    static func check(_ bytes: [UInt8]) throws {
        if let cases = try read({ () throws(CommandFailure) in try CaseMessage.cases(bytes, name: "message") }) {
            for entry in cases { try checkRequirement(entry) }
            let again = try CaseMessage.cases(Array(text(cases).utf8), name: "again")
            try demand(again == cases, "cases are read as they were written")
        }
        if let file = try read({ () throws(CommandFailure) in try CaseKeyFile(bytes, name: "keys") }) {
            let json = JSON.object([
                .init("keys", .array(file.keys.map(\.json))),
                .init("revisedKeys", .array(file.revisedKeys.map(\.json))),
            ])
            let again = try CaseKeyFile(Array(json.text.utf8), name: "again")
            try demand(again.keys == file.keys, "keys are read as they were written")
            try demand(again.revisedKeys == file.revisedKeys, "revised keys are read as they were written")
        }
    }

    /// What `body` reads; nil when it refuses the input in one line.
    private static func read<Answer>(_ body: () throws(CommandFailure) -> Answer) throws -> Answer? {
        do throws(CommandFailure) {
            return try body()
        } catch {
            let text = error.description
            try demand(text.count > 10 && !text.contains { $0.isNewline }, "a refusal is one line: “\(text)”")
            return nil
        }
    }

    private static func checkRequirement(_ entry: BluezoneCase) throws {
        let seconds = 0...253_402_300_799 as ClosedRange<Int64>
        try demand(
            entry.key.format == .bluezone && entry.key.bytes.count == 32 && seconds.contains(entry.start.seconds)
                && seconds.contains(entry.end.seconds) && entry.end.seconds - entry.start.seconds <= 366 * 86_400
                && (1...1440).contains(entry.slotsPerDay),
            "a case has \(BluezoneCase.requirement)")
        try demand(entry.slotMilliseconds > 0, "a slot lasts")
    }

    private static func text(_ cases: [BluezoneCase]) -> String {
        let entries = cases.map { entry in
            JSON.object([
                .init("daily_key", .string(entry.key.bytes.hex)), .init("time_start", .integer(entry.start.seconds)),
                .init("time_end", .integer(entry.end.seconds)), .init("max", .integer(Int64(entry.slotsPerDay))),
            ])
        }
        return JSON.object([.init("data", .array(entries))]).text
    }

    static func seeds() throws -> [Seed] {
        let cases = (0..<3).compactMap { index in
            BluezoneCase(
                dailyKey: sha256([UInt8(index)]), timeStart: 1_623_196_800,
                timeEnd: 1_623_196_800 + 86_399 * Int64(index),
                slotsPerDay: 96 + index)
        }
        let exports = try ExportSamples.made().exports.map { name, export, _ in
            let keys = try CaseExport(.members(export: export, signature: nil), trust: .nobody).keys
            return Seed(name, Array(JSON.object([.init("keys", .array(keys.map(\.json)))]).text.utf8))
        }
        return exports + [
            Seed("message", Array(text(cases).utf8)), Seed("short", Array(text(Array(cases.prefix(1))).utf8)),
            Seed("none", Array(text([]).utf8)),
        ]
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Beacon
import Cases
import Testing

struct ExportPlanTests {
    private let seed = [UInt8](repeating: 5, count: 32)

    private func keys(_ count: Int, _ format: BeaconFormat = .bluezone) throws -> [CaseKey] {
        try (0..<count).map { number in
            let bytes = [UInt8(number & 255), UInt8(number >> 8)] + [UInt8](repeating: 1, count: format.keyLength - 2)
            return CaseKey(
                key: try #require(DailyKey(format: format, bytes: bytes)),
                rollingStart: 2_650_000 + UInt32(number % 3) * 144,
                rollingPeriod: UInt32(100 + number % 3), reportType: number % 2 == 0 ? .confirmedTest : .recursive,
                daysSinceOnset: number % 2 == 0 ? Int32(number % 5) : nil)
        }
    }

    private func plan(
        _ keys: [CaseKey], revised: [CaseKey] = [], sizes: ExportSizes = ExportSizes(), seed: [UInt8]? = nil
    ) -> ExportPlan {
        ExportPlan(keys: keys, revisedKeys: revised, sizes: sizes, seed: seed ?? self.seed)
    }

    @Test(arguments: BeaconFormat.allCases)
    func `a few keys are hidden among a thousand that look like them`(format: BeaconFormat) throws {
        let keys = try keys(14, format)
        let file = try #require(plan(keys).files.first)
        #expect((1000...1100).contains(file.keys.count))
        #expect(Set(keys).isSubset(of: file.keys))
        #expect(Set(file.keys.map(\.key)).count == file.keys.count)
        func looks(_ key: CaseKey) -> [Int64] {
            [
                Int64(key.rollingStart), Int64(key.rollingPeriod), Int64(key.reportType.rawValue),
                Int64(key.daysSinceOnset ?? 99),
            ]
        }
        for key in keys {
            let alike = file.keys.filter { looks($0) == looks(key) }.count
            let models = keys.filter { looks($0) == looks(key) }.count
            #expect(alike >= models * 70, "each key has its share of the padding")
        }
    }

    @Test func `the same seed makes the same files, whatever the order of the keys`() throws {
        let keys = try keys(50)
        #expect(plan(keys).files == plan(keys.reversed()).files)
        #expect(plan(keys).files != plan(keys, seed: [1]).files)
    }

    @Test func `many keys are dealt to files of nearly one size, none lost, none twice`() throws {
        let keys = try keys(2500)
        let files = plan(keys, sizes: ExportSizes(minimum: 10, jitter: 0, maximum: 1000)).files
        #expect(files.map(\.keys.count) == [833, 833, 834])
        #expect(Set(files.flatMap(\.keys)) == Set(keys))
        #expect(files[0].keys.prefix(100) != keys.prefix(100), "shuffled")
    }

    @Test func `nothing makes no file, and revised keys are not padded`() throws {
        #expect(plan([]).files.isEmpty)
        let files = plan([], revised: try keys(3)).files
        #expect(files.count == 1)
        #expect(files.first?.keys.isEmpty == true)
        #expect(files.first?.revisedKeys.count == 3)
    }
}

extension ExportPlan {
    fileprivate var files: [File] { (0..<count).map(file) }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Exposure
import Glibc
import Platform
import Testing

@testable import Station

/// Exports that the authority signed and that do not belong here or now, and files that change while they are read.
@Suite struct ReplayedExportTests {
    let scene: CaseScene

    init() throws {
        scene = try CaseScene(ScratchFolder())
        try scene.installKey()
    }

    private func desk(regions: Set<String>? = ["VN"]) async throws -> CaseDesk {
        let desk = CaseDesk(
            places: scene.places, policy: .standard, regions: regions, retentionDays: 14,
            executor: try TestThread.executor())
        _ = await desk.open()
        return desk
    }

    /// An export of one key, which was used and whose window ended so many days from now on.
    private func export(_ byte: UInt8 = 7, day: Int, region: String = "VN") throws -> [UInt8] {
        let end = scene.now.advanced(by: .seconds(day * 86_400))
        let header = CaseExportHeader(start: end.advanced(by: .seconds(-3600)), end: end, region: region)
        let first = UInt32(clamping: Int64(scene.day.firstInterval) + Int64(day) * 144)
        let key = CaseKey(key: try scene.key(.bluezone, byte), rollingStart: first)
        return try CaseExportWriter(header: header, keys: [key]).archive(signedBy: [scene.signer])
    }

    private func work(_ bytes: [UInt8], regions: Set<String>? = ["VN"]) async throws -> CaseDeskReport {
        try scene.folder.write(bytes, to: "spool/one.zip")
        return await (try await desk(regions: regions)).work(at: scene.now, ownKeys: [], always: false)
    }

    @Test func `an export of last year is refused`() async throws {
        let report = try await work(try export(day: -365))
        #expect(report.imported == 0 && report.caseKeys == 0 && report.lastImport == nil)
        #expect(report.refused.first?.contains("somebody shows again what was published then") == true)
    }

    @Test func `one that is too old to be compared is passed over, and does not count as news`() async throws {
        let report = try await work(try export(day: -20))
        #expect(report.imported == 0 && report.caseKeys == 0 && report.refused.isEmpty && report.lastImport == nil)
        #expect(try await work(try export(day: -14)).imported == 1)
    }

    @Test func `one of a day to come is refused`() async throws {
        let report = try await work(try export(day: 3))
        #expect(report.imported == 0 && report.refused.first?.contains("which is to come") == true)
        #expect(try await work(try export(day: 0)).imported == 1)
    }

    @Test func `one for another region is refused, unless its owner wants any`() async throws {
        for region in ["LA", "VN-04", "V"] {
            let report = try await work(try export(day: 0, region: region))
            #expect(report.imported == 0)
            #expect(report.refused.first?.contains("it is for the region \(region); expected is VN") == true)
        }
        #expect(try await work(try export(8, day: 0, region: "")).imported == 1, "a file that is silent is for all")
        #expect(try await work(try export(9, day: 0, region: "LA"), regions: nil).imported == 1)
        #expect(try await work(try export(10, day: 0, region: "VN-04"), regions: ["VN", "VN-04"]).imported == 1)
    }

    /// Does something to the file while it is being imported; answers what came of it and how many keys are there.
    private func importing(
        _ bytes: [UInt8], _ change: @escaping (String) throws -> Void
    ) throws -> (outcome: ImportOutcome?, error: CaseError?, keys: Int) {
        try scene.folder.write(bytes, to: "spool/swapped.zip")
        let path = scene.places.spool + "/swapped.zip"
        var store = try CaseKeyStore(folder: scene.places.cases)
        let (keys, _) = try AuthorityKeys.read(folder: scene.places.keysFolder)
        var isDone = false
        do throws(CaseError) {
            let outcome = try store.importExport(
                .file(path), signedBy: keys, today: scene.day,
                isStopped: {
                    if !isDone { try? change(path) }
                    isDone = true
                    return false
                })
            #expect(isDone)
            return (outcome, nil, store.keyCount)
        } catch {
            #expect(isDone)
            return (nil, error, store.keyCount)
        }
    }

    /// An export of many pieces of 64 KiB.
    private func large(_ first: UInt8, by signer: CaseSigner? = nil) throws -> [UInt8] {
        var keys: [DailyKey] = []
        for number in 0..<6000 {
            // Bytes that no packing makes short.
            var bytes = [first, UInt8(number & 0xFF), UInt8(number >> 8)]
            while bytes.count < 32 { bytes.append(UInt8.random(in: 0...255)) }
            keys.append(try #require(DailyKey(format: .bluezone, bytes: bytes)))
        }
        return try scene.export(keys, by: signer)
    }

    @Test func `a file that is replaced while it is read counts as what was begun`() throws {
        let other = CaseSigner(key: try SigningKey.random(), keyID: "test", keyVersion: "v1")
        let forged = try large(2, by: other)
        let result = try importing(try large(1)) { path in
            try Folder.replace(path, with: forged)
        }
        #expect(result.keys == 6000)
        guard case .counts = result.outcome else {
            Issue.record("\(String(describing: result.error))")
            return
        }
        let store = try CaseKeyStore(folder: scene.places.cases)
        var bytes: Set<UInt8> = []
        for record in store.imports(since: scene.day) {
            try store.readKeys(of: record, since: scene.day, CaseRevisions()) { key throws(CaseError) in
                bytes.insert(key.key.bytes[0])
            }
        }
        #expect(bytes == [1])
    }

    @Test func `a file that is written over while it is read counts for nothing`() throws {
        let forged = try large(2)
        let honest = try large(1)
        let result = try importing(honest) { path in
            let file = try File(path, .update)
            // Behind the first piece, as far as both files go; the end with the list of members stays.
            let middle = Array(forged[100_000..<min(forged.count, honest.count) - 4000])
            try file.write(middle, at: 100_000)
        }
        #expect(result.outcome == nil && result.error != nil && result.keys == 0)
        #expect(
            try Folder.names(in: scene.places.cases).filter { $0.hasSuffix(".export") || $0 == "incoming.new" } == [])
    }

    @Test func `a file that is cut while it is read counts for nothing`() throws {
        let result = try importing(try large(1)) { path in
            #expect(truncate(path, 90_000) == 0)
        }
        #expect(result.outcome == nil && result.error != nil && result.keys == 0)
    }
}

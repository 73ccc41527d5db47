// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Beacon
import Cases
import Foundation
import Testing

@testable import AuthorityServer

struct ExportDeskTests {
    private let place: TestAuthority

    init() throws { place = try TestAuthority() }

    private func publish(_ keys: DeviceKeys, region: String = "VN") async throws {
        try await place.serve { client in
            let answer = try await client.publish(keys, ["testType": "confirmed", "region": region])
            #expect(answer.status == 200)
        }
    }

    @Test func `lists are there before the first case, empty`() async throws {
        #expect(try await place.export() == ExportDesk.Outcome())
        for region in ["VN", "VN-04"] {
            #expect(try place.lines(region) == [])
            #expect(try place.lines(region, list: "en/index.txt") == [])
        }
    }

    @Test func `a stock client's list has Exposure Notification alone`() async throws {
        let keys = DeviceKeys(days: 2, before: place.today)
        try await publish(keys)
        try await place.export()
        let stock = try place.exports(list: "en/index.txt")
        #expect(stock.map(\.receipt.format) == [.exposureNotification])
        #expect(try Set(place.exports().map(\.receipt.format)) == [.bluezone, .exposureNotification])
        #expect(try place.exports("VN-04").isEmpty, "published for the whole country")
    }

    @Test func `a province's keys are in its own exports and in the country's`() async throws {
        let keys = DeviceKeys(days: 1, before: place.today)
        try await publish(keys, region: "VN-04")
        try await place.export()
        for region in ["VN", "VN-04"] {
            let exports = try place.exports(region)
            #expect(exports.allSatisfy { $0.header.region == region })
            #expect(exports.flatMap(\.keys).contains { $0.key.bytes == keys.bluezone[0].key })
        }
    }

    @Test func `no other file tells which of a province's keys are real`() async throws {
        for _ in 0..<2 {
            try await publish(DeviceKeys(days: 3, before: place.today), region: "VN-04")
            try await publish(DeviceKeys(days: 3, before: place.today))
            try await place.export()
            place.clock.advance(3600)
        }
        func files(_ region: String) throws -> [Set<[UInt8]>] {
            try place.exports(region).map { Set($0.keys.map(\.key.bytes)) }
        }
        let province = try files("VN-04")
        let country = try files("VN")
        #expect(province.count == 4 && country.count == 8)
        #expect(country.allSatisfy { $0.count >= place.authority.settings.sizes.minimum })
        // A file of the country's has all that one of the province's has, or nothing of it.
        for file in country {
            #expect(province.allSatisfy { $0 == file || $0.isDisjoint(with: file) })
        }
        #expect(province.allSatisfy(country.contains))
        #expect(try Set(place.exports().map(\.header.end)).count == 4, "one list has no window twice in a format")
    }

    @Test func `today's key waits for its end and two hours more`() async throws {
        var keys = DeviceKeys(days: 1, before: place.today)
        keys.bluezone = [(randomBytes(32), place.today, 0, 39)]
        keys.exposure = []
        // The slots end at 10:00, which is now.
        try await publish(keys)
        #expect(try await place.export()?.files == 0)
        place.clock.advance(7200 - 1)
        #expect(try await place.export()?.files == 0)
        place.clock.advance(1)
        #expect(try await place.export()?.files == 1)
    }

    @Test func `a crash before the list is written loses nothing and changes no file`() async throws {
        try await publish(DeviceKeys(days: 2, before: place.today))
        try await place.export()
        let lines = try place.lines()
        let files = place.path + "/public/v1/VN/"
        let before = try lines.map { try Data(contentsOf: URL(fileURLWithPath: files + $0)) }
        // As if the crash had come after the files and before the store knew of them.
        try place.sql("UPDATE batches SET finished = NULL; DELETE FROM files;")
        try Data().write(to: URL(fileURLWithPath: files + "index.txt"))
        place.clock.advance(600)
        try await place.export()
        #expect(try place.lines() == lines)
        #expect(try lines.map { try Data(contentsOf: URL(fileURLWithPath: files + $0)) } == before)
    }

    @Test func `after what a crash interrupted comes what was published since`() async throws {
        try await publish(DeviceKeys(days: 2, before: place.today))
        try await place.export()
        try place.sql("UPDATE batches SET finished = NULL; DELETE FROM files;")
        try await publish(DeviceKeys(days: 3, before: place.today))
        place.clock.advance(600)
        #expect(try await place.export()?.files == 4)
        #expect(try place.lines().count == 4)
        #expect(try await place.export() == ExportDesk.Outcome())
    }

    @Test func `an export goes on after the disk was full`() async throws {
        try await publish(DeviceKeys(days: 2, before: place.today))
        // A file where a folder should be stands for whatever keeps the export from being written.
        let folder = place.path + "/public/v1"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: folder + "/VN"))
        await #expect(throws: (any Error).self) { try await place.export() }
        try FileManager.default.removeItem(atPath: folder + "/VN")
        #expect(try await place.export()?.files == 2)
        #expect(try place.exports().count == 2)
    }

    @Test func `two keys sign side by side, and either is enough for a device`() async throws {
        let second = try SigningKey.random()
        let path = place.path + "/keys/export-452-v2.pem"
        try Data(second.pem).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try await publish(DeviceKeys(days: 1, before: place.today))
        _ = try await ExportDesk(Authority(AuthorityFolder(place.path))).export(now: place.clock.now)
        let file = place.path + "/public/v1/VN/" + (try #require(place.lines().first))
        for key in [place.publicKey, try second.publicKey(name: "452-v2")] {
            let export = try CaseExport(.file(file), trust: .signed(by: AuthorityKeys(named: [key])))
            #expect(export.receipt.signer == key.name)
        }
    }

    @Test func `old files leave the list and the disk`() async throws {
        try await publish(DeviceKeys(days: 1, before: place.today))
        try await place.export()
        let old = try place.lines()
        place.clock.advance(16 * 86_400)
        try await publish(DeviceKeys(days: 1, before: place.today))
        try await place.export()
        place.clock.advance(60)
        #expect(try await place.export()?.retired == 2)
        #expect(try Set(place.lines()).isDisjoint(with: old))
        for line in old { #expect(!FileManager.default.fileExists(atPath: place.path + "/public/v1/VN/" + line)) }
        #expect(try place.exports().count == 2)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Beacon
import Cases
import Foundation
import Testing

@testable import AuthorityServer

/// Exports that end in the middle of a batch of three files, and are finished later.
struct InterruptedExportTests {
    private let place: TestAuthority
    private let keys: DeviceKeys
    private let folder: String

    init() async throws {
        let place = try TestAuthority { $0.sizes = ExportSizes(minimum: 2500, jitter: 0, maximum: 1000) }
        let keys = DeviceKeys(days: 14, before: place.today)
        try await place.serve { client in
            let count = try await client.publish(keys)["insertedExposures"]
            #expect(count == "28")
        }
        (self.place, self.keys) = (place, keys)
        folder = place.path + "/public/v1/VN/bz/"
        // The end comes when all files are there and the store is to learn of it; the last two then go, as if it had come sooner.
        try place.sql(
            """
            CREATE TRIGGER crash BEFORE UPDATE OF finished ON batches BEGIN SELECT RAISE(ABORT, 'the end'); END
            """)
        await #expect(throws: (any Error).self) { try await place.export() }
        try place.sql("DROP TRIGGER crash")
        let names = try names()
        #expect(names.count == 3)
        for name in names.dropFirst() { try FileManager.default.removeItem(atPath: folder + name) }
        #expect(try place.sql("SELECT count(*) FROM batches WHERE finished IS NULL") == "1")
    }

    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }

    /// Exports with other sizes than before.
    private func exportElsewise() async throws -> ExportDesk.Outcome? {
        var settings = place.authority.settings
        settings.sizes = ExportSizes(minimum: 20, jitter: 5, maximum: 1000)
        try JSONEncoder().encode(settings).write(to: URL(fileURLWithPath: place.path + "/settings.json"))
        return try await ExportDesk(Authority(AuthorityFolder(place.path))).export(now: place.clock.now)
    }

    @Test func `it is finished with the same keys, though some had their time meanwhile and sizes changed`()
        async throws
    {
        let first = folder + (try #require(names().first))
        let before = try Data(contentsOf: URL(fileURLWithPath: first))
        // Three hours more than fourteen days after the end of the oldest key.
        place.clock.advance(17 * 3600)
        _ = try await exportElsewise()
        #expect(try Data(contentsOf: URL(fileURLWithPath: first)) == before)
        let exports = try place.exports().filter { $0.receipt.format == .bluezone }
        #expect(exports.map(\.keys.count) == [833, 833, 834])
        let published = exports.flatMap(\.keys).map(\.key.bytes)
        #expect(Set(published).count == 2500, "none is there twice")
        #expect(keys.bluezone.allSatisfy { published.contains($0.key) })
        // Of the other format no batch was begun, so its oldest key is over.
        let others = try place.exports().filter { $0.receipt.format == .exposureNotification }.flatMap(\.keys)
        #expect(Set(keys.exposure.map(\.key)).intersection(others.map(\.key.bytes)).count == 13)
        #expect(try place.sql("SELECT count(*) FROM keys") == "27")
        place.clock.advance(3600)
        #expect(try await exportElsewise()?.files == 0)
        #expect(try place.sql("SELECT count(*) FROM keys") == "26", "what is finished keeps no key")
    }

    @Test func `what nobody finishes for as long as keys are kept is never listed, and goes`() async throws {
        #expect(try names().count == 1)
        place.clock.advance(14 * 86_400 + 1)
        #expect(try await exportElsewise()?.files == 0)
        #expect(try names().isEmpty && place.lines().isEmpty)
        #expect(try place.sql("SELECT count(*) FROM batches WHERE finished IS NULL") == "0")
        #expect(try place.sql("SELECT count(*) FROM keys") == "0")
    }
}

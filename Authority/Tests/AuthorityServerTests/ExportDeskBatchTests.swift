// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import Cases
import Synchronization
import Testing

@testable import AuthorityServer

/// Exports of more than one batch, and of more than one file.
struct ExportDeskBatchTests {
    private func publish(_ keys: DeviceKeys, _ place: TestAuthority) async throws {
        try await place.serve { client in
            let answer = try await client.publish(keys)
            #expect(answer.status == 200)
        }
    }

    /// The last batch of each format is full for four keys, and not for five.
    @Test(arguments: [(4, 4), (5, 6)])
    func `one export has all keys that are due, though no batch takes all of them`(days: Int, files: Int) async throws {
        let place = try TestAuthority()
        let keys = DeviceKeys(days: days, before: place.today)
        try await publish(keys, place)
        let store = try EmbeddedStore(folder: place.path, batchKeys: 2)
        let desk = ExportDesk(place.authority, store: store, files: place.authority.publicFiles)
        #expect(try await desk.export(now: place.clock.now)?.files == files)
        let exports = try place.exports()
        #expect(exports.count == files)
        let found = Set(exports.flatMap(\.keys).map(\.key.bytes))
        #expect(keys.bluezone.allSatisfy { found.contains($0.key) })
        #expect(keys.exposure.allSatisfy { found.contains($0.key) })
        #expect(Set(exports.map(\.header.end)).count == files / 2, "no window comes twice in a format")
        #expect(try await desk.export(now: place.clock.now) == ExportDesk.Outcome())
    }

    @Test func `files are kept in their order, however long one takes, and lists come after them`() async throws {
        let place = try TestAuthority { $0.sizes = ExportSizes(minimum: 2500, jitter: 0, maximum: 1000) }
        var keys = DeviceKeys(days: 2, before: place.today)
        keys.exposure = []
        try await publish(keys, place)
        let files = SlowFiles()
        let desk = ExportDesk(place.authority, store: place.authority.store, files: files)
        #expect(try await desk.export(now: place.clock.now)?.files == 3)
        let kept = Array(files.paths.prefix(3))
        #expect(files.paths.filter { $0.hasSuffix(".zip") } == kept)
        #expect(kept == kept.sorted(), "a window's end is a second later with each")
        let lines = try #require(files.text("v1/VN/index.txt")).split(separator: "\n")
        #expect(lines.map { "v1/VN/\($0)" } == kept)
    }
}

/// Files in memory. The first of two that are made at the same time takes longer than the other one.
private final class SlowFiles: PublicFiles {
    private let files = Mutex<[(path: String, bytes: [UInt8])]>([])

    /// What there is, in the order in which it came.
    var paths: [String] { files.withLock { files in files.map { $0.path } } }

    func text(_ path: String) -> String? {
        files.withLock { files in
            files.last { $0.path == path }.map { String(decoding: $0.bytes, as: UTF8.self) }
        }
    }

    func has(_ path: String) async throws -> Bool {
        // Files' windows end at 1795255200, 1795255201 and so on.
        let end = path.split(separator: "-").dropLast().last.flatMap { Int($0) } ?? 1
        if end % 2 == 0 { try await Task.sleep(for: .milliseconds(500)) }
        return paths.contains(path)
    }

    func contents(_ path: String) -> [UInt8]? {
        files.withLock { files in files.last { $0.path == path }?.bytes }
    }

    func keep(_ path: String, _ bytes: [UInt8]) { files.withLock { $0.append((path, bytes)) } }
    func replace(_ path: String, _ bytes: [UInt8]) { files.withLock { $0.append((path, bytes)) } }
    func remove(_ path: String) { files.withLock { files in files.removeAll { $0.path == path } } }
}

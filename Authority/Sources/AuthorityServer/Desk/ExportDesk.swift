// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
package import Beacon
internal import Cases
internal import NIOPosix
internal import Synchronization

/// Makes exports: signed files that never change, and lists of them.
///
///     public/v1/VN/index.txt                         all files of the region, oldest first
///     public/v1/VN/bz/1795216800-1795220400-00001.zip    Bluezone keys
///     public/v1/VN/en/1795216800-1795220400-00001.zip    Exposure Notification keys
///     public/v1/VN/en/index.txt                      these alone, for clients that know no other
///
/// A province's exports are in the country's folder too, with the same keys, made-up ones among them.
package struct ExportDesk: Sendable {
    /// Files of a batch that are made at the same time, each by a core and with 20 MB.
    private static let atOnce = 2

    private let authority: Authority
    private let store: any Store
    private let publicFiles: any PublicFiles

    package init(_ authority: Authority) {
        self.init(authority, store: authority.store, files: authority.publicFiles)
    }

    /// With another store and other files than the authority has.
    init(_ authority: Authority, store: any Store, files: any PublicFiles) {
        self.authority = authority
        self.store = store
        publicFiles = files
    }

    /// What an export made.
    package struct Outcome: Hashable, Sendable {
        package var files = 0
        /// Keys in them, padding included.
        package var keys = 0
        /// Old files that were taken away.
        package var retired = 0
    }

    /// Exports all keys that are due at `now`; nil when another process is at it. What a crash interrupts the next call finishes,
    /// with the same files.
    package func export(now: Timestamp) async throws -> Outcome? {
        try await store.exclusively { try await run(now.seconds) }
    }

    private func run(_ now: Int64) async throws -> Outcome {
        var outcome = Outcome()
        let retained = now &- Int64(authority.settings.retentionDays) &* 86_400
        let retired = try await store.retire(now: now, keysBefore: retained)
        let logged = now &- Int64(authority.settings.console.auditDays) &* 86_400
        try await authority.console.retire(now: now, auditBefore: logged)
        for region in authority.settings.exportRegions {
            for format in BeaconFormat.allCases {
                while let (batch, part) = try await exportBatch(region, format, now) {
                    try await store.finishBatch(batch, files: part.files, now: now)
                    outcome.files += part.files.count
                    outcome.keys += part.keys
                    if batch.isLast { break }
                }
            }
        }
        for region in authority.settings.regions { try await writeLists(region) }
        // The lists name them no more.
        for path in retired {
            try await publicFiles.remove("v1/" + path)
            outcome.retired += 1
        }
        return outcome
    }

    /// Writes the files of the batch that is due; nil when none is.
    private func exportBatch(
        _ region: ExportRegion, _ format: BeaconFormat, _ now: Int64
    ) async throws -> (batch: ExportBatch, part: (files: [ExportFile], keys: Int))? {
        let begun = try await store.beginBatch(
            region: region, format: format, sizes: authority.settings.sizes, now: now)
        guard var batch = begun else { return nil }
        let box = Mutex(batch.takeKeys())
        let rest = batch
        // Seconds of work for a large batch, on a thread that answers no request.
        let plan = try await NIOThreadPool.singleton.runIfActive {
            let keys = box.withLock { keys in
                defer { keys = [] }
                return keys
            }
            return ExportPlan(keys: keys, revisedKeys: rest.revisedKeys, sizes: rest.sizes, seed: rest.seed)
        }
        return (rest, try await write(plan, rest))
    }

    /// Writes a batch's files; answers them, and how many keys there are in them.
    private func write(_ plan: ExportPlan, _ batch: ExportBatch) async throws -> (files: [ExportFile], keys: Int) {
        if plan.count == 0 { try await removeFiles(of: batch) }
        var keys = 0
        for first in stride(from: 0, to: plan.count, by: ExportDesk.atOnce) {
            let parts = try await withThrowingTaskGroup { group in
                for number in first..<min(first + ExportDesk.atOnce, plan.count) {
                    group.addTask { try await make(number, plan, batch) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            // In their order: what a crash leaves is there from the first file on.
            for part in parts.sorted(by: { $0.number < $1.number }) {
                for (path, archive) in part.archives { try await publicFiles.keep(path, archive) }
                keys += part.keys
            }
        }
        return ((0..<plan.count).map(batch.file), keys)
    }

    /// One of a batch's files, for every list that has it.
    private struct Part: Sendable {
        var number: Int
        var keys: Int
        var archives: [(path: String, archive: [UInt8])] = []
    }

    private func make(_ number: Int, _ plan: ExportPlan, _ batch: ExportBatch) async throws -> Part {
        let file = batch.file(number)
        let content = plan.file(number)
        var part = Part(number: number, keys: content.keys.count + content.revisedKeys.count)
        for region in batch.region.lists {
            let path = batch.path(file, in: region)
            // One that stands there is whole, and somebody may have fetched it.
            if try await publicFiles.has(path) { continue }
            let bytes = try await NIOThreadPool.singleton.runIfActive {
                try archive(content, batch, region, file.end)
            }
            part.archives.append((path, bytes))
        }
        return part
    }

    /// Takes away what was written of a batch whose keys have had their time before it was finished: no list ever named it.
    private func removeFiles(of batch: ExportBatch) async throws {
        for region in batch.region.lists {
            var number = 0
            while try await publicFiles.has(batch.path(batch.file(number), in: region)) {
                try await publicFiles.remove(batch.path(batch.file(number), in: region))
                number += 1
            }
        }
    }

    private func archive(
        _ part: ExportPlan.File, _ batch: ExportBatch, _ region: String, _ end: Int64
    ) throws -> [UInt8] {
        let header = CaseExportHeader(
            start: Timestamp(seconds: batch.start), end: Timestamp(seconds: end), region: region)
        return try CaseExportWriter(header: header, keys: part.keys, revisedKeys: part.revisedKeys)
            .archive(signedBy: authority.signers)
    }

    /// Lists are there from the start, empty: a device that asks too early is not told that it has the wrong address.
    private func writeLists(_ region: String) async throws {
        let files = try await store.files(region: region)
        try await writeList("v1/\(region)/index.txt", files.map(\.path))
        let stock = files.filter { $0.format == .exposureNotification }
        try await writeList("v1/\(region)/en/index.txt", stock.map { String($0.path.dropFirst("en/".count)) })
    }

    private func writeList(_ path: String, _ lines: [String]) async throws {
        try await publicFiles.replace(path, Array(lines.map { $0 + "\n" }.joined().utf8))
    }
}

extension ExportBatch {
    /// The name of its file `number`, from 0. Parts of a large batch differ in their end, because Android takes two files of one
    /// window for the same.
    fileprivate func file(_ number: Int) -> ExportFile {
        let last = end &+ Int64(number)
        return ExportFile(
            path: "\(format == .bluezone ? "bz" : "en")/\(start)-\(last)-00001.zip", format: format, end: last)
    }

    /// Where everybody finds it who has this region's list.
    fileprivate func path(_ file: ExportFile, in region: String) -> String { "v1/" + region + "/" + file.path }

    /// The keys, which the batch has no more: a million of them are there once.
    fileprivate mutating func takeKeys() -> [CaseKey] {
        let taken = keys
        keys = []
        return taken
    }
}

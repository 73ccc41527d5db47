// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform
package import Settings

/// What one run did.
package struct SyncOutcome: Hashable, Sendable {
    /// Files now in the spool that were not before.
    package var fetched = 0
    /// Bytes of these.
    package var bytes = 0
    /// Files that could not be fetched.
    package var failed = 0
    /// Lines of the list that were not followed.
    package var refused = 0
    /// Files that wait for the next run.
    package var left = 0
    /// Whether another policy of the authority's lies in the spool than before.
    package var hasNewPolicy = false
}

/// One run: ask for the list, fetch what is new, remember it.
package struct SyncRun {
    let index: SourceURL
    private let base: SourceURL
    private let maximumBytes: Int
    private let folder: String
    private let spoolFolder: String
    let report: (SyncMessage) -> Void

    /// `index` is the list's place; spool and base come from `settings`. `report` gets what a person should read.
    package init(_ settings: Settings, index: SourceURL, report: @escaping (SyncMessage) -> Void) {
        self.index = index
        base = settings.sync.base ?? index.folder
        maximumBytes = settings.sync.maximumBytes
        spoolFolder = settings.cases.spool
        let slash = spoolFolder.lastIndex(of: "/") ?? spoolFolder.startIndex
        folder = String(spoolFolder[..<slash])
        self.report = report
    }

    /// Runs to the end. Throws when there is no list or no disk; a single file's failure is counted and reported.
    ///
    /// Another run on the same spool ends this one with an error that `isLocked`.
    package func run() throws(SyncError) -> SyncOutcome {
        do {
            let spool = try Spool(spoolFolder)
            let lock = try File(folder + "/lock", .update)
            try lock.lock()
            let held = try spool.retire(after: SyncLimits.spoolDays, now: KernelClock.wallMilliseconds / 1000)
            return try run(spool, held: held)
        } catch let error as SystemError {
            throw .disk(error)
        } catch let error as SyncError {
            throw error
        } catch {
            throw .transfer(url: index.description, reason: "\(error)")
        }
    }

    private func run(_ spool: Spool, held: Int) throws(SyncError) -> SyncOutcome {
        let place = folder + "/cursor"
        var cursor = Cursor.load(place, index: index.description)
        let known = cursor
        let fetched = try fetchList(knownTag: cursor.etag)
        var outcome = SyncOutcome()
        outcome.hasNewPolicy = try fetchPolicy(into: spool, &cursor)
        guard let (list, etag) = fetched else {
            if cursor != known { do { try cursor.store(place) } catch { throw .disk(error) } }
            return outcome
        }
        outcome.refused = list.refusals.count
        for refusal in list.refusals.prefix(20) {
            report(.warning("\(index): line \(refusal.line) \(refusal.reason)"))
        }
        cursor.etag = nil
        cursor.done.formIntersection(list.paths)
        let new = list.paths.filter { !cursor.done.contains($0) }
        let failure = fetchAll(new, into: spool, held: held, &cursor, &outcome)
        outcome.left = new.count - outcome.fetched - outcome.failed
        if outcome.failed == 0 && outcome.left == 0 { cursor.etag = etag }
        do { try cursor.store(place) } catch { throw .disk(error) }
        if let failure { throw failure }
        return outcome
    }

    /// The list and its tag; nil when the server says that it is as it was.
    private func fetchList(knownTag: String?) throws(SyncError) -> (ExportIndex, String?)? {
        let content = Content()
        let request = TransferRequest(url: index, maximumBytes: SyncLimits.indexBytes, knownTag: knownTag)
        let answer = try fetch(request) { _, bytes throws(SystemError) in
            content.bytes += bytes.indices.map { bytes[$0] }
        }
        return answer.isUnchanged ? nil : (ExportIndex(content.bytes), answer.etag)
    }

    /// Fetches `paths` in their order. Answers the error that no further file could have escaped, if one ended it.
    private func fetchAll(
        _ paths: [String], into spool: Spool, held: Int, _ cursor: inout Cursor, _ outcome: inout SyncOutcome
    ) -> SyncError? {
        var failuresInRow = 0
        for path in paths.prefix(SyncLimits.filesPerRun) {
            let room = SyncLimits.spoolBytes - held - outcome.bytes
            if room <= 0 { return .spoolFull(folder: spoolFolder, limit: SyncLimits.spoolBytes) }
            let download = Download(
                spool: spool, path: path, url: base.appending(path), maximumBytes: maximumBytes)
            do {
                outcome.bytes += try download.run()
                outcome.fetched += 1
                cursor.done.insert(path)
                failuresInRow = 0
                // A power cut costs these few a second download; writing each time would wear out an SD card.
                if outcome.fetched % 25 == 0 { try? cursor.store(folder + "/cursor") }
            } catch {
                report(.warning(error.description))
                outcome.failed += 1
                failuresInRow += 1
                if error.isLocal { return error }
                if failuresInRow == SyncLimits.failuresInRow { break }
            }
        }
        return nil
    }
}

/// What a run tells while it works.
package enum SyncMessage: Hashable, Sendable {
    case warning(String)
}

final class Content {
    var bytes: [UInt8] = []
}

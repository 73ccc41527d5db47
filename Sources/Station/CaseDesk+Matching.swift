// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Cases
internal import Exposure
internal import Journal
internal import Platform

extension CaseDesk {
    /// Compares the journal with every case key and takes down what the owner must know.
    func match(
        at now: Timestamp, ownKeys: Set<DailyKey>, published: Set<UTCDay>, _ report: inout CaseDeskReport
    ) {
        let begin = KernelClock.sinceBoot
        let oldest = now.day.advanced(by: -retentionDays)
        do throws(CaseError) {
            try store?.retire(before: oldest)
        } catch {
            report.troubles.append(error.description)
        }
        let log = MatchLog()
        let matches = compare(since: oldest, ownKeys: ownKeys, log)
        report.troubles += log.troubles
        report.damage = log.damage
        // A part of the matches would make a part of an alert: the next start goes on.
        guard let matches, !Task.isCancelled else { return }
        let assessment = Assessment(matches: matches, policy: policies.policy, today: now.day, published: published)
        report.matchedKeys = matches.count
        report.matchTime = KernelClock.sinceBoot - begin
        report.lastMatch = now
        if log.troubles.isEmpty && log.damage.isEmpty {
            report.takenBack = takeBack(assessment, matches, since: oldest, now.day, published)
        }
        keep(assessment.alerts, now.day, &report)
        if report.news.isEmpty { endProgress() }
    }

    /// Everything that was heard of keys in use on `oldest` or later; nil when it was stopped.
    private func compare(since oldest: UTCDay, ownKeys: Set<DailyKey>, _ log: MatchLog) -> [Match]? {
        // Without keys there is nothing to compare, and a journal may be long.
        guard let store, store.keyCount > 0 else { return [] }
        do {
            let source = try sightings(since: oldest.advanced(by: -DayRun.reach), log)
            let census = SightingCensus(source)
            log.isCounting = false
            let (revisions, damaged) = try store.revisions()
            for trouble in damaged { log.note(trouble) }
            progress = MatchProgress.stored(at: places.progress, revisions: revisions.origin)
            let crew = try WorkCrew(name: "matcher")
            var matches: [Match] = []
            for run in census.runs() where run.keyDays.upperBound >= oldest {
                if Task.isCancelled { return nil }
                let index = try HeardIndex(run, census: census, source: source)
                let found = try sift(store, revisions, index, crew, since: oldest, log)
                matches += found.matches(in: run, source, ownKeys: ownKeys)
            }
            return matches
        } catch {
            if (error as? CaseError) != .stopped { log.troubles.append("\(error)") }
            return nil
        }
    }

    /// The journal's days on which a key of `oldest` or later may have been heard.
    func sightings(since oldest: UTCDay, _ log: MatchLog) throws(JournalError) -> SightingSource {
        let reader = JournalReader(folder: places.journal, credential: places.credential)
        return SightingSource(days: try reader.days().filter { $0 >= oldest }) { day, body in
            do throws(JournalError) {
                log.note(try reader.read(day, body))
            } catch {
                log.note(error)
            }
        }
    }

    /// Picks the keys that were heard out of all imports.
    private func sift(
        _ store: CaseKeyStore, _ revisions: CaseRevisions, _ index: HeardIndex, _ crew: WorkCrew, since oldest: UTCDay,
        _ log: MatchLog
    ) throws -> SieveFinding {
        var finding = SieveFinding()
        for record in store.imports(since: max(oldest, index.run.keyDays.lowerBound)) {
            let unit = MatchProgress.Unit(digest: record.digest, run: index.run)
            let sieve = CaseSieve(index, crew: crew)
            if let known = progress.keys(of: unit) {
                for key in known { sieve.take(key) }
                finding.add(try sieve.finish())
                continue
            }
            do throws(CaseError) {
                try read(record, of: store, revisions, since: oldest, into: sieve)
            } catch {
                // What it has found of a damaged import does not count; the other imports do.
                guard case .damagedImport = error else { throw error }
                log.note(error)
                continue
            }
            let found = try sieve.finish()
            finding.add(found)
            note(unit, found.keys)
        }
        return finding
    }

    private func read(
        _ record: ImportRecord, of store: CaseKeyStore, _ revisions: CaseRevisions, since oldest: UTCDay,
        into sieve: CaseSieve
    ) throws(CaseError) {
        var count = 0
        try store.readKeys(of: record, since: oldest, revisions) { (key) throws(CaseError) in
            sieve.take(key)
            count &+= 1
            if count & 1023 == 0, Task.isCancelled { throw .stopped }
        }
    }

    /// Stores the progress, at most once a second: small work needs none, and long work loses a second.
    private func note(_ unit: MatchProgress.Unit, _ keys: [CaseKey]) {
        progress.note(unit, keys)
        guard KernelClock.sinceBoot - progressStored > .seconds(1) else { return }
        progressStored = KernelClock.sinceBoot
        try? Folder.make(places.alertsFolder)
        try? Folder.replace(places.progress, with: Array(progress.text.utf8))
    }

    /// Drops the progress of a comparison whose alerts have been told and stored: the next one compares everything.
    func endProgress() {
        progress = MatchProgress(revisions: [])
        if Folder.exists(places.progress) { try? Folder.remove(places.progress) }
    }

    private func keep(_ alerts: [Alert], _ today: UTCDay, _ report: inout CaseDeskReport) {
        var next = book
        next.forget(before: today.advanced(by: -30))
        report.news = next.take(alerts)
        book = next
    }
}

/// What goes wrong while the journal is compared, each trouble once.
final class MatchLog {
    var troubles: [String] = []
    private(set) var damage: [SegmentReport] = []
    /// Each day is read several times: only the first reading is noted.
    var isCounting = true

    func note(_ report: SegmentReport) {
        if isCounting, report.isDamaged { damage.append(report) }
    }

    func note(_ error: any Error) {
        let text = "\(error)"
        if !troubles.contains(text) { troubles.append(text) }
    }
}

extension MatchProgress {
    /// What is stored of a comparison with the same revisions; otherwise a new beginning.
    fileprivate static func stored(at path: String, revisions: [[UInt8]]) -> MatchProgress {
        let text = try? Folder.text(of: path)
        guard let stored = text.flatMap({ MatchProgress(text: $0) }), stored.revisions == revisions else {
            return MatchProgress(revisions: revisions)
        }
        return stored
    }
}

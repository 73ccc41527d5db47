// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
internal import Exposure
package import Journal
package import Platform

/// What the recorder knows about the encounter journal, for the status.
package struct RecorderStatus: Hashable, Sendable {
    /// The UTC day that the two counts are of.
    package var day: UTCDay
    package var sightingsToday = 0
    package var identifiersToday = 0
    /// Replays among the sightings of today.
    package var replaysToday = 0
    /// Whether so many identifiers were heard that not all are told apart: `identifiersToday` and `replaysToday` are then at
    /// least so many.
    package var isCrowded = false
    /// Whether sightings of today were left out because its segment has as many as it may have by now.
    package var isFull = false
    package var lastSighting: Timestamp?
    package var journalBytes = 0
    package var daysRecorded = 0
    /// Why the last sightings could not be written; nil when they were.
    package var trouble: JournalError?
    /// Sightings dropped since the start because they could not be written.
    package var lost = 0
    /// Sightings left out since the start because there were more than a day may have.
    package var leftOut = 0
    /// What was found damaged: today's segment when its day began for this process, every segment once they were verified.
    package var damage = JournalDamage()

    init(day: UTCDay) {
        self.day = day
    }
}

/// Owns the encounter journal's writer. Works on a thread of its own, because a disk may take its time.
package actor Recorder {
    private let executor: ThreadExecutor
    private let folder: String
    private var retentionDays: Int
    private let credential: JournalCredential?
    private let limits: RecorderLimits
    private var writer: JournalWriter?
    private var identifiers: Set<UInt64> = []
    private var replays: ReplayWatch
    private var status: RecorderStatus

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// A recorder for the journal in `folder`, which `open` opens. `credential` seals the journal's keys.
    package init(
        folder: String, retentionDays: Int, credential: JournalCredential? = nil,
        limits: RecorderLimits = RecorderLimits(), executor: ThreadExecutor
    ) {
        self.folder = folder
        self.retentionDays = retentionDays
        self.credential = credential
        self.limits = limits
        self.executor = executor
        replays = ReplayWatch(limit: limits.identifiers)
        self.status = RecorderStatus(day: UTCDay(number: 0))
    }

    /// Takes the journal and counts what today already has. Throws only `inUse`: any other trouble is told in the
    /// status and tried again with every scan.
    package func open(at now: Timestamp) throws(JournalError) -> RecorderStatus {
        do throws(JournalError) {
            try openWriter().prepare()
        } catch {
            if case .inUse = error { throw error }
            status.trouble = error
        }
        begin(now.day)
        return status
    }

    /// Writes one scan's sightings, as many as the day may have, and waits until they are on the medium.
    package func record(_ heard: [Sighting], at now: Timestamp) -> RecorderStatus {
        if now.day != status.day { begin(now.day) }
        let sightings = admit(heard, at: now)
        do throws(JournalError) {
            let writer = try openWriter()
            if sightings.isEmpty {
                // A scan that heard nobody takes no trouble away that the next one would have.
                try writer.prepare()
            } else {
                try writer.append(sightings)
            }
            try writer.commit()
            status.trouble = nil
            count(sightings)
        } catch {
            status.trouble = error
            status.lost += sightings.count
        }
        return status
    }

    /// Deletes every sighting.
    package func forget(at now: Timestamp) throws(JournalError) -> RecorderStatus {
        try openWriter().removeAll()
        status.lastSighting = nil
        status.damage = JournalDamage()
        replays = ReplayWatch(limit: limits.identifiers)
        begin(now.day)
        return status
    }

    /// Days that sightings are kept; `retire` drops older ones.
    package func keep(days: Int) {
        retentionDays = days
    }

    /// Drops the segments that are too old and closes those that nothing more goes to.
    package func retire(today: UTCDay) -> RecorderStatus {
        do throws(JournalError) {
            // What was heard late on a day is kept for the whole number of days, so its segment goes one day later.
            try writer?.retire(before: today.advanced(by: -retentionDays))
            try writer?.close(before: today)
        } catch {
            status.trouble = error
        }
        measure()
        return status
    }

    /// Reads every segment, a day at a time, and says which are damaged. What comes meanwhile is written in between.
    package func verify() async -> RecorderStatus {
        guard let days = try? reader.days() else { return status }
        var segments: [SegmentReport] = []
        for day in days {
            if let report = try? reader.readPacked(day, { _ in }), report.isDamaged { segments.append(report) }
            await Task.yield()
        }
        status.damage = JournalDamage(
            segments: segments, keys: (try? reader.keyReport()) ?? nil, setAside: (try? reader.filesSetAside()) ?? [])
        return status
    }

    private var reader: JournalReader { JournalReader(folder: folder, credential: credential) }

    private func openWriter() throws(JournalError) -> JournalWriter {
        if let writer { return writer }
        let writer = try JournalWriter(storage: DiskStorage(folder: folder), credential: credential)
        self.writer = writer
        return writer
    }

    /// The sightings that there is room for, the earliest of today and all of other days: those were held while the clock
    /// was not trusted, or heard before midnight, and are few.
    private func admit(_ sightings: [Sighting], at now: Timestamp) -> [Sighting] {
        var room = max(0, limits.sightings(by: now) - status.sightingsToday)
        guard sightings.count > room else { return sightings }
        let admitted = sightings.filter { sighting in
            guard sighting.time.day == status.day else { return true }
            room -= 1
            return room >= 0
        }
        guard admitted.count < sightings.count else { return sightings }
        status.isFull = true
        status.leftOut += sightings.count - admitted.count
        return admitted
    }

    private func count(_ sightings: [Sighting]) {
        let isFirst = status.sightingsToday == 0
        status.journalBytes += sightings.count * JournalFormat.recordSize
        for sighting in sightings {
            status.lastSighting = max(sighting.time, status.lastSighting ?? sighting.time)
            guard sighting.time.day == status.day else { continue }
            countToday(sighting)
        }
        noteIdentifiers()
        // The day's first sighting made a segment.
        if isFirst, !sightings.isEmpty { measure() }
    }

    private func countToday(_ sighting: Sighting) {
        status.sightingsToday += 1
        if identifiers.count < limits.identifiers { identifiers.insert(sighting.payload.identifier.low) }
        if replays.isReplay(sighting) { status.replaysToday += 1 }
    }

    private func noteIdentifiers() {
        status.identifiersToday = identifiers.count
        status.isCrowded = identifiers.count >= limits.identifiers || replays.hasForgotten
    }

    /// Begins a day: its counts are those of its segment.
    private func begin(_ day: UTCDay) {
        let old = status
        status = RecorderStatus(day: day)
        status.trouble = old.trouble
        (status.lost, status.leftOut) = (old.lost, old.leftOut)
        status.lastSighting = old.lastSighting
        status.damage = old.damage
        identifiers = []
        measure()
        guard let days = try? reader.days() else { return }
        watchReplays(on: day, of: days)
        if let last = days.last, last != day, status.lastSighting == nil {
            _ = try? reader.read(last) { status.lastSighting = max($0.time, status.lastSighting ?? $0.time) }
        }
        guard days.contains(day) else { return }
        let report = try? reader.read(day) { sighting in
            countToday(sighting)
            status.lastSighting = max(sighting.time, status.lastSighting ?? sighting.time)
        }
        noteIdentifiers()
        if let report { status.damage.note(report) }
    }

    /// A replay in the new day's first hours may be of the old one's last.
    private func watchReplays(on day: UTCDay, of days: [UTCDay]) {
        let evening = day.start.advanced(by: .seconds(-7200))
        replays.drop(before: evening)
        let yesterday = day.advanced(by: -1)
        guard replays.isEmpty, days.contains(yesterday) else { return }
        // This process was not there then.
        _ = try? reader.read(yesterday) { if $0.time >= evening { _ = replays.isReplay($0) } }
    }

    private func measure() {
        status.daysRecorded = (try? reader.days().count) ?? 0
        status.journalBytes = (try? reader.size()) ?? 0
        status.damage.note(setAside: (try? reader.filesSetAside()) ?? [])
    }
}

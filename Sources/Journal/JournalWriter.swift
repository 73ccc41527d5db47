// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
internal import Platform

/// The one writer of an encounter journal. Appends go to the segment of each sighting's UTC day; `commit` puts them on
/// the medium. Nothing is ever shortened or rewritten but the torn end of an append that a crash cut off, so a reader
/// may read segments while this writes.
package final class JournalWriter {
    private let storage: any JournalStorage
    /// Held for its lock.
    private let lock: any JournalFile
    private let keys: KeyStore
    private var segments: [UTCDay: OpenSegment] = [:]
    /// Names in the folder may differ from those on the medium.
    private var isFolderDoubtful = true
    /// Days whose segment was begun and not made to the end.
    private var unfinished: Set<UTCDay> = []

    /// Takes the folder, made when missing. Throws `inUse` when another process writes it.
    ///
    /// `credential` seals the file of keys. It is not needed until something is appended or dropped, and an error with it is
    /// thrown there. `random` makes keys; other sources than the system's are for tests.
    package init(
        storage: any JournalStorage, credential: JournalCredential? = nil,
        random: any RandomNumberGenerator = SystemRandomNumberGenerator()
    ) throws(JournalError) {
        self.storage = storage
        do {
            lock = try storage.lock()
        } catch {
            throw error.isLocked ? .inUse(folder: storage.folder) : JournalError(error)
        }
        keys = KeyStore(storage: storage, credential: credential, random: random)
    }

    /// Sees to what an earlier process left undone, and finds out whether the file of keys can be used. Appending does so
    /// as well; whoever wants to know before there is anything to append asks here. Calls nothing when it was done before.
    package func prepare() throws(JournalError) { try keys.settle() }

    /// Appends sightings of any days, in the order given within a day. They survive a crash of this process at once
    /// and a power cut after `commit`. After an error those of some days may have been appended and others not.
    package func append(_ sightings: [Sighting]) throws(JournalError) {
        guard let first = sightings.first else { return }
        for sighting in sightings where !(0...2_932_896).contains(sighting.time.day.number) { throw .timeOutOfRange }
        let day = first.time.day
        if sightings.allSatisfy({ $0.time.day == day }) {
            try open(day).append(sightings.map { PackedSighting($0) })
            return
        }
        var batches: [UTCDay: [PackedSighting]] = [:]
        for sighting in sightings { batches[sighting.time.day, default: []].append(PackedSighting(sighting)) }
        for (day, batch) in batches.sorted(by: { $0.key < $1.key }) { try open(day).append(batch) }
    }

    /// Returns when everything appended is on the medium. After an error nothing is lost that the process still holds:
    /// the next commit writes it again.
    package func commit() throws(JournalError) {
        var failure: JournalError?
        for segment in segments.values {
            do throws(JournalError) { try segment.flush() } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    /// Closes segments other than those of `day` and the day before, which late sightings may still reach.
    package func close(before day: UTCDay) throws(JournalError) {
        try commit()
        segments = segments.filter { $0.key >= day.advanced(by: -1) }
    }

    /// Destroys the keys of days before `day` and unlinks their segments; answers how many.
    @discardableResult
    package func retire(before day: UTCDay) throws(JournalError) -> Int {
        var failure: JournalError?
        do throws(JournalError) { try keys.destroy { $0 < day } } catch { failure = error }
        let count = try remove { $0 < day }
        if let failure { throw failure }
        return count
    }

    /// Destroys every key and unlinks every segment.
    package func removeAll() throws(JournalError) {
        segments = [:]
        isFolderDoubtful = true
        var failure: JournalError?
        do throws(JournalError) { try keys.destroyAll() } catch { failure = error }
        try remove { _ in true }
        if let failure { throw failure }
    }

    /// Unlinks segments, and files set aside of which those of keys are overwritten first.
    @discardableResult
    private func remove(_ isDoomed: (UTCDay) -> Bool) throws(JournalError) -> Int {
        let names = try attempt { () throws(SystemError) in try storage.names() }
        var count = 0
        for name in names {
            if let day = JournalFormat.day(ofFile: name), isDoomed(day) {
                segments[day] = nil
                unfinished.remove(day)
                isFolderDoubtful = true
                try attempt { () throws(SystemError) in try storage.remove(name) }
                count += 1
            } else if let day = JournalFormat.day(ofFileSetAside: name), isDoomed(day) {
                isFolderDoubtful = true
                try storage.destroy(name)
            }
        }
        try settleFolder()
        return count
    }

    private func settleFolder() throws(JournalError) {
        guard isFolderDoubtful else { return }
        try attempt { () throws(SystemError) in try storage.synchronize() }
        isFolderDoubtful = false
    }

    private func open(_ day: UTCDay) throws(JournalError) -> OpenSegment {
        if let segment = segments[day] { return segment }
        try keys.settle()
        let segment: OpenSegment
        if let existing = try openExisting(day) { segment = existing } else { segment = try make(day) }
        try settleFolder()
        segments[day] = segment
        return segment
    }

    /// Opens the segment that there is, with its next record behind the last good one; nil when there is none that can be
    /// appended to. One that cannot be read is set aside, so that nothing is written over it.
    private func openExisting(_ day: UTCDay) throws(JournalError) -> OpenSegment? {
        let name = JournalFormat.fileName(of: day)
        let names = try attempt { () throws(SystemError) in try storage.names() }
        guard names.contains(name), !unfinished.contains(day) else { return nil }
        let file = try attempt { () throws(SystemError) in try storage.open(name) }
        let (size, header) = try attempt { () throws(SystemError) in
            (try file.size(), try file.read(at: 0, count: JournalFormat.headerSize))
        }
        let finding = try SegmentFinding(header: header.span, day: day) { () throws(JournalError) in
            try keys.key(of: day)
        }
        guard case .readable(let cipher, let isHeaderDamaged) = finding else {
            if case .obstacle = finding { try setAside(name) }
            return nil
        }
        var scan = SegmentScan(day: day, cipher: cipher, isHeaderDamaged: isHeaderDamaged)
        try scan.run(size: size) { (offset, bytes) throws(SystemError) in
            try file.read(at: offset, into: &bytes)
        } _: { _ in
        }
        if isHeaderDamaged && scan.report.records == 0 {
            // Cut off while it was made, or lost: a page that never had a record behind it may be written over.
            if size > JournalFormat.headerSize { try setAside(name) }
            return nil
        }
        return OpenSegment(file: file, day: day, cipher: cipher, end: scan.report.end)
    }

    /// Makes a day's segment: its key is on the medium before its header, its header and its name before a record.
    private func make(_ day: UTCDay) throws(JournalError) -> OpenSegment {
        let cipher = try SegmentCipher(keys.make(for: day))
        unfinished.insert(day)
        isFolderDoubtful = true
        let file = try attempt { () throws(SystemError) in
            let file = try storage.open(JournalFormat.fileName(of: day))
            try file.write(JournalFormat.header(of: day, check: cipher.check), at: 0)
            try file.synchronize()
            return file
        }
        try settleFolder()
        unfinished.remove(day)
        return OpenSegment(file: file, day: day, cipher: cipher, end: JournalFormat.headerSize)
    }

    private func setAside(_ name: String) throws(JournalError) {
        isFolderDoubtful = true
        try storage.setAside(name, as: name)
        isFolderDoubtful = false
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Glibc
import Platform

@testable import Journal

/// The journal's folder in memory: shows a process what it wrote, records every call, and fails the one that a test names.
final class ModelStorage: JournalStorage, @unchecked Sendable {
    /// A recorded call, or a note of the test between calls.
    enum Event {
        case change(Medium.Operation)
        case synchronized(file: Int)
        /// An fdatasync that failed: the kernel believes the pages written from now on.
        case forgotten(file: Int)
        case folderSynchronized
        case note(Int)
    }

    /// The call that fails: its name, the error number, and how many calls of that name go well before.
    struct Failure {
        var call: String
        var code: Int32
        var after = 0
        /// How much of a failing write reaches the file.
        var partial = 0
    }

    let folder = "memory"
    /// The folder as a process sees it.
    private(set) var seen: Medium
    private(set) var events: [Event] = []
    var failure: Failure?
    /// Whether the file system can exchange names.
    var canExchange = true
    /// Pages of 4096 bytes that cannot be read, by file name.
    var unreadable: [String: Set<Int>] = [:]
    /// How often each call was made.
    private(set) var calls: [String: Int] = [:]
    private var isLocked = false
    private let first: Medium
    private var nextFile: Int

    /// A folder as a crash left it, or an empty one.
    init(_ medium: Medium = Medium()) {
        seen = medium
        first = medium
        nextFile = (medium.files.keys.max() ?? 0) + 1
    }

    /// What a power cut now would leave in the worst case: only what was synced.
    var durable: Medium { CrashStates(from: first, events: events).worst }
    /// Every state in which a crash after the first `count` events can leave the medium.
    func crashStates(after count: Int) -> CrashStates { CrashStates(from: first, events: Array(events.prefix(count))) }

    func note(_ number: Int) { events.append(.note(number)) }
    /// Ends the process that had the folder.
    func endProcess() { isLocked = false }

    func lock() throws(SystemError) -> any JournalFile {
        try count("flock")
        if isLocked { throw SystemError(call: "flock", subject: "memory/lock", code: EWOULDBLOCK) }
        isLocked = true
        return try open("lock")
    }

    func names() throws(SystemError) -> [String] {
        try count("readdir")
        return seen.names.keys.sorted()
    }

    func open(_ name: String) throws(SystemError) -> any JournalFile {
        try count("open")
        if let file = seen.names[name] { return ModelFile(self, file) }
        let file = nextFile
        nextFile += 1
        change(.name([name: file]))
        return ModelFile(self, file)
    }

    func remove(_ name: String) throws(SystemError) {
        try count("unlink")
        guard seen.names[name] != nil else { throw SystemError(call: "unlink", subject: name, code: ENOENT) }
        change(.name([name: nil]))
    }

    func rename(_ name: String, to other: String) throws(SystemError) {
        try count("rename")
        guard let file = seen.names[name] else { throw SystemError(call: "rename", subject: name, code: ENOENT) }
        change(.name([name: nil, other: file]))
    }

    func exchange(_ name: String, _ other: String) throws(SystemError) -> Bool {
        try count("renameat2")
        guard canExchange else { return false }
        guard let one = seen.names[name], let two = seen.names[other] else {
            throw SystemError(call: "renameat2", subject: name, code: ENOENT)
        }
        change(.name([name: two, other: one]))
        return true
    }

    func synchronize() throws(SystemError) {
        try count("fsync")
        events.append(.folderSynchronized)
    }

    /// Reads a day as a reader does that finds what a process sees.
    func read(_ day: UTCDay) throws -> (sightings: [Sighting], report: SegmentReport) {
        let file = try open(JournalFormat.fileName(of: day))
        let header = try file.read(at: 0, count: 4096)
        let keys = try seen.keys()
        var report = SegmentReport(day: day)
        var sightings: [Sighting] = []
        switch try SegmentFinding(header: header.span, day: day, key: { keys[day] }) {
        case .incomplete: break
        case .obstacle(let obstacle): report.obstacle = obstacle
        case .readable(let cipher, let isHeaderDamaged):
            var scan = SegmentScan(day: day, cipher: cipher, isHeaderDamaged: isHeaderDamaged)
            try scan.run(size: file.size()) { (offset, bytes) throws(SystemError) in
                try file.read(at: offset, into: &bytes)
            } _: { (records: Span<PackedSighting>) in
                for index in records.indices {
                    sightings += records[index].sighting(from: day.start).map { [$0] } ?? []
                }
            }
            report = scan.report
        }
        return (sightings, report)
    }

    fileprivate func change(_ operation: Medium.Operation) {
        seen.apply(operation)
        events.append(.change(operation))
    }

    fileprivate func record(_ event: Event) { events.append(event) }

    /// Counts a call, and fails it when it is the one.
    fileprivate func count(_ call: String) throws(SystemError) {
        calls[call, default: 0] += 1
        guard let failure, failure.call == call else { return }
        if failure.after > 0 {
            self.failure?.after -= 1
            return
        }
        self.failure = nil
        throw SystemError(call: call, subject: folder, code: failure.code)
    }
}

private final class ModelFile: JournalFile {
    let storage: ModelStorage
    let number: Int

    init(_ storage: ModelStorage, _ number: Int) {
        self.storage = storage
        self.number = number
    }

    func size() throws(SystemError) -> Int {
        try storage.count("fstat")
        return storage.seen.files[number]?.count ?? 0
    }

    func read(at offset: Int, into bytes: inout MutableSpan<UInt8>) throws(SystemError) -> Int {
        try storage.count("pread")
        for (name, pages) in storage.unreadable where storage.seen.names[name] == number {
            guard !bytes.isEmpty,
                pages.contains(where: { (offset / 4096...(offset + bytes.count - 1) / 4096).contains($0) })
            else { continue }
            throw SystemError(call: "pread", subject: name, code: EIO)
        }
        let file = storage.seen.files[number] ?? []
        return bytes.fill(from: file, at: offset)
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
        let partial = storage.failure?.partial ?? 0
        do {
            try storage.count("pwrite")
            storage.change(.write(file: number, offset: offset, bytes: bytes))
        } catch {
            if partial > 0 {
                storage.change(.write(file: number, offset: offset, bytes: Array(bytes.prefix(partial))))
            }
            throw error
        }
    }

    func synchronize() throws(SystemError) {
        do {
            try storage.count("fdatasync")
        } catch {
            storage.record(.forgotten(file: number))
            throw error
        }
        storage.record(.synchronized(file: number))
    }
}

extension MutableSpan<UInt8> {
    /// Copies what `bytes` have from `offset` on; answers how many that was.
    mutating func fill(from bytes: [UInt8], at offset: Int) -> Int {
        let count = Swift.max(0, Swift.min(self.count, bytes.count - offset))
        withUnsafeMutableBytes { $0.copyBytes(from: bytes[offset..<offset + count]) }
        return count
    }
}

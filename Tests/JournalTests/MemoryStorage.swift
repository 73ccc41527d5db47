// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Platform

@testable import Journal

/// The journal's folder in memory. Keeps what was written apart from what was synced, and can fail any call.
final class MemoryStorage: JournalStorage, @unchecked Sendable {
    let folder = "memory"
    /// The files as a process sees them.
    var files: [String: [UInt8]] = [:]
    /// The files as a power cut would leave them in the worst case.
    var durable: [String: [UInt8]] = [:]
    /// The next call of this name fails with this code; a failing write leaves `partial` of its bytes behind.
    var failure: (call: String, code: Int32)?
    var partial = 0
    var isLocked = false

    func lock() throws(SystemError) -> any JournalFile {
        if isLocked { throw SystemError(call: "flock", subject: "memory/lock", code: EWOULDBLOCK) }
        isLocked = true
        return MemoryFile(self, "lock")
    }

    func names() throws(SystemError) -> [String] {
        try fail("readdir")
        return files.keys.sorted()
    }

    func open(_ name: String) throws(SystemError) -> any JournalFile {
        try fail("open")
        if files[name] == nil { files[name] = [] }
        return MemoryFile(self, name)
    }

    func remove(_ name: String) throws(SystemError) {
        try fail("unlink")
        files[name] = nil
    }

    func synchronize() throws(SystemError) {
        try fail("fsync")
        durable = durable.filter { files[$0.key] != nil }
        for name in files.keys where durable[name] == nil { durable[name] = [] }
    }

    func fail(_ call: String) throws(SystemError) {
        guard let failure, failure.call == call else { return }
        self.failure = nil
        throw SystemError(call: call, subject: folder, code: failure.code)
    }
}

private final class MemoryFile: JournalFile {
    let storage: MemoryStorage
    let name: String

    init(_ storage: MemoryStorage, _ name: String) {
        self.storage = storage
        self.name = name
    }

    func size() throws(SystemError) -> Int {
        try storage.fail("fstat")
        return storage.files[name]?.count ?? 0
    }

    func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        try storage.fail("pread")
        return Array((storage.files[name] ?? []).dropFirst(offset).prefix(count))
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
        let isFailing = storage.failure?.call == "pwrite"
        put(isFailing ? Array(bytes.prefix(storage.partial)) : bytes, at: offset)
        try storage.fail("pwrite")
    }

    func synchronize() throws(SystemError) {
        try storage.fail("fdatasync")
        storage.durable[name] = storage.files[name]
    }

    private func put(_ bytes: [UInt8], at offset: Int) {
        var file = storage.files[name] ?? []
        if file.count < offset + bytes.count {
            file += [UInt8](repeating: 0, count: offset + bytes.count - file.count)
        }
        file.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        storage.files[name] = file
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The authority's one door to the kernel's files: whole files that are replaced as one step, and who may read them.

internal import Glibc

/// Whole files by path.
package enum DurableFile {
    /// What the kernel said, and about which file.
    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        package let call: String
        package let path: String
        package let code: Int32

        /// Nothing stands at the path.
        package var isMissing: Bool { code == ENOENT }
        package var description: String { "\(call) \(path): \(reason)" }

        private var reason: String {
            var buffer = [CChar](repeating: 0, count: 128)
            guard unsafe strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
            return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }

        fileprivate static func current(_ call: String, _ path: String) -> Fault {
            Fault(call: call, path: path, code: errno)
        }
    }

    /// Puts `bytes` at `path` with `permissions`: after a crash at any moment what stood there before or all of them stand there.
    package static func replace(_ path: String, with bytes: [UInt8], permissions: UInt32) throws(Fault) {
        let temporary = path + ".new"
        unsafe unlink(temporary)
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions)
        guard file >= 0 else { throw .current("open", temporary) }
        do throws(Fault) {
            defer { close(file) }
            // The process's mask does not count for a file that others are meant to read.
            guard fchmod(file, permissions) == 0 else { throw .current("fchmod", temporary) }
            try write(bytes, to: file, temporary)
            guard fsync(file) == 0 else { throw .current("fsync", temporary) }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        guard unsafe rename(temporary, path) == 0 else { throw .current("rename", path) }
        try synchronize(folderOf: path)
    }

    private static func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws(Fault) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    file, UnsafeRawBufferPointer(rebasing: buffer[written...]).baseAddress, buffer.count - written)
            }
            guard count >= 0 || errno == EINTR else { throw .current("write", path) }
            written += max(0, count)
        }
    }

    private static func synchronize(folderOf path: String) throws(Fault) {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let folder = unsafe open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .current("open", parent) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw .current("fsync", parent) }
    }

    /// The whole of a file of at most `limit` bytes.
    package static func contents(of path: String, limit: Int = 1 << 20) throws(Fault) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .current("open", path) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(file, &piece, piece.count)
            guard count >= 0 else { throw .current("read", path) }
            if count == 0 { return bytes }
            bytes += piece.prefix(count)
            guard bytes.count <= limit else { throw Fault(call: "read", path: path, code: EFBIG) }
        }
    }

    /// Makes a folder, with those above it, unless it is there.
    package static func makeFolder(_ path: String, permissions: UInt32) throws(Fault) {
        if unsafe access(path, F_OK) == 0 { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeFolder(String(path[..<slash]), permissions: permissions)
        }
        guard unsafe mkdir(path, permissions) == 0 || errno == EEXIST else { throw .current("mkdir", path) }
        guard unsafe chmod(path, permissions) == 0 else { throw .current("chmod", path) }
    }

    /// Makes an empty file with `permissions` unless one is there, which is not opened: closing it would let go of all locks that
    /// this process holds on it.
    package static func touch(_ path: String, permissions: UInt32) throws(Fault) {
        let file = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, permissions)
        guard file >= 0 || errno == EEXIST else { throw .current("open", path) }
        if file >= 0 { close(file) }
    }

    /// Bytes that this process may still write where `path` is; nil when the kernel does not say.
    package static func freeBytes(at path: String) -> Int64? {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return nil }
        let (bytes, overflow) = Int64(clamping: status.f_bavail).multipliedReportingOverflow(
            by: Int64(clamping: status.f_frsize))
        return overflow ? .max : bytes
    }

    /// Puts the file at `path`, which is written to the medium, in the place of `other`, as one step.
    package static func move(_ path: String, to other: String) throws(Fault) {
        guard unsafe rename(path, other) == 0 else { throw .current("rename", path) }
        try synchronize(folderOf: other)
    }

    /// Says who may do what with the file at `path`.
    package static func permit(_ path: String, _ permissions: UInt32) throws(Fault) {
        guard unsafe chmod(path, permissions) == 0 else { throw .current("chmod", path) }
    }

    /// Whether anything stands at `path`.
    package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Removes a file; one that is not there is as good.
    package static func remove(_ path: String) throws(Fault) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .current("unlink", path) }
    }

    /// What the kernel says about the file at `path`: nil when there is none.
    package static func status(of path: String) -> Status? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return Status(
            isPlain: status.st_mode & S_IFMT == S_IFREG, permissions: status.st_mode & 0o777,
            isOwn: status.st_uid == geteuid(), size: Int(status.st_size), node: UInt64(status.st_ino),
            modified: Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec))
    }

    package struct Status: Hashable, Sendable {
        package let isPlain: Bool
        package let permissions: UInt32
        /// Whether it belongs to this process's user.
        package let isOwn: Bool
        package let size: Int
        /// The file's number on its medium.
        package let node: UInt64
        /// When its content last changed, in nanoseconds since 1970.
        package let modified: Int64
    }
}

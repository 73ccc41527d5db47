// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// An open file; closed when the value ends.
package struct File: ~Copyable, Sendable {
    /// How a file is opened.
    package enum Mode: Sendable {
        /// Reading only; the file must exist.
        case read
        /// The same of a file in a folder that somebody else fills: a link is not followed to where only we can read.
        case readUnlinked
        /// Reading and writing; made (with permissions 0600) when missing.
        case update
        /// Writing a file that must not exist yet, with permissions 0600.
        case create
    }

    /// The kernel's number for the open file, valid as long as the value lives.
    package let descriptor: Int32
    /// The path it was opened by, for messages.
    package let path: String

    /// Opens `path`. Throws what `open` answers.
    package init(_ path: String, _ mode: Mode) throws(SystemError) {
        let flags =
            switch mode {
            // A named pipe in a folder that somebody else fills must not hold the reader up.
            case .read: O_RDONLY | O_NONBLOCK
            case .readUnlinked: O_RDONLY | O_NONBLOCK | O_NOFOLLOW
            case .update: O_RDWR | O_CREAT
            case .create: O_WRONLY | O_CREAT | O_EXCL
            }
        self.descriptor = try checked("open", path) { unsafe open(path, flags | O_CLOEXEC, 0o600) }
        self.path = path
    }

    deinit { close(descriptor) }

    /// Lets everybody read the file.
    package func publish() throws(SystemError) {
        _ = try checked("fchmod", path) { fchmod(descriptor, 0o644) }
    }

    /// Bytes in the file.
    package func size() throws(SystemError) -> Int {
        var status = stat()
        _ = try checked("fstat", path) { unsafe fstat(descriptor, &status) }
        return Int(status.st_size)
    }

    /// Reads up to `count` bytes from `offset`; fewer at the end of the file.
    package func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = try checked("pread", path) {
                unsafe bytes.withUnsafeMutableBytes { buffer in
                    unsafe pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
                }
            }
            if got == 0 { break }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    /// Reads into `bytes` from `offset` until they are full or the file ends; answers how many it read.
    package func read(at offset: Int, into bytes: inout MutableSpan<UInt8>) throws(SystemError) -> Int {
        var filled = 0
        while filled < bytes.count {
            let got = try checked("pread", path) {
                unsafe bytes.withUnsafeMutableBytes { buffer in
                    unsafe pread(
                        descriptor, buffer.baseAddress! + filled, buffer.count - filled, off_t(offset + filled))
                }
            }
            if got == 0 { break }
            filled += got
        }
        return filled
    }

    /// Writes all of `bytes` at `offset`. After an error any part of them may stand in the file.
    package func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            written += try checked("pwrite", path) {
                unsafe bytes.withUnsafeBytes { buffer in
                    unsafe pwrite(
                        descriptor, buffer.baseAddress! + written, bytes.count - written, off_t(offset + written))
                }
            }
        }
    }

    /// Waits until the file's bytes and its length are on the medium.
    package func synchronize() throws(SystemError) {
        _ = try checked("fdatasync", path) { fdatasync(descriptor) }
    }

    /// Takes the file's exclusive lock for this process, without waiting; it ends with the value. Throws an error that
    /// `isLocked` when another process holds it.
    package func lock() throws(SystemError) {
        _ = try checked("flock", path) { flock(descriptor, LOCK_EX | LOCK_NB) }
    }
}

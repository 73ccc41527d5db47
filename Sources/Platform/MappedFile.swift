// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// A file's bytes as they were when it was mapped, read-only; unmapped when the value ends.
///
/// Whoever writes the file must never shorten it: reading a page past a file's new end kills the process.
@safe package struct MappedFile: ~Copyable {
    private let start: UnsafeRawPointer?
    /// Bytes mapped.
    package let count: Int

    /// Maps the whole of `path`; a file without bytes gives an empty mapping.
    package init(_ path: String) throws(SystemError) {
        let (start, count) = try unsafe map(path)
        unsafe self.start = start
        self.count = count
    }

    deinit {
        if let start = unsafe start { unsafe munmap(UnsafeMutableRawPointer(mutating: start), count) }
    }

    /// Lends the bytes to `body`.
    package borrowing func withBytes<Answer, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        let bytes = unsafe UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: count)
        return try body(unsafe bytes.span)
    }
}

private func map(_ path: String) throws(SystemError) -> (UnsafeRawPointer?, Int) {
    let file = try File(path, .read)
    let count = try file.size()
    guard count > 0 else { return (nil, 0) }
    let address = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, file.descriptor, 0)
    guard unsafe address != MAP_FAILED, let address = unsafe address else { throw .current("mmap", path) }
    unsafe madvise(address, count, MADV_SEQUENTIAL)
    return (UnsafeRawPointer(address), count)
}

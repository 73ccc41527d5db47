// SPDX-License-Identifier: GPL-3.0-or-later
// What the journal's writer needs of a medium: the seam at which tests record, reorder and break its calls.

package import Platform

/// One file of the journal's folder, open for reading and writing.
package protocol JournalFile: AnyObject {
    /// Bytes in the file.
    func size() throws(SystemError) -> Int
    /// Up to `count` bytes from `offset`; fewer at the end.
    func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8]
    /// Writes all bytes at `offset`. After an error, or a crash before `synchronize`, any part may stand in the file.
    func write(_ bytes: [UInt8], at offset: Int) throws(SystemError)
    /// Returns when bytes and length are on the medium.
    func synchronize() throws(SystemError)
}

/// The journal's folder.
package protocol JournalStorage: Sendable {
    /// The folder's name in messages.
    var folder: String { get }
    /// Makes the folder when missing and takes it for this process; `isLocked` when another process has it.
    func lock() throws(SystemError) -> any JournalFile
    func names() throws(SystemError) -> [String]
    /// Opens a file, made empty when missing.
    func open(_ name: String) throws(SystemError) -> any JournalFile
    func remove(_ name: String) throws(SystemError)
    /// Returns when new and removed names are on the medium.
    func synchronize() throws(SystemError)
}

/// The real medium.
package struct DiskStorage: JournalStorage {
    package let folder: String

    package init(folder: String) {
        self.folder = folder
    }

    package func lock() throws(SystemError) -> any JournalFile {
        try Folder.make(folder)
        let file = try DiskFile(path("lock"))
        try file.lock()
        return file
    }

    package func names() throws(SystemError) -> [String] { try Folder.names(in: folder) }

    package func open(_ name: String) throws(SystemError) -> any JournalFile { try DiskFile(path(name)) }

    package func remove(_ name: String) throws(SystemError) { try Folder.remove(path(name)) }

    package func synchronize() throws(SystemError) { try Folder.synchronize(folderOf: path("lock")) }

    private func path(_ name: String) -> String { folder + "/" + name }
}

private final class DiskFile: JournalFile {
    private let file: File

    init(_ path: String) throws(SystemError) {
        file = try File(path, .update)
    }

    func lock() throws(SystemError) { try file.lock() }
    func size() throws(SystemError) -> Int { try file.size() }
    func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] { try file.read(at: offset, count: count) }
    func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) { try file.write(bytes, at: offset) }
    func synchronize() throws(SystemError) { try file.synchronize() }
}

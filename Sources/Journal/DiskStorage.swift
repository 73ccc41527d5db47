// SPDX-License-Identifier: GPL-3.0-or-later

package import Platform

/// The real medium.
package struct DiskStorage: JournalStorage {
    package let folder: String

    package init(folder: String) {
        self.folder = folder
    }

    package func lock() throws(SystemError) -> any JournalFile {
        try Folder.make(folder)
        let file = try DiskFile(path(JournalFormat.lockName))
        try file.lock()
        return file
    }

    package func names() throws(SystemError) -> [String] { try Folder.names(in: folder) }

    package func open(_ name: String) throws(SystemError) -> any JournalFile { try DiskFile(path(name)) }

    package func remove(_ name: String) throws(SystemError) { try Folder.remove(path(name)) }

    package func rename(_ name: String, to other: String) throws(SystemError) {
        try Folder.rename(path(name), to: path(other))
    }

    package func exchange(_ name: String, _ other: String) throws(SystemError) -> Bool {
        try Folder.exchange(path(name), path(other))
    }

    package func synchronize() throws(SystemError) { try Folder.synchronize(folderOf: path(JournalFormat.lockName)) }

    private func path(_ name: String) -> String { folder + "/" + name }
}

private final class DiskFile: JournalFile {
    private let file: File

    init(_ path: String) throws(SystemError) {
        file = try File(path, .update)
    }

    func lock() throws(SystemError) { try file.lock() }
    func size() throws(SystemError) -> Int { try file.size() }
    func read(at offset: Int, into bytes: inout MutableSpan<UInt8>) throws(SystemError) -> Int {
        try file.read(at: offset, into: &bytes)
    }
    func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) { try file.write(bytes, at: offset) }
    func synchronize() throws(SystemError) { try file.synchronize() }
}

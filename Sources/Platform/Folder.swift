// SPDX-License-Identifier: GPL-3.0-or-later

internal import CLinux
internal import Glibc

/// Whole files and folders by path.
package enum Folder {
    /// The names in a folder, sorted, without `.` and `..`.
    package static func names(in path: String) throws(SystemError) -> [String] {
        guard let directory = unsafe opendir(path) else { throw .current("opendir", path) }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a folder and those above it, with permissions 0700; one that exists stays as it is.
    package static func make(_ path: String) throws(SystemError) {
        if exists(path) { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try make(String(path[..<slash])) }
        do {
            _ = try checked("mkdir", path) { unsafe mkdir(path, 0o700) }
        } catch  where error.isExisting {}
    }

    /// Whether anything stands at `path`.
    package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// The whole of a file.
    package static func contents(of path: String) throws(SystemError) -> [UInt8] {
        let file = try File(path, .read)
        return try file.read(at: 0, count: file.size())
    }

    /// The whole of a text file; bytes that are not UTF-8 become U+FFFD.
    package static func text(of path: String) throws(SystemError) -> String {
        String(decoding: try contents(of: path), as: UTF8.self)
    }

    /// Replaces a file as one step: after a crash at any moment the old or the new content stands there, whole.
    /// The file gets permissions 0600, or 0644 when it `isPublic`.
    package static func replace(
        _ path: String, with bytes: [UInt8], isPublic: Bool = false
    ) throws(SystemError) {
        let temporary = path + ".new"
        if exists(temporary) { try remove(temporary) }
        do {
            let file = try File(temporary, .create)
            try file.write(bytes, at: 0)
            if isPublic { try file.publish() }
            try file.synchronize()
        } catch {
            try? remove(temporary)
            throw error
        }
        try rename(temporary, to: path)
    }

    /// Renames a file over whatever stands at `target` and waits until the folder says so on the medium.
    package static func rename(_ path: String, to target: String) throws(SystemError) {
        _ = try checked("rename", target) { unsafe Glibc.rename(path, target) }
        try synchronize(folderOf: target)
    }

    /// Exchanges two files' names as one step; false where the file system cannot (renameat2, RENAME_EXCHANGE). The
    /// folder must be synchronised by the caller.
    package static func exchange(_ path: String, _ other: String) throws(SystemError) -> Bool {
        do {
            _ = try checked("renameat2", path) { unsafe linux_exchange_names(path, other) }
            return true
        } catch  where [EINVAL, ENOSYS, EOPNOTSUPP].contains(error.code) {
            return false
        }
    }

    /// Removes a file. One that is not there is an error.
    package static func remove(_ path: String) throws(SystemError) {
        _ = try checked("unlink", path) { unsafe unlink(path) }
    }

    /// Waits until the folder that holds `path` is on the medium: a new or removed name survives a power cut.
    package static func synchronize(folderOf path: String) throws(SystemError) {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = try checked("open", parent) {
            unsafe open(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        defer { close(descriptor) }
        _ = try checked("fsync", parent) { fsync(descriptor) }
    }
}

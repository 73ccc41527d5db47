// SPDX-License-Identifier: GPL-3.0-or-later
// What the journal's writer needs of a medium: the seam at which tests record, reorder and break its calls.

package import Platform

/// One file of the journal's folder, open for reading and writing.
package protocol JournalFile: AnyObject {
    /// Bytes in the file.
    func size() throws(SystemError) -> Int
    /// Reads into `bytes` from `offset` until they are full or the file ends; answers how many it read.
    func read(at offset: Int, into bytes: inout MutableSpan<UInt8>) throws(SystemError) -> Int
    /// Writes all bytes at `offset`. After an error, or a crash before `synchronize`, any part may stand in the file.
    func write(_ bytes: [UInt8], at offset: Int) throws(SystemError)
    /// Returns when bytes and length are on the medium. After an error the kernel may have forgotten that it ever had to
    /// write them, and a later call may return although they are not there: they must be written again.
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
    /// Gives a file another name; what stood under that is unlinked in the same step.
    func rename(_ name: String, to other: String) throws(SystemError)
    /// Exchanges the names of two files in one step; false, with nothing done, where the file system cannot.
    func exchange(_ name: String, _ other: String) throws(SystemError) -> Bool
    /// Returns when new, changed and removed names are on the medium.
    func synchronize() throws(SystemError)
}

extension JournalFile {
    /// Up to `count` bytes from `offset`; fewer at the end.
    func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        var span = bytes.mutableSpan
        let got = try read(at: offset, into: &span)
        return Array(bytes.prefix(got))
    }

    /// Overwrites all that the file holds, on the medium.
    func wipe() throws(SystemError) {
        try write([UInt8](repeating: 0, count: size()), at: 0)
        try synchronize()
    }
}

extension JournalStorage {
    /// Overwrites a file and unlinks it.
    func destroy(_ name: String) throws(JournalError) {
        try attempt { () throws(SystemError) in
            try open(name).wipe()
            try remove(name)
        }
    }

    /// Renames a file that cannot be read to `base` and ".unreadable", with a number behind where that is taken; the
    /// medium has the new name when this returns.
    func setAside(_ name: String, as base: String) throws(JournalError) {
        try attempt { () throws(SystemError) in
            let names = Set(try names())
            var target = base + JournalFormat.asideSuffix
            var number = 2
            while names.contains(target) {
                target = "\(base)\(JournalFormat.asideSuffix).\(number)"
                number += 1
            }
            try rename(name, to: target)
            try synchronize()
        }
    }
}

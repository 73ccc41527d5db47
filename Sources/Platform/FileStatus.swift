// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// What the kernel says about a file.
package struct FileStatus: Hashable, Sendable {
    /// Bytes.
    package let size: Int
    /// When its content last changed, in Unix seconds.
    package let modified: Int64
    /// Whether it is a plain file that belongs to this process's user.
    package let isOwn: Bool

    /// The status of what stands at `path` itself: a link is not followed.
    package init(of path: String) throws(SystemError) {
        var status = stat()
        _ = try checked("lstat", path) { unsafe lstat(path, &status) }
        size = Int(status.st_size)
        modified = Int64(status.st_mtim.tv_sec)
        isOwn = status.st_mode & S_IFMT == S_IFREG && status.st_uid == geteuid()
    }
}

extension Folder {
    /// Sets the permissions of a file or folder, `0o640`; set-group-ID (`0o2000`) is one of them.
    package static func permit(_ permissions: UInt32, on path: String) throws(SystemError) {
        _ = try checked("chmod", path) { unsafe chmod(path, permissions) }
    }
}

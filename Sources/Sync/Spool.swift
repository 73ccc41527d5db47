// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// The folder that complete files are handed over in: ours to write, our group's to read.
///
/// A file appears there whole, by rename, under its path in the list with `+` for `/`. Names that begin with a dot are
/// still being fetched.
struct Spool {
    /// What systemd-tmpfiles gives the folder too.
    static let permissions: UInt32 = 0o750

    let folder: String

    /// Makes the folder when it is missing.
    init(_ folder: String) throws(SystemError) {
        self.folder = folder
        guard !Folder.exists(folder) else { return }
        try Folder.make(folder)
        // Not set-group-ID: the unit's RestrictSUIDSGID= forbids it, and our own group is the one that reads here.
        try Folder.permit(Spool.permissions, on: folder)
    }

    /// The authority's policy, beside the exports. It says nothing about a day, and stays until another comes.
    static let policyName = "policy.txt"

    /// Where the file of a list's path ends up.
    func place(of path: String) -> String { folder + "/" + path.replacing("/", with: "+") }

    /// Where it grows until it is whole.
    func partial(of path: String) -> String { folder + "/." + path.replacing("/", with: "+") + ".part" }

    /// Hands over what stands at `partial(of:)`, already on the medium.
    func handOver(_ path: String) throws(SystemError) {
        try Folder.permit(0o640, on: partial(of: path))
        try Folder.rename(partial(of: path), to: place(of: path))
    }

    /// Removes what we fetched more than `days` ago, and answers the bytes of ours that stay. Files of others stay.
    func retire(after days: Int, now: Int64) throws(SystemError) -> Int {
        var bytes = 0
        for name in try Folder.names(in: folder) {
            let path = folder + "/" + name
            guard let status = try? FileStatus(of: path), status.isOwn else { continue }
            if name != Spool.policyName && status.modified < now - Int64(days) * 86_400 {
                try Folder.remove(path)
            } else {
                bytes += status.size
            }
        }
        return bytes
    }
}

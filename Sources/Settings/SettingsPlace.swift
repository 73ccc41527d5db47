// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// Where the configuration is read from.
package enum SettingsPlace: Hashable, Sendable {
    /// The usual three places under `root` (empty: the machine's own): `/usr/lib/bluezone/bluezone.conf.d/*.conf`,
    /// `/etc/bluezone/bluezone.conf`, `/etc/bluezone/bluezone.conf.d/*.conf`. What is missing is left out.
    case installed(root: String)
    /// One file instead of all of them; it must be there.
    case file(String)

    /// The machine's own configuration.
    package static let system = SettingsPlace.installed(root: "")

    /// The files in the order they are read: a later one wins.
    func files() throws(SettingsError) -> [String] {
        switch self {
        case .file(let path): return [path]
        case .installed(let root):
            let main = root + "/etc/bluezone/bluezone.conf"
            return try dropIns(root + "/usr/lib/bluezone/bluezone.conf.d") + (Folder.exists(main) ? [main] : [])
                + dropIns(root + "/etc/bluezone/bluezone.conf.d")
        }
    }
}

/// The folder's `*.conf` by name; hidden files (an editor's) are not read.
private func dropIns(_ folder: String) throws(SettingsError) -> [String] {
    do {
        return try Folder.names(in: folder)
            .filter { $0.hasSuffix(".conf") && !$0.hasPrefix(".") }.map { folder + "/" + $0 }
    } catch  where error.isNotFound {
        return []
    } catch { throw .unreadable(error) }
}

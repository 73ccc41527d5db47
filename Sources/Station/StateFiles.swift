// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
package import Platform

/// The station's own files besides journal and cases.
package struct StateFiles: Sendable {
    private let folder: String

    /// The files in `folder`, the station's state folder.
    package init(folder: String) {
        self.folder = folder
    }

    private var keysPath: String { folder + "/keys" }

    /// The own daily keys; none when there is no file yet.
    package func loadKeys() throws(SystemError) -> KeyRing {
        guard Folder.exists(keysPath) else { return KeyRing() }
        return KeyRing(text: try Folder.text(of: keysPath))
    }

    /// Stores the own daily keys as one step.
    package func save(_ keys: KeyRing) throws(SystemError) {
        try Folder.replace(keysPath, with: Array(keys.text.utf8))
    }
}

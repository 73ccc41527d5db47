// SPDX-License-Identifier: GPL-3.0-or-later

internal import GRDB

extension EmbeddedStore {
    /// Writes the store of `folder` as it is at one moment to a new file at `path`, readable for its owner alone. Servers go on
    /// meanwhile. What was deleted is not in it. Answers the paths of the exports that it knows, `VN/bz/1-2-00001.zip`.
    package static func copy(folder: String, to path: String) throws(StoreError) -> Set<String> {
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            try DurableFile.touch(path, permissions: 0o600)
            let queue = try DatabaseQueue(path: folder + "/authority.sqlite", configuration: configuration)
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "VACUUM INTO ?", arguments: [path])
            }
            try queue.close()
            let copy = try DatabaseQueue(path: path, configuration: configuration)
            let exports = try copy.read { database in
                try String.fetchSet(database, sql: "SELECT region || '/' || path FROM files")
            }
            try copy.close()
            return exports
        } catch {
            throw .failed("\(error)")
        }
    }
}

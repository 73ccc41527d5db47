// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
internal import Crypto
internal import Foundation

/// A backup of an authority in one file: a tar archive of its folder, secrets and keys included, and of its store as it is at one
/// moment. First stands `VERSION`, last `SHA256SUMS` with all others' digests: a file that ends too early has none.
package struct Backup: Sendable {
    static let version = "bluezone-authority backup 1\n"
    static let versionName = "VERSION"
    static let sumsName = "SHA256SUMS"
    static let storeName = "authority.sqlite"
    /// It makes the folder an authority's, so it comes last.
    static let settingsName = "settings.json"
    /// What has a place of its own, and files that are there to be locked, and empty.
    private static let others = [settingsName, "export.lock", "api-keys.lock"]
    /// Bytes that are read at once.
    static let pieceLength = 1 << 20

    private let folder: AuthorityFolder

    package init(of folder: AuthorityFolder) { self.folder = folder }

    /// Whether the store is in a database, which has backups of its own.
    package var hasDatabase: Bool { get throws { try folder.settings().store != nil } }

    /// Writes the backup to a new file, readable for its owner alone; a server may go on meanwhile. Answers how many files are in it.
    package func write(to file: String) throws -> Int {
        guard !DurableFile.exists(file) else { throw BackupFault.inUse(file) }
        let (copy, new) = (file + ".sqlite", file + ".new")
        defer { for path in [copy, new] { try? DurableFile.remove(path) } }
        for path in [copy, new] { try DurableFile.remove(path) }
        // Before the exports: all that it knows are there then.
        let known = try hasDatabase ? nil : EmbeddedStore.copy(folder: folder.path, to: copy)
        try DurableFile.touch(new, permissions: 0o600)
        let output = try BackupOutput(new)
        try output.add(Backup.versionName, Array(Backup.version.utf8))
        if known != nil { try output.add(Backup.storeName, file: copy) }
        for name in try names() { try add(name, to: output, known) }
        try output.add(Backup.settingsName, file: folder.settingsPath)
        let count = try output.finish()
        try DurableFile.move(new, to: file)
        return count
    }

    /// Adds a file of the folder; of exports those that the store knows, and lists of these. A later one would stand in the way of
    /// what the restored authority makes, should its clock come to the same second again.
    private func add(_ name: String, to output: BackupOutput, _ known: Set<String>?) throws {
        let file = folder.path + "/" + name
        let exports = "public/v1/"
        guard let known, name.hasPrefix(exports) else { return try output.add(name, file: file) }
        let path = name.dropFirst(exports.count)
        if name.hasSuffix("/index.txt") {
            let place = path.dropLast("index.txt".count)
            let text = String(decoding: try DurableFile.contents(of: file, limit: 1 << 24), as: UTF8.self)
            let lines = text.split(separator: "\n").filter { known.contains(String(place + $0)) }.map { $0 + "\n" }
            try output.add(name, Array(lines.joined().utf8), permissions: 0o644)
        } else if !name.hasSuffix(".zip") || known.contains(String(path)) {
            try output.add(name, file: file)
        }
    }

    /// The files of the folder that are no store's: what the owner put there, keys, policies, exports.
    private func names() throws -> [String] {
        let files = FileManager.default
        var names: [String] = []
        for part in try files.contentsOfDirectory(atPath: folder.path).sorted() {
            // A folder may be a link, as `public` is where servers share it.
            let place = URL(fileURLWithPath: folder.path + "/" + part).resolvingSymlinksInPath().path
            let kind = try? files.attributesOfItem(atPath: place)[.type] as? FileAttributeType
            let below = kind == .typeDirectory ? try files.subpathsOfDirectory(atPath: place).sorted() : nil
            names += below?.map { part + "/" + $0 } ?? [part]
        }
        return names.filter { name in
            let isOurs = !name.hasPrefix(Backup.storeName) && !Backup.others.contains(name)
            let isWhole = !name.hasSuffix(".new") && Backup.isPlain(name)
            return isOurs && isWhole && DurableFile.status(of: folder.path + "/" + name)?.isPlain == true
        }
    }

    /// Whether a name leads to a file below the folder and nowhere else.
    static func isPlain(_ name: String) -> Bool {
        name.utf8.count < 100
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && !part.hasPrefix(".")
                    && part.utf8.allSatisfy {
                        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                            || "-._".utf8.contains($0)
                    }
            }
    }
}

/// Why a backup is not written or not read.
package enum BackupFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file or a folder with something in it stands where a new one should be.
    case inUse(String)
    case damaged(String, reason: String)
    case newer(String)
    /// A file that changed its length while it was read.
    case changed(String)

    package var description: String {
        switch self {
        case .inUse(let path): "\(path) is there and has something in it; nothing is overwritten"
        case .damaged(let path, let reason): "\(path) is no whole backup: \(reason). Nothing was restored"
        case .newer(let path): "\(path) is no backup of this version of the program. Nothing was restored"
        case .changed(let path): "\(path) changed while it was read"
        }
    }
}

/// A backup that is being written.
private final class BackupOutput {
    private let handle: FileHandle
    private var sums = ""
    private var count = 0

    init(_ path: String) throws { handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path)) }

    func add(_ name: String, _ bytes: [UInt8], permissions: UInt32 = 0o600) throws {
        let entry = TarEntry(name: name, permissions: permissions, size: bytes.count)
        try begin(entry)
        try handle.write(contentsOf: bytes)
        end(entry, Array(SHA256.hash(data: bytes)))
        try pad(bytes.count)
    }

    /// Adds a file; not one that was taken away in the meantime, as old exports are.
    func add(_ name: String, file: String) throws {
        guard let status = DurableFile.status(of: file), status.isPlain,
            let input = try? FileHandle(forReadingFrom: URL(fileURLWithPath: file))
        else { return }
        defer { try? input.close() }
        let size = Int(clamping: try input.seekToEnd())
        try input.seek(toOffset: 0)
        let entry = TarEntry(name: name, permissions: status.permissions, size: size)
        try begin(entry)
        var digest = SHA256()
        var missing = size
        while missing > 0 {
            guard let piece = try input.read(upToCount: min(missing, Backup.pieceLength)), !piece.isEmpty else {
                throw BackupFault.changed(file)
            }
            digest.update(data: piece)
            try handle.write(contentsOf: piece)
            missing -= piece.count
        }
        end(entry, Array(digest.finalize()))
        try pad(size)
    }

    /// Ends the file and answers how many of the folder's are in it.
    func finish() throws -> Int {
        let added = count - 1
        try add(Backup.sumsName, Array(sums.utf8))
        try handle.write(contentsOf: [UInt8](repeating: 0, count: 2 * TarEntry.blockLength))
        try handle.synchronize()
        try handle.close()
        return added
    }

    private func begin(_ entry: TarEntry) throws {
        guard let header = entry.header else { throw BackupFault.changed(entry.name) }
        try handle.write(contentsOf: header)
    }

    private func end(_ entry: TarEntry, _ digest: [UInt8]) {
        sums += digest.hexadecimal + "  " + entry.name + "\n"
        count += 1
    }

    private func pad(_ size: Int) throws {
        let entry = TarEntry(name: "", permissions: 0, size: size)
        try handle.write(contentsOf: [UInt8](repeating: 0, count: entry.padding))
    }
}

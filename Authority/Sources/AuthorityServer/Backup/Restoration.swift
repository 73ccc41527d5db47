// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
internal import Crypto
internal import Foundation

/// Makes an authority's folder out of a backup. All of the file is read and checked before anything is written.
package struct Restoration {
    /// Bytes of `SHA256SUMS` at most.
    private static let maximumSums = 1 << 28

    private let file: String
    private let handle: FileHandle

    package init(_ file: String) throws {
        self.file = file
        handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
    }

    /// Writes the folder, which must be new or empty; answers how many files there are.
    package func restore(to folder: AuthorityFolder) throws -> Int {
        let path = folder.path
        if let status = DurableFile.status(of: path) {
            let names = try? FileManager.default.contentsOfDirectory(atPath: path)
            guard !status.isPlain, names?.isEmpty == true else { throw BackupFault.inUse(path) }
        }
        _ = try walk { _, _ in }
        try DurableFile.makeFolder(path, permissions: 0o711)
        var output: (name: String, handle: FileHandle)?
        let count = try walk { entry, piece in
            guard ![Backup.versionName, Backup.sumsName].contains(entry.name) else { return }
            if output?.name != entry.name {
                try output?.handle.synchronize()
                try output?.handle.close()
                output = (entry.name, try create(entry, path))
            }
            try output?.handle.write(contentsOf: piece)
        }
        try output?.handle.synchronize()
        try output?.handle.close()
        return count
    }

    private func create(_ entry: TarEntry, _ path: String) throws -> FileHandle {
        let file = path + "/" + entry.name
        if let slash = entry.name.lastIndex(of: "/") {
            let isPublic = entry.name.hasPrefix("public/")
            try DurableFile.makeFolder(path + "/" + entry.name[..<slash], permissions: isPublic ? 0o755 : 0o700)
        }
        try DurableFile.touch(file, permissions: 0o600)
        try DurableFile.permit(file, entry.permissions)
        return try FileHandle(forWritingTo: URL(fileURLWithPath: file))
    }

    /// Reads the file from its beginning and hands on each file's content in pieces, of which an empty file has an empty one. Throws
    /// unless all is as it was written; answers how many files the folder has.
    private func walk(_ body: (TarEntry, Data) throws -> Void) throws -> Int {
        try handle.seek(toOffset: 0)
        var sums = ""
        var names: Set<String> = []
        while true {
            let block = Array(try bytes(TarEntry.blockLength))
            guard let entry = TarEntry(block), Backup.isPlain(entry.name), names.insert(entry.name).inserted else {
                throw damaged("a header is wrong")
            }
            if entry.name == Backup.sumsName {
                try end(entry, sums)
                return names.count - 2
            }
            if names.count == 1 {
                try begin(entry)
                sums = Array(SHA256.hash(data: Array(Backup.version.utf8))).hexadecimal + "  VERSION\n"
                continue
            }
            var digest = SHA256()
            var missing = entry.size
            repeat {
                let piece = missing == 0 ? Data() : try bytes(min(missing, Backup.pieceLength))
                digest.update(data: piece)
                try body(entry, piece)
                missing -= piece.count
            } while missing > 0
            try zeros(entry.padding)
            sums += Array(digest.finalize()).hexadecimal + "  " + entry.name + "\n"
        }
    }

    private func begin(_ entry: TarEntry) throws {
        guard entry.name == Backup.versionName, entry.size == Backup.version.utf8.count,
            Array(try bytes(entry.size)) == Array(Backup.version.utf8)
        else { throw BackupFault.newer(file) }
        try zeros(entry.padding)
    }

    private func end(_ entry: TarEntry, _ sums: String) throws {
        guard entry.size == sums.utf8.count, entry.size <= Restoration.maximumSums,
            Array(try bytes(entry.size)) == Array(sums.utf8)
        else { throw damaged("what is in it is not what was written") }
        try zeros(entry.padding + 2 * TarEntry.blockLength)
        guard (try handle.read(upToCount: 1) ?? Data()).isEmpty else {
            throw damaged("something stands behind its end")
        }
    }

    private func zeros(_ count: Int) throws {
        guard try bytes(count).allSatisfy({ $0 == 0 }) else { throw damaged("what is in it is not what was written") }
    }

    /// The next `count` bytes, all of them.
    private func bytes(_ count: Int) throws -> Data {
        var bytes = Data()
        while bytes.count < count {
            guard let piece = try handle.read(upToCount: count - bytes.count), !piece.isEmpty else {
                throw damaged("it ends too early")
            }
            bytes += piece
        }
        return bytes
    }

    private func damaged(_ reason: String) -> BackupFault { .damaged(file, reason: reason) }
}

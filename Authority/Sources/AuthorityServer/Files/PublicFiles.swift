// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
internal import NIOPosix

/// Where the files for everybody lie. Paths are such as `v1/VN/index.txt`.
protocol PublicFiles: Sendable {
    /// Whether a file is there, whole.
    func has(_ path: String) async throws -> Bool

    /// The whole of a list; nil when there is none.
    func contents(_ path: String) async throws -> [UInt8]?

    /// Puts a file that will never change. One that is there stays: somebody may have fetched it.
    func keep(_ path: String, _ bytes: [UInt8]) async throws

    /// Puts a list in the place of the one before, unless they are the same: a list that says what it said keeps its date, so
    /// that nobody fetches it again.
    func replace(_ path: String, _ bytes: [UInt8]) async throws

    /// Takes a file away; one that is not there is as good.
    func remove(_ path: String) async throws
}

/// A folder, which a web server serves.
struct PublicFolder: PublicFiles {
    /// Something else than a file stands there. A link is not followed: what it leads to may not be for everybody, and
    /// the log quotes it.
    struct Odd: Error, CustomStringConvertible {
        let path: String

        var description: String { "\(path) is no plain file" }
    }

    private let root: String

    init(_ root: String) { self.root = root + "/" }

    func has(_ path: String) -> Bool { DurableFile.exists(root + path) }

    func contents(_ path: String) throws -> [UInt8]? { try PublicFolder.read(root + path) }

    func keep(_ path: String, _ bytes: [UInt8]) async throws {
        try await onDisk(path) { file in
            if !DurableFile.exists(file) { try PublicFolder.write(file, bytes) }
        }
    }

    func replace(_ path: String, _ bytes: [UInt8]) async throws {
        try await onDisk(path) { file in
            if let old = try? PublicFolder.read(file), old == bytes { return }
            try PublicFolder.write(file, bytes)
        }
    }

    func remove(_ path: String) throws { try DurableFile.remove(root + path) }

    /// On a thread that may wait for the disk.
    private func onDisk(_ path: String, _ body: @escaping @Sendable (String) throws -> Void) async throws {
        let file = root + path
        try await NIOThreadPool.singleton.runIfActive { try body(file) }
    }

    private static func read(_ path: String) throws -> [UInt8]? {
        if let status = DurableFile.status(of: path), !status.isPlain { throw Odd(path: path) }
        do throws(DurableFile.Fault) {
            return try DurableFile.contents(of: path, limit: 1 << 24)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    private static func write(_ path: String, _ bytes: [UInt8]) throws {
        if let slash = path.lastIndex(of: "/") {
            try DurableFile.makeFolder(String(path[..<slash]), permissions: 0o755)
        }
        try DurableFile.replace(path, with: bytes, permissions: 0o644)
    }
}

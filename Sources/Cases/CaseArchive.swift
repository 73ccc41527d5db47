// SPDX-License-Identifier: GPL-3.0-or-later

internal import CZip
internal import Glibc
internal import Platform

/// A case export's ZIP file, open for reading.
@safe struct CaseArchive: ~Copyable {
    /// The largest ZIP file that is read, and the largest export.bin that one may unpack to: over three million keys.
    static let maximumLength = 128 << 20
    /// The largest export.sig: ten signatures take some 1 500 bytes.
    static let maximumSignatureLength = 64 << 10
    /// Members that a ZIP file may list; more are refused unseen.
    static let maximumMembers = 8

    private let archive: OpaquePointer

    /// Opens a ZIP file.
    init(file path: String) throws(CaseError) {
        let file = try system { () throws(SystemError) in try File(path, .read) }
        let size = try system { () throws(SystemError) in try file.size() }
        guard size <= CaseArchive.maximumLength else {
            throw .archiveTooLarge(size, limit: CaseArchive.maximumLength)
        }
        let start = max(0, size - archiveTailLength)
        let tail = try system { () throws(SystemError) in try file.read(at: start, count: size - start) }
        try checkArchiveTail(tail, at: start, limit: CaseArchive.maximumMembers)
        let descriptor = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
        var code: Int32 = 0
        // On success libzip owns the descriptor.
        guard let archive = unsafe zip_fdopen(descriptor, 0, &code) else {
            close(descriptor)
            throw .notAnArchive(zipReason(code))
        }
        unsafe self.archive = archive
    }

    /// Opens a ZIP file in memory.
    init(bytes: [UInt8]) throws(CaseError) {
        guard bytes.count <= CaseArchive.maximumLength else {
            throw .archiveTooLarge(bytes.count, limit: CaseArchive.maximumLength)
        }
        let start = max(0, bytes.count - archiveTailLength)
        try checkArchiveTail(Array(bytes[start...]), at: start, limit: CaseArchive.maximumMembers)
        var error = unsafe zip_error_t()
        unsafe zip_error_init(&error)
        defer { unsafe zip_error_fini(&error) }
        // libzip frees this copy with the source, and the source with the archive.
        guard let source = unsafe zip_source_buffer_create(copied(bytes), UInt64(bytes.count), 1, &error) else {
            throw .notAnArchive(zipReason(unsafe error.zip_err))
        }
        guard let archive = unsafe zip_open_from_source(source, ZIP_RDONLY, &error) else {
            unsafe zip_source_free(source)
            throw .notAnArchive(zipReason(unsafe error.zip_err))
        }
        unsafe self.archive = archive
    }

    deinit { unsafe zip_discard(archive) }

    /// The names of the members, as bytes: they are compared, never used as a path.
    func names() -> [[UInt8]] {
        let count = unsafe zip_get_num_entries(archive, 0)
        return (0..<max(0, count)).map { index in
            guard let name = unsafe zip_get_name(archive, UInt64(index), UInt32(ZIP_FL_ENC_RAW)) else { return [] }
            return unsafe Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
        }
    }

    /// Opens member `index`, called `name` in messages, of which at most `limit` bytes are wanted. It must be closed
    /// before the archive is.
    func open(_ index: Int, _ name: String, limit: Int) throws(CaseError) -> ArchiveMember {
        var status = unsafe zip_stat()
        let wanted = UInt64(ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD)
        guard unsafe zip_stat_index(archive, UInt64(index), 0, &status) == 0, unsafe status.valid & wanted == wanted
        else { throw .damagedMember(name, reason: "the ZIP file says nothing of its size") }
        guard unsafe status.size <= UInt64(limit) else { throw .memberTooLarge(name, limit: limit) }
        guard unsafe status.encryption_method == UInt16(ZIP_EM_NONE),
            unsafe [ZIP_CM_STORE, ZIP_CM_DEFLATE].contains(Int32(status.comp_method))
        else { throw .memberPacking(name) }
        guard let member = unsafe zip_fopen_index(archive, UInt64(index), 0) else {
            throw .damagedMember(name, reason: unsafe String(cString: zip_strerror(archive)))
        }
        return unsafe ArchiveMember(member, name, limit: limit)
    }
}

/// A member of a ZIP file, open for reading.
@safe struct ArchiveMember: ~Copyable {
    private let member: OpaquePointer
    private let name: String
    private var left: Int

    fileprivate init(_ member: OpaquePointer, _ name: String, limit: Int) {
        unsafe self.member = member
        self.name = name
        self.left = limit
    }

    deinit { unsafe zip_fclose(member) }

    /// Unpacks bytes into the array from `index` on; answers how many, 0 at the end, where the checksum was right.
    mutating func read(_ buffer: inout [UInt8], _ index: Int) throws(CaseError) -> Int {
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[index...])
            guard let start = room.baseAddress else { return Int64(0) }
            return unsafe zip_fread(member, start, UInt64(room.count))
        }
        guard count >= 0 else {
            throw .damagedMember(name, reason: unsafe String(cString: zip_file_strerror(member)))
        }
        left -= Int(count)
        // The size that the ZIP file claims was checked; this is for the one that lies about it.
        guard left >= 0 else { throw .memberTooLarge(name, limit: left + Int(count)) }
        return Int(count)
    }

    /// All of the member's bytes.
    mutating func contents() throws(CaseError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try read(&piece, 0)
            if count == 0 { return bytes }
            bytes += piece.prefix(count)
        }
    }
}

/// libzip's words for one of its error codes.
func zipReason(_ code: Int32) -> String {
    var error = unsafe zip_error_t()
    unsafe zip_error_init_with_code(&error, code)
    defer { unsafe zip_error_fini(&error) }
    return unsafe String(cString: zip_error_strerror(&error))
}

/// A copy of `bytes` that C's `free` takes back; nil when there is no memory.
func copied(_ bytes: [UInt8]) -> UnsafeMutableRawPointer? {
    guard let copy = unsafe malloc(max(1, bytes.count)) else { return nil }
    unsafe bytes.withUnsafeBytes {
        unsafe UnsafeMutableRawBufferPointer(start: copy, count: $0.count).copyMemory(from: $0)
    }
    return unsafe copy
}

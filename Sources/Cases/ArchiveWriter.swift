// SPDX-License-Identifier: GPL-3.0-or-later

internal import CZip
internal import Glibc

/// A ZIP file with the given members, in this order, deflated at `level`, from 1, the fastest, to 9. It names no time: every member
/// is of 1980-01-01.
func writeArchive(
    _ members: [(name: String, bytes: [UInt8])], level: UInt32 = 9
) throws(CaseError) -> [UInt8] {
    var error = unsafe zip_error_t()
    unsafe zip_error_init(&error)
    defer { unsafe zip_error_fini(&error) }
    guard let target = unsafe zip_source_buffer_create(nil, 0, 1, &error) else {
        throw .notAnArchive(zipReason(unsafe error.zip_err))
    }
    defer { unsafe zip_source_free(target) }
    // The archive frees its source; the bytes are wanted after that.
    unsafe zip_source_keep(target)
    guard let archive = unsafe zip_open_from_source(target, ZIP_TRUNCATE, &error) else {
        unsafe zip_source_free(target)
        throw .notAnArchive(zipReason(unsafe error.zip_err))
    }
    for (name, bytes) in members {
        guard let source = unsafe zip_source_buffer(archive, copied(bytes), UInt64(bytes.count), 1) else { continue }
        let index = unsafe zip_file_add(archive, name, source, 0)
        if index < 0 { unsafe zip_source_free(source) }
        unsafe zip_file_set_dostime(archive, UInt64(clamping: index), 0, 1 << 5 | 1, 0)
        unsafe zip_set_file_compression(archive, UInt64(clamping: index), ZIP_CM_DEFLATE, level)
    }
    guard unsafe zip_get_num_entries(archive, 0) == members.count, unsafe zip_close(archive) == 0 else {
        let reason = unsafe String(cString: zip_strerror(archive))
        unsafe zip_discard(archive)
        throw .notAnArchive(reason)
    }
    return try unsafe contents(of: target)
}

private func contents(of source: OpaquePointer) throws(CaseError) -> [UInt8] {
    var status = unsafe zip_stat()
    guard unsafe zip_source_stat(source, &status) == 0, unsafe zip_source_open(source) == 0 else {
        throw .notAnArchive("the ZIP file cannot be written")
    }
    defer { unsafe zip_source_close(source) }
    var bytes = [UInt8](repeating: 0, count: Int(clamping: unsafe status.size))
    guard unsafe zip_source_read(source, &bytes, UInt64(bytes.count)) == bytes.count else {
        throw .notAnArchive("the ZIP file cannot be written")
    }
    return bytes
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The end of a ZIP file, looked at before libzip reads it: libzip takes memory for as many members as the file claims.

/// Bytes at a ZIP file's end in which its closing record must begin: 22, and a comment of up to 65 535.
let archiveTailLength = 22 + 65_535

/// Refuses a ZIP file whose closing record claims more members than `limit`, or that uses the ZIP64 form, which files
/// of this size have no need of. `tail` is the file's last bytes (up to `archiveTailLength`), the first of them at
/// `offset` of the file.
func checkArchiveTail(_ tail: [UInt8], at offset: Int, limit: Int) throws(CaseError) {
    var found = false
    // Like libzip, look at every place that could be the closing record, not at the last one only.
    for index in stride(from: 0, through: tail.count - 22, by: 1) where tail.word(at: index) == 0x0605_4B50 {
        let commentLength = tail.halfWord(at: index + 20)
        let size = Int(tail.word(at: index + 12))
        let start = Int(tail.word(at: index + 16))
        guard index + 22 + commentLength <= tail.count else { continue }
        if index >= 20 && tail.word(at: index - 20) == 0x0706_4B50 {
            throw .notAnArchive("it is in the ZIP64 form, which case exports do not use")
        }
        guard start + size <= offset + index else { continue }
        found = true
        let members = tail.halfWord(at: index + 10)
        if members > limit || tail.halfWord(at: index + 8) > limit { throw .tooManyMembers(members) }
    }
    guard found else { throw .notAnArchive("it has no closing record; it is something else or was cut short") }
}

extension [UInt8] {
    /// Two bytes as a little-endian number; the caller has checked that they are there.
    fileprivate func halfWord(at index: Int) -> Int { Int(self[index]) | Int(self[index + 1]) << 8 }

    /// Four bytes as a little-endian number; the caller has checked that they are there.
    fileprivate func word(at index: Int) -> UInt32 {
        UInt32(halfWord(at: index)) | UInt32(halfWord(at: index + 2)) << 16
    }
}

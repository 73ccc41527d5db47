// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Platform

/// A segment open for appending.
///
/// What was appended since the last `flush` that succeeded is kept in memory as well: after an `fdatasync` that fails, the
/// kernel counts the pages as written although the medium does not have them, so nothing but writing them again helps.
final class OpenSegment {
    /// Bytes that may wait for a flush. Past it, an append flushes first.
    static let patience = 1 << 20

    private let file: any JournalFile
    private let cipher: SegmentCipher?
    private let seed: UInt32
    /// Where the bytes begin that the medium may not have.
    private var safeEnd: Int
    private var waiting: [UInt8] = []
    private var isDistrusted = false

    /// A segment whose next record goes to byte `end` of its file; `cipher` is nil for version 1.
    init(file: any JournalFile, day: UTCDay, cipher: SegmentCipher?, end: Int) {
        self.file = file
        self.cipher = cipher
        self.seed = day.seed
        self.safeEnd = end
    }

    /// Writes records behind the last one. After an error none of them counts, and the next append goes over whatever part
    /// of them stands in the file.
    func append(_ records: [PackedSighting]) throws(JournalError) {
        if waiting.count >= Self.patience { try flush() }
        var bytes = records.finished(seed: seed)
        let end = safeEnd + waiting.count
        if let cipher { try cipher.encrypt(&bytes, at: end) }
        try attempt { () throws(SystemError) in try file.write(bytes, at: end) }
        waiting += bytes
    }

    /// Returns when everything appended is on the medium.
    func flush() throws(JournalError) {
        guard !waiting.isEmpty else { return }
        try attempt { () throws(SystemError) in
            if isDistrusted { try file.write(waiting, at: safeEnd) }
            isDistrusted = true
            try file.synchronize()
        }
        isDistrusted = false
        safeEnd += waiting.count
        // A burst's memory goes back; a scan's is kept for the next.
        waiting.removeAll(keepingCapacity: waiting.count <= 1 << 16)
    }
}

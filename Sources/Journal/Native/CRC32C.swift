// SPDX-License-Identifier: GPL-3.0-or-later

internal import CJournal

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4), by the processor's instruction where it has one.
enum CRC32C {
    /// The checksum of `bytes`, or of `bytes` behind those that gave `seed`.
    static func checksum(_ bytes: Span<UInt8>, seed: UInt32 = 0) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return seed }
            return unsafe journal_crc32c(seed, start, buffer.count)
        }
    }

    /// The same by tables, as on a processor without the instruction.
    static func checksumByTable(_ bytes: Span<UInt8>, seed: UInt32 = 0) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return seed }
            return unsafe journal_crc32c_by_table(seed, start, buffer.count)
        }
    }
}

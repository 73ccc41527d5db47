// SPDX-License-Identifier: GPL-3.0-or-later

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4), eight bytes a step by tables.
enum CRC32C {
    /// The checksum of `bytes`, or of `bytes` behind those that gave `seed`.
    static func checksum(_ bytes: Span<UInt8>, seed: UInt32 = 0) -> UInt32 {
        let tables = Self.tables.span
        var crc = ~seed
        var index = 0
        while index + 8 <= bytes.count {
            let low = crc ^ bytes.word(at: index)
            let high = bytes.word(at: index + 4)
            let first = tables[1792 + Int(low & 255)] ^ tables[1536 + Int((low >> 8) & 255)]
            let second = tables[1280 + Int((low >> 16) & 255)] ^ tables[1024 + Int(low >> 24)]
            let third = tables[768 + Int(high & 255)] ^ tables[512 + Int((high >> 8) & 255)]
            let fourth = tables[256 + Int((high >> 16) & 255)] ^ tables[Int(high >> 24)]
            crc = (first ^ second) ^ (third ^ fourth)
            index += 8
        }
        while index < bytes.count {
            crc = crc >> 8 ^ tables[Int((crc ^ UInt32(bytes[index])) & 255)]
            index += 1
        }
        return ~crc
    }

    /// Eight tables of 256: table k gives the effect of a byte that k more bytes follow.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 2048)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0x82F6_3B78 : 0) }
            tables[byte] = crc
        }
        for index in 256..<2048 {
            let before = tables[index - 256]
            tables[index] = before >> 8 ^ tables[Int(before & 255)]
        }
        return tables
    }()
}

// SPDX-License-Identifier: GPL-3.0-or-later

/// The key of one segment: two AES-256 keys for XTS, drawn from the system's random source. Never printed.
struct SegmentKey: Hashable, Sendable, CustomStringConvertible {
    static let size = 64

    let bytes: [UInt8]

    /// Nil for another number of bytes.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size else { return nil }
        self.bytes = bytes
    }

    init(using random: inout any RandomNumberGenerator) {
        bytes = [UInt8](random: Self.size, using: &random)
    }

    var description: String { "(a key)" }
}

extension [UInt8] {
    /// `count` random bytes.
    init(random count: Int, using random: inout any RandomNumberGenerator) {
        self = []
        reserveCapacity(count)
        while self.count < count {
            let word = random.next()
            for place in 0..<Swift.min(8, count - self.count) { append(UInt8(truncatingIfNeeded: word >> (8 * place))) }
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Crypto

/// Random numbers that a secret seed determines: HMAC-SHA256 of a counter. An export that a crash interrupted is made again with
/// the same padding in the same places, and nobody without the seed tells padding from keys.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private let key: SymmetricKey
    private var counter: UInt64 = 0
    private var words: [UInt64] = []

    package init(seed: [UInt8]) { key = SymmetricKey(data: seed) }

    package mutating func next() -> UInt64 {
        if let word = words.popLast() { return word }
        let count = (0..<8).map { UInt8(truncatingIfNeeded: counter >> (8 * UInt64($0))) }
        counter &+= 1
        let block = Array(HMAC<SHA256>.authenticationCode(for: count, using: key))
        words = stride(from: 0, to: block.count, by: 8).map { start in
            block[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        return words.popLast() ?? 0
    }

    /// So many bytes.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}

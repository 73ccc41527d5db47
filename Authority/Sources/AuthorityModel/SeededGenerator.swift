// SPDX-License-Identifier: GPL-3.0-or-later

internal import Crypto

/// Random numbers that a secret seed determines: HMAC-SHA256 of a counter. An export that a crash interrupted is made again with
/// the same padding in the same places, and nobody without the seed tells padding from keys.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// Has the key; what every code begins with is made once.
    private let keyed: HMAC<SHA256>
    private var counter: UInt64 = 0
    private var words: [UInt64] = []

    package init(seed: [UInt8]) { keyed = HMAC(key: SymmetricKey(data: seed)) }

    package mutating func next() -> UInt64 {
        if let word = words.popLast() { return word }
        var code = keyed
        code.update(data: (0..<8).map { UInt8(truncatingIfNeeded: counter >> (8 * UInt64($0))) })
        counter &+= 1
        var word: UInt64 = 0
        for (count, byte) in code.finalize().enumerated() {
            word = word << 8 | UInt64(byte)
            if count % 8 == 7 { words.append(word) }
        }
        return words.popLast() ?? 0
    }

    /// So many bytes.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import CCrypto

/// The secret that one UTC day's identifiers of one format derive from: 32 bytes (Bluezone) or 16 (a temporary
/// exposure key). Kept in words, so that a million keys of an export touch no heap.
public struct DailyKey: Hashable, Sendable {
    /// Four words on end. Not SIMD4, which is aligned to 32 bytes: Swift 6.3 makes the frame of an async function that holds such
    /// a value too small, and the function then writes behind it.
    package struct Words: Hashable, Sendable {
        package let first, second, third, fourth: UInt64

        /// Word 0 ... 3; 0 for any other number.
        package subscript(index: Int) -> UInt64 {
            switch index {
            case 0: first
            case 1: second
            case 2: third
            case 3: fourth
            default: 0
            }
        }
    }

    /// The key's bytes, eight to a word, the first of them in the least significant place; words past the key are zero.
    package let words: Words
    /// Which format's identifiers derive from the key.
    public let format: BeaconFormat

    /// The key made of `bytes`; nil when their number is not the format's.
    public init?(format: BeaconFormat, bytes: [UInt8]) {
        self.init(format: format, bytes: bytes.span)
    }

    /// The key made of `bytes`; nil when their number is not the format's.
    package init?(format: BeaconFormat, bytes: Span<UInt8>) {
        guard bytes.count == format.keyLength else { return nil }
        self.init(checked: format, bytes)
    }

    /// The key's 32 or 16 bytes.
    public var bytes: [UInt8] {
        (0..<format.keyLength).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> (8 * UInt64($0 % 8))) }
    }

    /// A fresh key from the system's random source.
    ///
    /// The published Bluezone app hashes each day's key into the next one's, so that one published key gives away its
    /// owner's whole future. Here no key says anything about another.
    package static func random(_ format: BeaconFormat) -> DailyKey {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<format.keyLength).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return DailyKey(checked: format, bytes.span)
    }

    private init(checked format: BeaconFormat, _ bytes: Span<UInt8>) {
        self.words = Words(
            first: bytes.littleEndianWord(at: 0), second: bytes.littleEndianWord(at: 8),
            third: bytes.littleEndianWord(at: 16), fourth: bytes.littleEndianWord(at: 24))
        self.format = format
    }

    /// The identifiers of the day's slots in order: 96 for Bluezone unless `slots` says otherwise, 144 for Exposure
    /// Notification, whose key begins at interval number `firstInterval`.
    package func identifiers(firstInterval: UInt32, slots: Int? = nil) -> [EphemeralIdentifier] {
        switch format {
        case .bluezone:
            BluezoneDerivation.identifiers(key: bytes, count: slots ?? format.slotsPerDay)
        case .exposureNotification:
            ExposureNotificationDerivation(key: bytes)
                .identifiers(from: firstInterval, count: slots ?? format.slotsPerDay)
        }
    }
}

/// In the order of their bytes.
extension DailyKey: Comparable {
    /// Whether `a` stands before `b` where keys are sorted by their bytes.
    public static func < (a: DailyKey, b: DailyKey) -> Bool {
        // The first byte of a key stands in the least significant place of its first word.
        for index in 0..<4 where a.words[index] != b.words[index] {
            return a.words[index].byteSwapped < b.words[index].byteSwapped
        }
        return a.format.rawValue > b.format.rawValue
    }
}

/// SHA-256 of `bytes`.
package func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    _ = unsafe SHA256(bytes, bytes.count, &digest)
    return digest
}

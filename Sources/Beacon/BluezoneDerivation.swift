// SPDX-License-Identifier: GPL-3.0-or-later
// The published Bluezone app's derivation (2.0.3 and later): SHA-256 only, in chains.

package enum BluezoneDerivation {
    /// The salt of a day's first sub-key. The spelling is the protocol's.
    static let salt = Array("bluzonesubkey".utf8)

    /// Where the 12 bytes of an identifier stand in its sub-key.
    static let positions = [0, 4, 8, 12, 16, 18, 20, 22, 24, 26, 28, 30]

    /// The first `count` identifiers of the day that `key` (32 bytes) belongs to.
    package static func identifiers(key: [UInt8], count: Int) -> [EphemeralIdentifier] {
        var identifiers: [EphemeralIdentifier] = []
        identifiers.reserveCapacity(count)
        forEachIdentifier(key: key, count: count) { identifiers.append($0) }
        return identifiers
    }

    /// Calls `body` with each of the first `count` identifiers in slot order.
    package static func forEachIdentifier(key: [UInt8], count: Int, _ body: (EphemeralIdentifier) -> Void) {
        guard count > 0 else { return }
        var subKey = sha256(key + salt)
        for slot in 0..<count {
            if slot > 0 { subKey = sha256(subKey) }
            body(fold(subKey))
        }
    }

    /// The identifier of a 32-byte sub-key.
    package static func fold(_ subKey: [UInt8]) -> EphemeralIdentifier {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for (index, position) in positions.enumerated() {
            let byte = UInt64(subKey[position])
            if index < 8 { low |= byte << (8 * index) } else { high |= byte << (8 * (index - 8)) }
        }
        return EphemeralIdentifier(format: .bluezone, low: low, high: high)
    }

    /// The app's key of the day after the one `key` belongs to. Our own keys are never chained; this serves to read
    /// the app's case messages, which name one key for several days.
    package static func nextDay(_ key: [UInt8]) -> [UInt8] { sha256(key) }

    /// The slot of `time` in its UTC day, 0 ..< `slotsPerDay`; `slotsPerDay` is at least 1. A day that it does not
    /// divide ends in a slot shortened to the last.
    package static func slot(of time: Timestamp, slotsPerDay: Int = 96) -> Int {
        let length = UTCDay.milliseconds / Int64(slotsPerDay)
        return min(Int(time.millisecondsOfDay / length), slotsPerDay - 1)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// An identifier heard a moment ago, as far as it may be shown: at most three of its bytes, which tell the lines of a
/// live list apart and are worth nothing to anybody who would follow a person.
package struct NearbyBeacon: Hashable, Sendable {
    /// Bytes of an identifier that may leave the daemon.
    package static let prefixLength = 3

    /// The identifier's first bytes as lower-case hexadecimal digits, at most six.
    package let prefix: String
    package var format: BeaconFormat
    /// The newest signal strength in dBm, -127 ... 20.
    package var rssi: Int8
    /// Seconds since it was last heard.
    package var age: UInt32
    /// How often it was heard since it came near; 0 where the daemon does not say.
    package var samples: UInt32 = 0

    /// Keeps the first three bytes of `identifier` and forgets the rest.
    package init(identifier: EphemeralIdentifier, rssi: Int8, age: UInt32, samples: UInt32 = 0) {
        self.samples = samples
        self.prefix = (0..<NearbyBeacon.prefixLength).map { identifier.byte(at: $0) }.hex
        self.format = identifier.format
        self.rssi = rssi
        self.age = age
    }

    /// An entry as the bus gave it; a longer `prefix` is cut.
    init(prefix: String, format: BeaconFormat, rssi: Int8, age: UInt32, samples: UInt32 = 0) {
        self.samples = samples
        self.prefix = String(prefix.prefix(2 * NearbyBeacon.prefixLength))
        self.format = format
        self.rssi = rssi
        self.age = age
    }
}

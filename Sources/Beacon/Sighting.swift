// SPDX-License-Identifier: GPL-3.0-or-later

/// What an advertisement of either format says: who, and the format's metadata.
package struct BeaconPayload: Hashable, Sendable {
    package var identifier: EphemeralIdentifier
    /// Exposure Notification's associated encrypted metadata (4 bytes, first byte most significant); 0 for Bluezone.
    package var metadata: UInt32

    package init(identifier: EphemeralIdentifier, metadata: UInt32 = 0) {
        self.identifier = identifier
        self.metadata = metadata
    }
}

/// One beacon heard within one scan: what the encounter journal stores.
package struct Sighting: Hashable, Sendable {
    package var payload: BeaconPayload
    /// When it was heard: the time of the scan.
    package var time: Timestamp
    /// When the scan before this one was; nil when unknown (the first after a start or a long pause).
    package var previousScan: Timestamp?
    /// The strongest signal of this scan in dBm, -127 ... 20.
    package var rssi: Int8
    /// The mean signal of this scan in dBm, rounded.
    package var meanRSSI: Int8

    package init(payload: BeaconPayload, time: Timestamp, previousScan: Timestamp?, rssi: Int8, meanRSSI: Int8) {
        self.payload = payload
        self.time = time
        self.previousScan = previousScan
        self.rssi = rssi
        self.meanRSSI = meanRSSI
    }
}

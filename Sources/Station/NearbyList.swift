// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Radio

/// Who was heard a moment ago: the newest reception of each identifier.
struct NearbyList {
    private var newest: [EphemeralIdentifier: Reception] = [:]

    /// Takes a reception in; what finds no room among `WindowTally.capacity` others is left out.
    mutating func note(_ reception: Reception) {
        let identifier = reception.payload.identifier
        guard newest.count < WindowTally.capacity || newest[identifier] != nil else { return }
        newest[identifier] = reception
    }

    /// Forgets what was heard before the boot time `time`.
    mutating func drop(before time: Duration) {
        newest = newest.filter { $0.value.time >= time }
    }

    mutating func removeAll() { newest = [:] }

    /// The newest reception of each identifier, the strongest first.
    var receptions: [Reception] { newest.values.sorted { $0.rssi > $1.rssi } }
}

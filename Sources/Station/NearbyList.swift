// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Radio

/// Who was heard a moment ago: the newest reception of each identifier.
struct NearbyList {
    /// Somebody near.
    struct Neighbour {
        /// The newest.
        var reception: Reception
        /// Receptions so far.
        var samples = 0
    }

    private var neighbours: [EphemeralIdentifier: Neighbour] = [:]

    /// Takes a reception in; what finds no room among `WindowTally.capacity` others is left out.
    mutating func note(_ reception: Reception) {
        let identifier = reception.payload.identifier
        guard neighbours.count < WindowTally.capacity || neighbours[identifier] != nil else { return }
        neighbours[identifier, default: Neighbour(reception: reception)].reception = reception
        neighbours[identifier]?.samples += 1
    }

    /// Forgets what was heard before the boot time `time`.
    mutating func drop(before time: Duration) {
        neighbours = neighbours.filter { $0.value.reception.time >= time }
    }

    mutating func removeAll() { neighbours = [:] }

    /// Everybody, the strongest first.
    var all: [Neighbour] { neighbours.values.sorted { $0.reception.rssi > $1.reception.rssi } }
}

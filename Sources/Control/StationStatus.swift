// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// Everything the daemon says about itself: the properties of its D-Bus object at one moment. It holds counts, days
/// and times of its own work; never an identifier, a key or an address.
package struct StationStatus: Hashable, Sendable {
    /// What the daemon is doing.
    package enum State: String, CaseIterable, Sendable {
        /// Not yet ready: reading its files, waiting for the bus or for the first answer of the radio.
        case starting
        /// Sending and listening.
        case running
        /// Off the air because its owner asked for it.
        case paused
        /// There is no (configured) Bluetooth adapter.
        case noAdapter = "no-adapter"
        /// There is an adapter, and something keeps the daemon from using it; a warning says what.
        case blocked
        /// The clock is not to be trusted yet: listening, and keeping what was heard until the clock is set.
        case clockUntrusted = "clock-untrusted"

        /// Whether Bluetooth cannot be used until somebody does something about it.
        package var isBluetoothUnusable: Bool { self == .noAdapter || self == .blocked }
    }

    /// How much of its time the daemon means to listen.
    package enum ScanProfile: String, CaseIterable, Sendable {
        case battery, balanced, continuous
        /// Windows or pauses that the owner set.
        case custom
    }

    /// A way of handing identifiers over.
    package enum Handover: String, CaseIterable, Sendable {
        /// We connect to iPhones and read theirs, which shows them the adapter's address.
        case read
        /// Whoever is connected with us can read ours.
        case serve
    }

    package var state = State.starting
    /// The adapter in use, such as `hci0`; empty when there is none.
    package var adapter = ""
    /// The model of the adapter as adapters.toml names it, `usb:0a5c:21e8`; empty when the kernel does not say.
    package var adapterModel = ""
    /// dB that are added to what the adapter says it hears.
    package var correction: Int8 = 0
    /// dBm that our beacons declare to leave the antenna.
    package var radiatedPower: Int8 = 0
    /// dBm that the controller says it is set to; 127 when it does not say.
    package var chipPower: Int8 = 127
    /// How far `radiatedPower` can be trusted: lowest, low, medium or high.
    package var confidence = "lowest"
    /// The formats whose identifiers are on the air now; empty when silent.
    package var formats: [BeaconFormat] = []
    /// Sightings written to the journal in the current UTC day.
    package var sightingsToday: UInt32 = 0
    /// Different identifiers among them; `mostIdentifiers` stands for that many or more.
    package var identifiersToday: UInt32 = 0
    /// So many are told apart in a day.
    package static let mostIdentifiers: UInt32 = 500_000
    /// When the newest sighting was heard; nil when the journal has none. Whole seconds on the bus.
    package var lastSighting: Timestamp?
    /// When matching last ended; nil before the first time.
    package var lastMatch: Timestamp?
    /// When a case export was last imported; nil before the first.
    package var lastImport: Timestamp?
    /// Case keys held for matching.
    package var caseKeys: UInt32 = 0
    /// The worst alert that stands.
    package var alertLevel = AlertStanding.none
    /// Bytes of the encounter journal on disk.
    package var journalBytes: UInt64 = 0
    /// UTC days in the journal that have at least one sighting, out of `daysKept`.
    package var daysRecorded: UInt32 = 0
    /// Days that the journal keeps before it drops the oldest.
    package var daysKept: UInt32 = 14
    /// When a pause ends by itself; nil when not paused or paused until `Resume`.
    package var pausedUntil: Timestamp?
    /// Sightings of today that are replays: of an Exposure Notification identifier heard for more than 20 minutes.
    package var replaysToday: UInt32 = 0
    /// How often this device's own identifiers were heard since the daemon's start: somebody repeats them.
    package var ownHeard: UInt32 = 0
    package var scanProfile = ScanProfile.balanced
    /// The share of the last hour, in percent, that the radio listened; since the start when that is less long ago.
    package var listeningShare: UInt32 = 0
    /// How the daemon listens; nil before the first scan, and on a simulated air.
    package var scanWay: ScanWay?
    /// Reports lost since the start because the daemon or the machine was too slow, and beacons that found no room.
    package var lostReports: UInt64 = 0
    /// Which identifiers change hands by GATT, beside those on the air; empty unless the owner asked for it.
    package var handover: [Handover] = []
    /// Peers that were asked since the start and handed one over.
    package var handoversRead: UInt32 = 0
    /// Peers that were asked since the start and did not.
    package var handoversFailed: UInt32 = 0
    /// The number of the health authority's policy in force; 0 when the program's own thresholds are.
    package var policySerial: UInt64 = 0
    /// The region that it is for, and the name of the key that signed it.
    package var policyRegion = ""
    package var policySigner = ""
    /// When this device took it, and until when it is good.
    package var policySince: Timestamp?
    package var policyUntil: Timestamp?
    /// What it sets, each `Key=value`.
    package var policyEntries: [String] = []
    /// What this device's configuration sets, each `Key=value`: it wins.
    package var policyOverrides: [String] = []
    /// What keeps the daemon from doing its whole job, worst first.
    package var warnings: [StationWarning] = []

    package init() {}
}

/// The worst alert that stands, or none.
package enum AlertStanding: String, CaseIterable, Sendable {
    case none
    /// Was near a contact of a confirmed case.
    case f2 = "F2"
    /// Was near a confirmed case.
    case f1 = "F1"
}

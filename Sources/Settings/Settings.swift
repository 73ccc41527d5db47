// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that can be configured, typed and checked. bluezone.conf(5) is the text for people.

package import Beacon

/// The merged configuration.
package struct Settings: Hashable, Sendable {
    package var station = Station()
    package var radio = Radio()
    package var scan = Scan()
    package var journal = Journal()
    package var cases = Cases()
    package var clock = Clock()
    package var bus = Bus()
    package var sync = Sync()
    package var publish = Publish()
    package var adoption = Adoption()
    package var gate = Gate()
    /// [Policy] as written, one entry for each key, the last one's value. The exposure floor says what they mean.
    package var policy: [SettingsEntry] = []
    /// Every setting in force with its origin, in the order of bluezone.conf(5), [Policy] last.
    package var entries: [SettingsEntry] = []

    /// The defaults, with no entries.
    package init() {}

    /// [Station]
    package struct Station: Hashable, Sendable {
        /// The formats we send, without repetition, at least one. Both are always heard.
        package var formats: [BeaconFormat] = [.bluezone, .exposureNotification]
        /// The language of alerts.
        package var language = Language.english
        /// The folder of journal, keys and alerts.
        package var stateFolder = "/var/lib/bluezone"
    }

    /// [Radio]
    package struct Radio: Hashable, Sendable {
        package var kind = RadioKind.bluez
        /// `hci0`; nil for the first adapter there is.
        package var adapter: String?
        /// The folder that stations on a simulated air share; set whenever `kind` is `air`.
        package var air: String?
        /// dBm that our metadata declares to be radiated; nil for what the table of adapters says.
        package var transmitPower: Int8?
        /// How long nothing at all may be heard before everything is put on the air anew.
        package var silence = Duration.seconds(600)
        /// Whether to switch the adapter off and on when that does not help.
        package var isPowerCycling = false
        /// Whether we connect to iPhones for the identifiers that they do not send. It shows them the adapter's address.
        package var readsIPhones = false
        /// Whether those who are connected with us can read our identifier by GATT.
        package var servesIdentifier = false
    }

    /// [Scan]
    package struct Scan: Hashable, Sendable {
        package var profile = ScanProfile.automatic
        /// How long each window listens, 1 to 60 s; nil for the profile's length.
        package var window: Duration?
        /// How long the radio rests between two windows, 0 to 300 s; nil for the profile's scans and pauses.
        package var pause: Duration?
        package var way = ScanChoice.automatic
    }

    /// [Journal]
    package struct Journal: Hashable, Sendable {
        /// Days that sightings are kept, 1 to 30.
        package var retentionDays = 14
    }

    /// [Cases]
    package struct Cases: Hashable, Sendable {
        /// The folder where complete case exports arrive.
        package var spool = "/var/lib/bluezone-sync/spool"
        /// The folder of the health authority's public keys.
        package var keysFolder = "/etc/bluezone/keys.d"
        /// The regions whose case exports and policies count; nil for any.
        package var regions: Set<String>? = ["VN"]
    }

    /// [Clock]
    package struct Clock: Hashable, Sendable {
        package var trust = ClockTrust.automatic
        /// Seconds of the simulated air that pass in one of ours, 1 to 3600; 1 with a real radio.
        package var speed = 1
        /// When the simulated air's clock starts; nil for now, and always with a real radio.
        package var start: Timestamp?
        /// The machine's time at which the simulated air's clock showed `start`, so that stations started one after the
        /// other agree; nil for the moment each starts.
        package var origin: Timestamp?
    }

    /// [Bus]
    package struct Bus: Hashable, Sendable {
        package var control = ControlBus.system
    }

    /// [Sync]
    package struct Sync: Hashable, Sendable {
        /// Where the list of case exports is; nil when nothing is to be fetched.
        package var index: SourceURL?
        /// What the list's paths are relative to, ending in `/`; nil for the folder that the list lies in.
        package var base: SourceURL?
        /// Bytes that one case export may have.
        package var maximumBytes = 64 << 20
    }

    /// [Publish]
    package struct Publish: Hashable, Sendable {
        /// Where the health authority takes keys, ending in `/`; nil when nothing can be published.
        package var server: SourceURL?
        /// Where it verifies codes, ending in `/`; nil for `server`.
        package var verification: SourceURL?
        /// What the verification server knows this app by; nil for nothing.
        package var apiKey: String?
        /// The name that the publish server knows the health authority by.
        package var authority = "vn.gov.moh.bluezone"
        package var chaff = ChaffChoice.automatic
        /// The socket at which bluezone-sync takes what its owner agreed to.
        package var socket = "/run/bluezone-publish.sock"
    }

    /// [Adoption]
    package struct Adoption: Hashable, Sendable {
        /// Whether this device says once a week that it is there.
        package var isCounted = false
        /// Where, `VN-04`; nothing else is said.
        package var province: String?
    }

    /// [Gate]
    package struct Gate: Hashable, Sendable {
        /// dBm from which on a signal is of somebody within about a metre, -100 to -20.
        package var nearSignal: Int8 = -70
        /// How long after its newest near signal a beacon counts as there, 1 to 60 s.
        package var hold = Duration.seconds(12)
        /// Days that counts are kept, 1 to 3650.
        package var retentionDays = 90
    }
}

/// The language that a person is spoken to in.
package enum Language: String, Hashable, Sendable, CaseIterable {
    case english = "en"
    case vietnamese = "vi"
}

/// What stands behind the radio.
package enum RadioKind: String, Hashable, Sendable, CaseIterable {
    /// A Bluetooth adapter by way of bluetoothd.
    case bluez
    /// A folder of sockets: stations on one machine hear one another, with no adapter.
    case air
}

/// When fake publications are sent, among which a real one is not seen.
package enum ChaffChoice: String, Hashable, Sendable, CaseIterable {
    /// While the machine runs on mains power.
    case automatic = "auto"
    case yes
    case no
}

/// How much of its time a station listens.
package enum ScanProfile: String, Hashable, Sendable, CaseIterable {
    /// `battery` while the machine runs on battery, else `balanced`.
    case automatic = "auto"
    /// As little as meets the promise of docs/scanning.md.
    case battery
    /// A scan every minute.
    case balanced
    /// Always.
    case continuous
}

/// How to listen.
package enum ScanChoice: String, Hashable, Sendable, CaseIterable {
    /// By an HCI socket where this process may have one, else by discovery.
    case automatic = "auto"
    case discovery
    case monitor
    case hci

    /// The way asked for; nil for the best there is.
    package var way: ScanWay? {
        switch self {
        case .automatic: nil
        case .discovery: .discovery
        case .monitor: .monitor
        case .hci: .hci
        }
    }
}

/// When the wall clock counts as right.
package enum ClockTrust: String, Hashable, Sendable, CaseIterable {
    /// When the kernel says that it is synchronised.
    case automatic = "auto"
    /// From the start.
    case always
}

/// The message bus that the control interface is on.
package enum ControlBus: Hashable, Sendable {
    case system
    case none
    /// A D-Bus address, `unix:path=/run/demo/bus`.
    case address(String)
}

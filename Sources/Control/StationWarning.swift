// SPDX-License-Identifier: GPL-3.0-or-later

/// One thing that keeps the daemon from doing its whole job. On the bus it is the kind's word, or the word, a colon, a
/// space and the detail: `settings-refused: /etc/bluezone/bluezone.conf:3: unknown key "Fromat"`.
package struct StationWarning: Hashable, Sendable {
    /// What is wrong; the control tool knows a sentence and a remedy for each.
    package enum Kind: String, CaseIterable, Sendable {
        /// `bluetoothd` does not run.
        case bluetoothAbsent = "bluetoothd-absent"
        /// No adapter, or not the configured one; the detail is the configured adapter's name when one is configured.
        case adapterAbsent = "adapter-absent"
        /// The adapter is powered off.
        case adapterOff = "adapter-off"
        /// The adapter is switched off by rfkill (flight mode).
        case radioKilled = "rfkill"
        /// Somebody made the adapter discoverable or connectable, and a broadcast would show its public address.
        case adapterExposed = "adapter-exposed"
        /// BlueZ refused to advertise; the detail says what it answered.
        case advertisingRefused = "advertising-refused"
        /// BlueZ refused to listen, while sending goes on; the detail says what it answered.
        case scanRefused = "scan-refused"
        /// The controller has fewer advertising slots than there are formats: they go out in turn.
        case slotsShared = "slots-shared"
        /// Today's keys were closed to be published, and the next ones have not begun: nothing is sent until then.
        case keysClosed = "keys-closed"
        /// Listening is done in another way than the configured one; the detail says why.
        case scanWayRefused = "scan-way-refused"
        /// No device at all was heard for long: nobody is near, or the adapter is stuck.
        case nothingHeard = "nothing-heard"
        /// The clock has not been synchronised, or is hours away from what others say.
        case clockUntrusted = "clock-untrusted"
        /// The disk is full: nothing is recorded until there is room.
        case diskFull = "disk-full"
        /// The journal holds damaged records that were skipped, or cannot be written; the detail says which.
        case journalDamaged = "journal-damaged"
        /// The configuration on disk was refused and the old settings stay; the detail says file, line and why.
        case settingsRefused = "settings-refused"
        /// A case export was refused; the detail says the file's name and why.
        case exportRefused = "export-refused"
        /// The authority's policy that was fetched was refused; the detail says why.
        case policyRefused = "policy-refused"
        /// The authority's last policy is over, and no newer one came: the program's own thresholds are in force.
        case policyExpired = "policy-expired"
        /// No case export came for more than a day.
        case casesStale = "cases-stale"
        /// No public key of a health authority is installed: no case export can be accepted.
        case authorityAbsent = "authority-absent"
        /// Somebody sends this device's own identifiers.
        case relayed
    }

    package var kind: Kind
    /// What the kind alone does not say, for people; empty when there is nothing to add. Never an identifier or a key.
    package var detail: String

    package init(_ kind: Kind, detail: String = "") {
        self.kind = kind
        self.detail = detail
    }

    /// The warning that `text` spells; nil for a kind that this version does not know.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard let word = parts.first, let kind = Kind(rawValue: String(word)) else { return nil }
        self.kind = kind
        self.detail = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
    }

    /// The text on the bus.
    package var text: String { detail.isEmpty ? kind.rawValue : "\(kind.rawValue): \(detail)" }
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The daemon's D-Bus interface, said once. The same in words: docs/dbus-interface.md.

/// Names on the system bus.
package enum StationInterface {
    /// The well-known name that the daemon owns.
    package static let busName = "org.bluezone1"
    /// The daemon's one object.
    package static let path = "/org/bluezone1"
    /// The interface of that object.
    package static let name = "org.bluezone1.Station"
    /// The group whose members may call what root may call.
    package static let group = "bluezone"
    /// What errors of ours are called; the bus's own keep their names.
    package static let errorPrefix = "org.bluezone1.Error."
}

/// The properties of `org.bluezone1.Station`, all read-only; `signature` is the D-Bus type.
package enum StationProperty: String, CaseIterable, Sendable {
    case state = "State"
    case adapter = "Adapter"
    case formats = "Formats"
    case adapterModel = "AdapterModel"
    case correction = "Correction"
    case radiatedPower = "RadiatedPower"
    case chipPower = "ChipPower"
    case confidence = "Confidence"
    case sightingsToday = "SightingsToday"
    case identifiersToday = "IdentifiersToday"
    case lastSighting = "LastSighting"
    case lastMatch = "LastMatch"
    case lastImport = "LastImport"
    case caseKeys = "CaseKeys"
    case alertLevel = "AlertLevel"
    case journalBytes = "JournalBytes"
    case daysRecorded = "DaysRecorded"
    case daysKept = "DaysKept"
    case pausedUntil = "PausedUntil"
    case replaysToday = "ReplaysToday"
    case ownHeard = "OwnHeard"
    case scanProfile = "ScanProfile"
    case listeningShare = "ListeningShare"
    case scanWay = "ScanWay"
    case lostReports = "LostReports"
    case handover = "Handover"
    case handoversRead = "HandoversRead"
    case handoversFailed = "HandoversFailed"
    case policySerial = "PolicySerial"
    case policyRegion = "PolicyRegion"
    case policySigner = "PolicySigner"
    case policySince = "PolicySince"
    case policyUntil = "PolicyUntil"
    case policyEntries = "PolicyEntries"
    case policyOverrides = "PolicyOverrides"
    case warnings = "Warnings"

    /// The D-Bus type of the value.
    package var signature: String {
        switch self {
        case .state, .adapter, .adapterModel, .alertLevel, .confidence, .scanProfile, .scanWay,
            .policyRegion, .policySigner:
            "s"
        case .correction, .radiatedPower, .chipPower: "n"
        case .formats, .warnings, .handover, .policyEntries, .policyOverrides: "as"
        case .handoversRead, .handoversFailed: "u"
        case .sightingsToday, .identifiersToday, .caseKeys, .daysRecorded, .daysKept, .listeningShare,
            .replaysToday, .ownHeard:
            "u"
        case .lastSighting, .lastMatch, .lastImport, .journalBytes, .pausedUntil, .lostReports,
            .policySerial, .policySince, .policyUntil:
            "t"
        }
    }
}

/// The methods of `org.bluezone1.Station`.
package enum StationMethod: String, CaseIterable, Sendable {
    case pause = "Pause"
    case resume = "Resume"
    case match = "Match"
    case forget = "Forget"
    case listAlerts = "ListAlerts"
    case nearby = "Nearby"
    case listPublishable = "ListPublishable"
    case handOutKeys = "HandOutKeys"

    /// What introspection calls the argument that the caller gives.
    package var argument: String {
        switch self {
        case .pause: "seconds"
        case .handOutKeys: "days"
        case .resume, .match, .forget, .listAlerts, .nearby, .listPublishable: ""
        }
    }

    /// What introspection calls the answer.
    package var answer: String {
        switch self {
        case .listAlerts: "alerts"
        case .nearby: "beacons"
        case .listPublishable: "days"
        case .handOutKeys: "keys"
        case .pause, .resume, .match, .forget: ""
        }
    }

    /// D-Bus type of what the caller gives.
    package var input: String {
        switch self {
        case .pause: "u"
        case .handOutKeys: "as"
        case .resume, .match, .forget, .listAlerts, .nearby, .listPublishable: ""
        }
    }

    /// D-Bus type of what the caller gets.
    package var output: String {
        switch self {
        case .listAlerts, .nearby, .listPublishable, .handOutKeys: "aa{sv}"
        case .pause, .resume, .match, .forget: ""
        }
    }

    /// Whether the method changes anything or is about keys: only root and the group `bluezone` may call such a method.
    package var isRestricted: Bool {
        switch self {
        case .pause, .resume, .match, .forget, .listPublishable, .handOutKeys: true
        case .listAlerts, .nearby: false
        }
    }
}

/// The signals of `org.bluezone1.Station`.
package enum StationSignal: String, CaseIterable, Sendable {
    /// A new or a worse alert, `a{sv}` with the entries that `ListAlerts` gives.
    case alert = "Alert"
}

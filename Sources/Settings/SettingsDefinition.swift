// SPDX-License-Identifier: GPL-3.0-or-later
// The keys there are, with their defaults: the only place that names them.

/// One key: how it is called, what holds when nobody sets it, and how its text becomes a value.
struct SettingsDefinition: Sendable {
    let section: String
    let key: String
    let standard: String
    let apply: @Sendable (inout Settings, String) throws(Expectation) -> Void

    /// A key whose text `read` makes the value at `target` of.
    init<Value>(
        _ section: String, _ key: String, _ standard: String,
        _ target: any WritableKeyPath<Settings, Value> & Sendable, _ read: @escaping ValueReader<Value>
    ) {
        self.section = section
        self.key = key
        self.standard = standard
        apply = { settings, text throws(Expectation) in settings[keyPath: target] = try read(text) }
    }

    static func named(_ key: String, in section: String) -> SettingsDefinition? {
        all.first { $0.section == section && $0.key == key }
    }

    /// Section names in the order of bluezone.conf(5).
    static let sections = [
        "Station", "Radio", "Scan", "Journal", "Cases", "Clock", "Bus", "Sync", "Publish", "Adoption", "Gate",
        policySection,
    ]
    /// The section whose keys are the exposure floor's to check.
    static let policySection = "Policy"

    static let all = daemon + sync + publish + adoption + gate

    private static let daemon: [SettingsDefinition] = [
        .init("Station", "Formats", "bluezone,exposure-notification", \.station.formats, formats),
        .init("Station", "Language", "en", \.station.language, choice),
        .init("Station", "StateFolder", "/var/lib/bluezone", \.station.stateFolder, path),
        .init("Radio", "Kind", "bluez", \.radio.kind, choice),
        .init("Radio", "Adapter", "auto", \.radio.adapter, adapter),
        .init("Radio", "Air", "", \.radio.air, optional(path)),
        .init("Radio", "TransmitPower", "", \.radio.transmitPower, optional(power(-60...20))),
        .init("Radio", "SilenceMinutes", "10", \.radio.silence, minutes(1...1440)),
        .init("Radio", "PowerCycle", "no", \.radio.isPowerCycling, truth),
        .init("Radio", "ReadIPhones", "no", \.radio.readsIPhones, truth),
        .init("Radio", "ServeIdentifier", "no", \.radio.servesIdentifier, truth),
        .init("Scan", "Profile", "auto", \.scan.profile, choice),
        .init("Scan", "WindowSeconds", "", \.scan.window, optional(seconds(1...60))),
        .init("Scan", "PauseSeconds", "", \.scan.pause, optional(seconds(0...300))),
        .init("Scan", "Way", "auto", \.scan.way, choice),
        .init("Journal", "RetentionDays", "14", \.journal.retentionDays, whole(1...30, "days")),
        .init("Cases", "Spool", "/var/lib/bluezone-sync/spool", \.cases.spool, path),
        .init("Cases", "KeysFolder", "/etc/bluezone/keys.d", \.cases.keysFolder, path),
        .init("Cases", "Region", "VN", \.cases.regions, regions),
        .init("Clock", "Trust", "auto", \.clock.trust, choice),
        .init("Clock", "Speed", "1", \.clock.speed, whole(1...3600, "times")),
        .init("Clock", "Start", "", \.clock.start, optional(moment)),
        .init("Clock", "Origin", "", \.clock.origin, optional(moment)),
        .init("Bus", "Control", "system", \.bus.control, controlBus),
    ]

    private static let sync: [SettingsDefinition] = [
        .init("Sync", "Index", "", \.sync.index, optional(source)),
        .init("Sync", "Base", "", \.sync.base, optional(sourceFolder)),
        .init("Sync", "MaximumBytes", "67108864", \.sync.maximumBytes, whole(1024...(1 << 30), "bytes")),
    ]

    private static let publish: [SettingsDefinition] = [
        .init("Publish", "Server", "", \.publish.server, optional(server)),
        .init("Publish", "Verification", "", \.publish.verification, optional(server)),
        .init("Publish", "APIKey", "", \.publish.apiKey, optional(word)),
        .init("Publish", "HealthAuthority", "vn.gov.moh.bluezone", \.publish.authority, word),
        .init("Publish", "Chaff", "auto", \.publish.chaff, choice),
        .init("Publish", "Socket", "/run/bluezone-publish.sock", \.publish.socket, path),
    ]

    private static let adoption: [SettingsDefinition] = [
        .init("Adoption", "Count", "no", \.adoption.isCounted, truth),
        .init("Adoption", "Province", "", \.adoption.province, optional(region)),
    ]

    private static let gate: [SettingsDefinition] = [
        .init("Gate", "NearSignal", "-70", \.gate.nearSignal, power(-100...(-20))),
        .init("Gate", "HoldSeconds", "12", \.gate.hold, seconds(1...60)),
        .init("Gate", "RetentionDays", "90", \.gate.retentionDays, whole(1...3650, "days")),
    ]
}

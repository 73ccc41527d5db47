// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Cases
internal import Control
package import Exposure
internal import Logging
internal import Platform
internal import Radio
package import Settings

extension Station {
    /// The thresholds that the settings give; the error names the setting.
    package static func policy(of settings: Settings) throws(StationError) -> Policy {
        do {
            return try Policy(entries: settings.policy.map { ($0.key, $0.value) })
        } catch {
            throw .policy(error, settings.policy.first { $0.key == error.key })
        }
    }

    /// The thresholds that the settings' owner wrote.
    static func overrides(of settings: Settings) -> [PolicyDocument.Entry] {
        settings.policy.map { PolicyDocument.Entry(key: $0.key, value: $0.value) }
    }

    /// The settings of a place, with the station's error.
    package static func load(_ place: SettingsPlace) throws(StationError) -> Settings {
        do {
            return try Settings.load(place)
        } catch {
            throw .settings(error)
        }
    }

    /// The calibrations of adapters, with the station's error.
    package static func adapters() throws(StationError) -> AdapterTable {
        do {
            return try AdapterTable.load()
        } catch {
            throw .settings(error)
        }
    }

    /// Reads the configuration again. A bad one changes nothing, and is told in the log and the status.
    package func reload() async {
        manager.reloading()
        defer { manager.ready() }
        do throws(StationError) {
            let next = try Station.load(settingsPlace)
            let policy = try Station.policy(of: next)
            adapters = try Station.adapters()
            await use(next, policy)
            settingsProblem = nil
            logger.notice("the configuration was read again")
        } catch {
            settingsProblem = String(error.description.prefix { $0 != "\n" })
            logger.error("the configuration was refused, the old one stays in force: \(error)")
        }
        await wake(.tick)
        deskSink.yield()
    }

    private func use(_ next: Settings, _ policy: Policy) async {
        let old = settings
        if (next.radio.kind, next.radio.adapter, next.radio.air) != (old.radio.kind, old.radio.adapter, old.radio.air)
            || next.station.stateFolder != old.station.stateFolder || next.bus.control != old.bus.control
            || next.scan.way != old.scan.way || next.radio.readsIPhones != old.radio.readsIPhones
            || next.radio.servesIdentifier != old.radio.servesIdentifier || next.clock != old.clock
            || next.cases.keysFolder != old.cases.keysFolder
            || next.cases.spool != old.cases.spool || next.cases.regions != old.cases.regions
        {
            logger.warning("new settings for radio, folders, clock or bus come into force at the next start")
        }
        settings = next
        settings.radio.kind = old.radio.kind
        settings.radio.readsIPhones = old.radio.readsIPhones
        settings.radio.servesIdentifier = old.radio.servesIdentifier
        settings.station.stateFolder = old.station.stateFolder
        settings.cases = old.cases
        settings.clock = old.clock
        await desk.use(policy, overrides: Station.overrides(of: next), retentionDays: next.journal.retentionDays)
        await recorder.keep(days: next.journal.retentionDays)
        retired = nil
        followPattern()
        calibrate()
        if next.station.formats != old.station.formats { await restartRotation() }
        rotate(.metadata(metadata), clock.now)
    }

    /// A new rotation with the settings in force, told what the old one knew.
    private func restartRotation() async {
        let now = clock.now
        rotation = Rotation(formats: settings.station.formats, metadata: metadata)
        rotate(.clockTrusted(clockTrust.isTrusted), now)
        rotate(.paused(pause != nil), now)
        if let radioState { rotate(.radio(radioState), now) }
    }

    /// Everything is ready: tells the service manager.
    func announceReady() {
        manager.ready()
        manager.tell(status: StationWords.summary(of: currentStatus()))
        // What only the start needed.
        Memory.giveBack()
    }

    /// The radio ended with the daemon.
    func radioEnded() {
        manager.stopping()
        isEnded = true
        orderSink.finish()
        onAir = []
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Bus
internal import Control
internal import Journal
internal import Logging
internal import Platform
internal import Radio
internal import ServiceLifecycle
internal import Settings
internal import UnixSignals

/// Everything a daemon consists of, opened and wired.
struct StationParts {
    let group: ServiceGroupConfiguration

    /// `credential` is what the service manager handed over for the journal; `radio` takes the configured one's place.
    init(
        _ settings: Settings, _ place: SettingsPlace, credential: JournalCredential?, radio: (any Radio)?,
        _ logger: Logger
    ) async throws(StationError) {
        let clock = StationClock.of(settings)
        let policy = try Station.policy(of: settings)
        let state = settings.station.stateFolder
        let station: Station
        let watcher: Watcher
        let bus = Self.bus(settings)
        let executors: (journal: ThreadExecutor, matcher: ThreadExecutor)
        let keys: KeyRing
        let files = StateFiles(folder: state)
        do {
            try Folder.make(state)
            watcher = try Watcher()
            executors = (try ThreadExecutor(name: "journal"), try ThreadExecutor(name: "cases", inBackground: true))
            keys = try files.loadKeys()
        } catch {
            throw .system(error)
        }
        let recorder = Recorder(
            folder: state + "/journal", retentionDays: settings.journal.retentionDays, credential: credential,
            executor: executors.journal)
        let desk = CaseDesk(
            places: CaseDeskPlaces(
                spool: settings.cases.spool, keysFolder: settings.cases.keysFolder, state: state, credential: credential
            ),
            policy: policy, overrides: Station.overrides(of: settings), regions: settings.cases.regions,
            retentionDays: settings.journal.retentionDays, executor: executors.matcher)
        station = Station(
            settings: settings, from: place, adapters: try Station.adapters(), bus: bus, clock: clock, watcher: watcher,
            recorder: recorder,
            recorded: try await Self.open(recorder, clock), desk: desk, desked: await desk.open(), store: files,
            keys: keys, logger: logger)
        let radio = radio ?? Self.radio(settings, bus)
        let control = bus.flatMap { settings.bus.control == .none ? nil : ControlServer(bus: $0, delegate: station) }
        var services: [any Service] = []
        if let bus { services.append(BusService(bus: bus)) }
        services.append(ReloadService(station: station))
        services.append(
            StationService(
                station: station, radio: radio, watcher: watcher, control: control, bus: bus, logger: logger))
        if let control { services.append(ControlService(server: control)) }
        services.append(RadioService(radio: radio, station: station))
        var quiet = logger
        quiet.logLevel = .error
        group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
    }

    /// The bus that the radio or the control interface needs; nil when neither does.
    private static func bus(_ settings: Settings) -> Bus? {
        switch settings.bus.control {
        case .system: Bus()
        case .address(let address): Bus(address: address)
        case .none: settings.radio.kind == .bluez ? Bus() : nil
        }
    }

    private static func radio(_ settings: Settings, _ bus: Bus?) -> any Radio {
        if settings.radio.kind == .bluez, let bus {
            var patience = BlueZRadio.Patience()
            patience.silenceLimit = settings.radio.silence
            patience.isPowerCycling = settings.radio.isPowerCycling
            let handing = BlueZRadio.Handing(
                reads: settings.radio.readsIPhones, serves: settings.radio.servesIdentifier)
            return BlueZRadio(
                bus: bus, adapter: settings.radio.adapter, way: settings.scan.way.way, handing: handing,
                patience: patience)
        }
        return AirRadio(
            folder: settings.radio.air ?? settings.station.stateFolder + "/air",
            name: settings.radio.adapter ?? "hci0", speed: settings.clock.speed)
    }

    /// Takes the journal; a journal that cannot be written for another reason than its being in use is told in the
    /// status.
    private static func open(
        _ recorder: Recorder, _ clock: StationClock
    ) async throws(StationError) -> RecorderStatus {
        do {
            return try await recorder.open(at: clock.now.wall)
        } catch {
            throw .journal(error)
        }
    }
}

extension StationClock {
    /// The clock that the settings ask for.
    static func of(_ settings: Settings) -> StationClock {
        guard settings.radio.kind == .air, settings.clock.speed > 1 || settings.clock.start != nil else { return .real }
        let now = Timestamp(milliseconds: KernelClock.wallMilliseconds)
        return .accelerated(
            speed: settings.clock.speed, start: settings.clock.start ?? now, origin: settings.clock.origin ?? now)
    }
}

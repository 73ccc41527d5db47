// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
package import Bus
internal import Control
package import Logging
package import Platform
package import Radio
package import Settings

/// The station: takes what happens (radio, time, files, requests), asks the values that decide, and has it done.
///
/// It owns everything that changes while the daemon runs. What takes long is done elsewhere and waited for: the journal
/// by `Recorder`, importing and matching by `CaseDesk`, the radio by whoever reads `orders`.
package actor Station {
    /// A plan for the radio. A plan with another generation than the one before goes out under fresh addresses.
    package struct Order: Hashable, Sendable {
        package let plan: RadioPlan
        package let generation: Int
    }

    /// One scan's receptions, on their way to the journal or waiting for a clock to be trusted.
    struct Scan {
        var tally: WindowTally
        /// The boot time of the scan before.
        var previous: Duration?
    }

    let logger: Logger
    let clock: StationClock
    let watcher: Watcher
    let recorder: Recorder
    let desk: CaseDesk
    let store: StateFiles
    let manager = ServiceManager()
    /// The newest plan; older ones that nobody took are gone.
    package nonisolated let orders: AsyncStream<Order>
    let orderSink: AsyncStream<Order>.Continuation
    /// Requests for a look at the spool; one waits at most.
    package nonisolated let deskRequests: AsyncStream<Void>
    let deskSink: AsyncStream<Void>.Continuation

    let settingsPlace: SettingsPlace
    var settings: Settings
    var clockTrust: ClockTrustCheck
    var control: ControlServer?
    var keys: KeyRing
    var rotation: Rotation
    var schedule: ScanSchedule
    /// Whether the machine runs on battery; nil when nobody says.
    var isOnBattery: Bool?
    var listening: ListeningMeter
    var tally = WindowTally()
    var held: [Scan] = []
    var random = SystemRandomNumberGenerator()
    var radioState: RadioState?
    var adapter: String?
    /// The power in dBm that the controller chose for us; nil as long as it does not say.
    var chosenPower: Int8?
    var adapters: AdapterTable
    /// The names of the model of the adapter in use.
    var models: [String] = []
    /// The adapters in use so far that nobody has measured; each was told once.
    var unmeasured: Set<String> = []
    /// That of the adapter in use.
    var calibration = AdapterCalibration()
    /// Whether nothing at all was heard for long.
    var isSilentAround = false
    var onAir: [BeaconPayload] = []
    var own = OwnIdentifiers()
    var generation = 0
    var lastOrder: Order?
    /// What the radio last refused; nil since it works.
    var refusal: RadioError?
    var pause: Pause?
    var recorded: RecorderStatus
    var desked = CaseDeskReport()
    var nearbyBeacons = NearbyList()
    var settingsProblem: String?
    var malformed = 0
    /// How the radio listens, and why it is not the way that was asked for.
    var ear: (way: ScanWay, obstacle: String?)?
    /// Reports that were lost on the way here, or found no room.
    var lostReports = 0
    /// Reads of iPhones since the start.
    var handovers = (answered: 0, failed: 0)
    var isSpoolWatched = false
    var lastWall: Moment
    var lastDeskWork: Duration?
    private var isTrustTold = false
    /// The day on which old data was last dropped.
    var retired: UTCDay?
    /// The day on which the journal was last verified.
    var verified: UTCDay?
    var isEnded = false
    private var told: StationStatus?

    /// A pause that its owner asked for.
    struct Pause: Hashable {
        /// The boot time at which it ends; nil: not by itself.
        var until: Duration?
    }

    /// The parts must be open; `recorded` and `desked` say what opening found.
    package init(
        settings: Settings, from place: SettingsPlace, adapters: AdapterTable, bus: Bus?, clock: StationClock,
        watcher: Watcher,
        recorder: Recorder, recorded: RecorderStatus,
        desk: CaseDesk, desked: CaseDeskReport, store: StateFiles, keys: KeyRing, logger: Logger
    ) {
        self.settings = settings
        self.settingsPlace = place
        self.adapters = adapters
        self.clock = clock
        self.watcher = watcher
        self.recorder = recorder
        self.recorded = recorded
        self.desk = desk
        self.desked = desked
        self.store = store
        self.keys = keys
        self.logger = logger
        rotation = Rotation(
            formats: settings.station.formats, metadata: Self.metadata(settings, AdapterCalibration(), chosen: nil))
        schedule = ScanSchedule(ScanPattern(settings.scan, isOnBattery: nil))
        listening = ListeningMeter(from: clock.now.boot)
        clockTrust = ClockTrustCheck(settings.clock.trust, isAccelerated: settings.clock.start != nil)
        clockTrust.bus = bus
        lastWall = clock.now
        own.derive(from: keys)
        (orders, orderSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (deskRequests, deskSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Asks everything that decides, and has done what they answer. The air comes first: what waits for a disk or the bus
    /// comes after, and takes the time anew.
    func wake(_ event: Rotation.Event) async {
        let now = clock.now
        lastWall = now
        if let until = pause?.until, until <= now.boot {
            pause = nil
            logger.notice("the pause has ended")
            rotate(.paused(false), now)
        }
        rotate(event, now)
        let closed = scan(now)
        order()
        setAlarm()
        watchSpool()
        if let closed { await write(closed) }
        await trustClock()
        await retire()
        if lastDeskWork.map({ clock.now.boot - $0 > .seconds(4 * 3600) }) ?? true { deskSink.yield() }
        await publish()
    }

    private func setAlarm() {
        let now = clock.now
        let times = [rotation.deadline(at: now), schedule.deadline, pause?.until, manager.deadline(now.boot, clock)]
        watcher.setAlarm(at: times.compactMap { $0 }.min().map { clock.kernelTime(of: $0) })
    }

    /// Looks whether the clock can be trusted by now; from then on identifiers go out and sightings are written.
    private func trustClock() async {
        guard !clockTrust.isTrusted || !isTrustTold else { return }
        var check = clockTrust
        await check.look(at: clock.now.wall)
        // Trust is never taken back, also not by a look that began earlier and ended later.
        if check.isTrusted { clockTrust = check }
        guard check.isTrusted || !isTrustTold else { return }
        isTrustTold = true
        logger.notice(clockTrust.isTrusted ? "the clock is trusted" : "the clock is not trusted yet")
        guard clockTrust.isTrusted else { return }
        let now = clock.now
        rotate(.clockTrusted(true), now)
        order()
        setAlarm()
        deskSink.yield()
        await writeHeld(at: now)
    }

    /// Once a day: drops what is older than the owner wants it kept, whatever else goes on or does not.
    private func retire() async {
        let today = clock.now.wall.day
        guard clockTrust.isTrusted, retired != today else { return }
        retired = today
        keys.drop(before: today.advanced(by: -settings.journal.retentionDays))
        if keys.needsSaving { saveKeys() }
        recorded = await recorder.retire(today: today)
    }

    func rotate(_ event: Rotation.Event, _ now: Moment) {
        let action = rotation.handle(event, at: now, keys: &keys, using: &random)
        if keys.needsSaving { saveKeys() }
        switch action {
        case .nothing: return
        case .silence:
            guard !transmitting.isEmpty else { return }
            transmitting = []
        case .send(let payloads):
            transmitting = payloads
            own.send(payloads, through: adapter)
            own.derive(from: keys)
        }
        generation += 1
    }

    /// What the rotation wants on the air.
    private var transmitting: [BeaconPayload] = []

    private func order() {
        guard !isEnded, radioState == .ready || radioState == .exposed else {
            lastOrder = nil
            return
        }
        // Also while the rotation still waits to hear what became of its last step.
        let plan = RadioPlan(onAir: radioState == .ready ? transmitting : [], isScanning: schedule.isOpen)
        let order = Order(plan: plan, generation: generation)
        guard order != lastOrder else { return }
        lastOrder = order
        orderSink.yield(order)
    }

    private func saveKeys() {
        do {
            try store.save(keys)
            keys.needsSaving = false
        } catch {
            // They stay in memory and on the air; publishing them later is what is at stake.
            logger.error("own daily keys could not be stored: \(error)")
        }
    }

    /// Tells the service manager and the bus what changed.
    func publish() async {
        let status = currentStatus()
        guard status != told else { return }
        if status.state != told?.state || status.warnings != told?.warnings {
            manager.tell(status: StationWords.summary(of: status))
            for warning in status.warnings where told?.warnings.contains(warning) != true {
                logger.warning("\(warning.text)")
            }
        }
        told = status
        await control?.update(status)
    }
}

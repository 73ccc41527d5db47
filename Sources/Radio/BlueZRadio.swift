// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Bus
internal import Platform

/// The radio of this machine through bluetoothd: advertises and discovers over D-Bus, unprivileged, beside whatever else
/// uses the adapter. Lives on the bus's thread.
package actor BlueZRadio: Radio {
    /// What changes hands by GATT beside the air; nothing unless its owner asks for it.
    package struct Handing: Sendable {
        /// iPhones are connected to and asked for their identifiers.
        package var reads: Bool
        /// Whoever is connected with us can read ours.
        package var serves: Bool

        package init(reads: Bool = false, serves: Bool = false) {
            self.reads = reads
            self.serves = serves
        }
    }

    /// How patient the radio is. Tests are less so.
    package struct Patience: Sendable {
        /// Between two tries of a registration that failed: another program scans on a legacy controller.
        package var retryStep: Duration = .seconds(1)
        /// How long to go on trying.
        package var retryLimit: Duration = .seconds(30)
        /// Before discovery is tried again that bluetoothd says is in progress.
        package var inProgressWait: Duration = .seconds(5)
        /// How long nothing at all may be heard before everything is put on the air anew.
        package var silenceLimit: Duration = .seconds(600)
        /// Whether to switch the adapter off and on when that does not help.
        package var isPowerCycling = false
        /// For the bus to be there when the daemon starts.
        package var busTime: Duration = .seconds(1)
        /// For an answer of bluetoothd.
        package var callLimit: Duration = .seconds(10)
        /// For a read that was given up to begin to end, before the air is changed.
        package var giveUpLimit: Duration = .milliseconds(300)
        /// How long each format has the one slot that there is, when two would go out. Stock phones of the Bluezone app
        /// send 15 s and pause 15 s; whoever hears them hears this (bluezone-facts 1.3).
        package var turnLength: Duration = .seconds(15)
        /// How long the end of a turn waits for a read under way: as long as one may take without its connection's end.
        package var turnDelay: Duration = .seconds(15)
        /// How long an old bluetoothd may take to hand its advertisements to the kernel anew. The kernel sends one as soon
        /// as it has it, and then every 1.28 s: who waits for less than that shows the public address no more often.
        package var refreshTime: Duration = .milliseconds(500)
        /// How soon the bus is left again over a session that bluetoothd never answered, where that did not help.
        package var leavePause: Duration = .seconds(20)
        /// For the last words when the radio ends.
        package var farewellLimit: Duration = .milliseconds(400)

        package init() {}
    }

    let bus: Bus
    let patience: Patience
    let isBlocked: @Sendable (String) -> Bool
    let outlet = EventOutlet()
    /// Whether a scan window of ours is open that D-Bus tells about: what another program's scan brings is not ours.
    let isListening = Lock(false)
    var tracker: AdapterTracker
    /// Of what state the consequences were last drawn, and what was last told.
    var settled: (state: RadioState, adapter: String?)?
    var told: (state: RadioState, adapter: String?)?
    /// The adapter that `attachBlueZ` was called for.
    var attached: String?
    var lastPower: Int8?

    /// Our registrations, in order.
    var onAir: [(path: String, beacon: BeaconPayload)] = []
    /// Our registrations that say nothing, while they displace leftovers.
    var stopgaps: [String] = []
    /// Paths that bluetoothd was asked to register, and not asked to let go of since: with them it is seen to that nothing
    /// stays on the air that no plan knows of any more.
    var unwithdrawn: Set<String> = []
    /// What bluetoothd of before may have left on the air, and is still to be displaced.
    var leftovers = Leftovers()
    /// The beacons of the plan that found too few slots: as many of them as fit are on the air.
    var crowded: Set<BeaconPayload>?
    /// Since when bluetoothd refuses to put anything on the air; nil when it took all of the last plan.
    var refusedSince: ContinuousClock.Instant?
    /// Whether the last plan found no slot at all.
    var hasNoSlot = false
    /// The beacon that went on the air first the last time.
    var first: BeaconPayload?
    /// The plan last brought about, as far as there were slots for it.
    var plan = RadioPlan()
    /// Says that beacons share too few slots, to whoever lets them take turns; one word waits at most.
    let crowding = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    var silence: SilenceWatch
    /// Makes the machine wait for us before it sleeps; nil where logind does not let us.
    var inhibitor: SleepInhibitor?
    /// Whether the machine is about to sleep, or sleeps: nothing goes on the air.
    var isAsleep = false
    /// Whether what we registered may be gone from the air though nobody said so.
    var isStale = false
    /// When bluetoothd has handed its advertisements to the kernel anew; nil if it never did.
    var refreshEnd: ContinuousClock.Instant?
    /// When the bus was last left over a session that bluetoothd never answered, and for how long not again; nil when a
    /// window could be opened since then.
    var lastLeave: (time: ContinuousClock.Instant, pause: Duration)?
    /// Whether the last attempt to open a window met a session that was left over, or a start that the kernel refused.
    var wasLeftOver = false
    /// What holds the scan window open; nil between windows.
    var window: ScanWindow?
    /// The way asked for; nil for the best there is.
    let wish: ScanWay?
    let source: ReportSource
    /// The way chosen; nil before the first window of this bluetoothd and adapter.
    var way: ScanWay?
    /// The way last told, and why it was not the one asked for.
    var toldWay: (way: ScanWay, obstacle: String?)?
    /// What bluetoothd said when it would have no monitor.
    private var monitorAnswer: String?
    /// Why there is to be no monitor: bluetoothd will have none, or would tell one of ours of some beacons only. A monitor
    /// beside a socket has nothing to be told.
    var monitorRefusal: String? {
        get { monitorAnswer ?? (wish == .monitor ? tracker.adapter?.monitorGap : nil) }
        set { monitorAnswer = newValue }
    }
    /// The open HCI socket.
    var listener: ReportListener?
    /// Reports of any device that came over HCI sockets.
    let heardOnSocket = Lock<UInt64>(0)
    var lastPath = 0
    /// Whether `run` has ended: a plan that comes late must not stay on the air when nobody is left to take it back.
    var isEnded = false
    /// Counts plans and interruptions: whoever finds it changed has been overtaken.
    var turn = 0
    /// Whether nobody may wait, for a newer plan is to come.
    private var isUrgent = false
    /// Ends the pause that the plan under way sleeps in.
    var interruption: AsyncStream<Never>.Continuation?
    let handing: Handing
    /// Rings when our service may have to be offered anew.
    let serviceBell = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// The bluetoothd and the adapter that offer our service.
    var offered: String?
    var handovers: HandoverQueue
    /// Rings when somebody may have to be asked.
    let handoverBell = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// Whether the air is being changed: no read begins then.
    var isRenewing = false
    /// Gives up the read under way.
    var readInterruption: AsyncStream<Never>.Continuation?
    /// Finishes when the read under way has ended, its connection too.
    var readEnd: AsyncStream<Never>?
    /// Whether a turn on the air is over and only waits for the read under way: no further one begins then.
    var isTurnDue = false
    /// Has that turn wait no longer.
    var turnWait: AsyncStream<Never>.Continuation?
    private var isWorking = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe bus.unownedExecutor }
    package nonisolated var events: AsyncStream<RadioEvent> { outlet.events }
    package nonisolated var lostEvents: Int { outlet.lost }

    /// A radio on `adapter` (`hci0`), or on whichever is there when it is nil; `way` nil listens in the best way there is.
    package init(
        bus: Bus, adapter: String?, way: ScanWay? = nil, handing: Handing = Handing(), patience: Patience = Patience()
    ) {
        self.init(bus: bus, adapter: adapter, way: way, handing: handing, patience: patience, isBlocked: Rfkill.blocks)
    }

    /// The same with somebody else's word on which adapters rfkill blocks, and other ears.
    init(
        bus: Bus, adapter: String?, way: ScanWay? = nil, handing: Handing = Handing(),
        limits: HandoverQueue.Limits = .init(), patience: Patience, source: ReportSource = .kernel,
        isBlocked: @escaping @Sendable (String) -> Bool
    ) {
        self.bus = bus
        wish = way
        self.source = source
        self.handing = handing
        handovers = HandoverQueue(limits: limits)
        self.patience = patience
        self.isBlocked = isBlocked
        tracker = AdapterTracker(wanted: adapter)
        silence = SilenceWatch(limit: patience.silenceLimit)
    }

    /// The state at this moment.
    var state: RadioState { tracker.state(isBlocked: isBlocked) }

    /// Overtakes whatever plan is being carried out: it gives up at its next step.
    func overtake() -> Int {
        turn += 1
        interruption?.finish()
        return turn
    }

    package func hurry(_ isUrgent: Bool) async {
        self.isUrgent = isUrgent
        if isUrgent, interruption != nil { _ = overtake() }
    }

    /// Sleeps for `duration`, or until overtaken or cancelled.
    func pause(_ duration: Duration) async {
        if isUrgent {
            _ = overtake()
            return
        }
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        interruption = continuation
        await withTaskGroup { group in
            group.addTask { try? await Task.sleep(for: duration) }
            group.addTask { for await _ in stream {} }
            await group.next()
            group.cancelAll()
        }
        interruption = nil
    }

    /// Runs one piece of work on the air at a time, in the order of arrival.
    func exclusively<Answer, Failure: Error>(
        _ work: () async throws(Failure) -> Answer
    ) async throws(Failure) -> Answer {
        if isWorking { await withCheckedContinuation { waiting.append($0) } }
        isWorking = true
        defer {
            if waiting.isEmpty { isWorking = false } else { waiting.removeFirst().resume() }
        }
        return try await work()
    }
}

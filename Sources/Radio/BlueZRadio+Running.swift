// SPDX-License-Identifier: GPL-3.0-or-later
// Following the bus, bluetoothd, the adapter and the machine's sleep.

internal import Bus
internal import Platform

extension BlueZRadio {
    private static let matches = [
        BusMatch(sender: "org.bluez", interface: "org.freedesktop.DBus.ObjectManager"),
        .propertiesChanged(sender: "org.bluez", of: AdapterTracker.adapterInterface),
        .propertiesChanged(sender: "org.bluez", of: AdapterTracker.managerInterface),
        BusMatch(sender: sleepManager, interface: "org.freedesktop.login1.Manager", member: "PrepareForSleep"),
    ]

    package func run() async {
        // Where the bus is there it is so at once, and nobody has to hear that it was not.
        try? await bus.waitUntilConnected(patience.busTime)
        // Signals first: what changes while we ask for all objects is then seen too.
        let subscription = await bus.subscribe(Self.matches)
        let owners = await bus.owners(of: "org.bluez")
        let states = await bus.states()
        // Only the newest owner is worth asking.
        let (asked, asking) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1))
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in states { await self.followBus() } }
            group.addTask {
                for await owner in owners {
                    await self.follow(owner: owner)
                    if let owner { asking.yield(owner) }
                }
            }
            group.addTask { for await owner in asked { await self.askForObjects(owner) } }
            group.addTask { for await signal in subscription.signals { await self.follow(signal) } }
            group.addTask { await self.takeTurns() }
            group.addTask { await self.followSleepManager() }
            if handing.reads { group.addTask { await self.handOver() } }
            if handing.serves { group.addTask { await self.serveIdentifier() } }
        }
        await farewell()
    }

    /// States and owners reach us by ways of their own, and may be old when they do: the bus itself says whether it is there.
    private func followBus() async {
        tracker.hasBus = await bus.isConnected
        await settle()
    }

    private func follow(owner: String?) async {
        tracker.hasBus = await bus.isConnected
        tracker.owner = owner
        await settle()
    }

    /// Asks a bluetoothd, that has just come and may be slow to answer, until it answers or is gone.
    private func askForObjects(_ owner: String) async {
        while tracker.owner == owner, !Task.isCancelled {
            do throws(BusError) {
                let changes = tracker.changes
                let objects = try await bus.bluezObjects(timeout: patience.callLimit)
                guard tracker.owner == owner else { return }
                // Signals and answers reach us by ways of their own: a signal that came after this answer may have been
                // followed before it. Such an answer would undo what the signal told, and nobody would tell it again.
                guard tracker.changes == changes else { continue }
                tracker.replace(objects)
                await settle()
                // Once more, now that somebody listens: of a device that bluetoothd knows already it tells what changes,
                // which is never the service UUIDs.
                _ = try? await bus.bluezObjects(timeout: patience.callLimit)
                return
            } catch {
                try? await Task.sleep(for: patience.retryStep)
                // Who went meanwhile did not refuse, and it is told elsewhere.
                guard tracker.owner == owner else { return }
                tracker.giveUp()
                await settle()
            }
        }
    }

    private func follow(_ signal: BusSignal) async {
        if signal.member == "PrepareForSleep" {
            if let isGoing = signal.arguments.first?.bool { await prepareForSleep(isGoing) }
            return
        }
        guard signal.sender == tracker.owner else { return }
        let arguments = signal.arguments
        switch (signal.member, arguments.map(\.signature).joined()) {
        case ("InterfacesAdded", "oa{sa{sv}}"): tracker.add(arguments[0].text ?? "", arguments[1])
        case ("InterfacesRemoved", "oas"):
            tracker.remove(arguments[0].text ?? "", (arguments[1].elements ?? []).compactMap(\.text))
        case ("PropertiesChanged", "sa{sv}as"):
            if arguments[0].text == AdapterTracker.managerInterface {
                return takeFreeSlot(signal.path, arguments[1]["SupportedInstances"]?.integer ?? 0)
            }
            let isRenewed = tracker.change(signal.path, arguments[1])
            noteRefresh(of: signal.path, arguments[1])
            return await settle(isRenewed: isRenewed)
        default: return
        }
        await settle()
    }

    /// Others left this many slots, after we had found none at all: the station is asked to try again at once.
    private func takeFreeSlot(_ path: String, _ count: Int64) {
        guard count > 0, hasNoSlot, path == tracker.path, state == .ready else { return }
        (hasNoSlot, isStale) = (false, true)
        tell(again: true)
    }

    /// Draws the consequences of what the tracker now knows: goes off the air where it must, and tells the state when it
    /// is another, or `isRenewed` when what is on the air may be gone.
    func settle(isRenewed: Bool = false) async {
        let state = state
        let isNew = settled?.state != state || settled?.adapter != tracker.name
        guard isNew || (isRenewed && state == .ready) else { return tell() }
        settled = (state, tracker.name)
        isStale = true
        if isNew {
            _ = overtake()
            forgetWay()
            refusedSince = nil
            // Nobody could be heard while it was off, or away.
            silence.restart(count: timesHeard)
        }
        // All consequences for what we know come before the first wait: a plan may be carried out during one.
        let left = attached == tracker.path ? nil : moveOn()
        switch state {
        case .ready, .exposed: break
        // Registrations outlive an adapter that is off, and come to nothing: to be taken back once it is on.
        case .off, .blocked: heardNoMore()
        case .noBus, .noDaemon, .noAdapter:
            (onAir, stopgaps, unwithdrawn) = ([], [], [])
            heardNoMore()
        }
        if let left {
            await attach()
            await takeBack(left, .seconds(1))
        }
        tell(again: isRenewed)
        if self.state == .exposed { await silenceAtOnce(patience.callLimit) }
    }

    /// Turns to the adapter now in use, with nothing on the air there. What we have on the one before is to be taken
    /// back, when another one takes over from it; one that is gone has lost it anyway.
    private func moveOn() -> Traces {
        let traces = Traces(adapter: attached, paths: unwithdrawn.sorted(), window: window)
        attached = tracker.path
        (onAir, stopgaps, offered, unwithdrawn) = ([], [], nil, [])
        lastPower = nil
        heardNoMore()
        return traces
    }

    /// Reads device signals of the adapter now in use.
    private func attach() async {
        guard let path = attached else { return await bus.detachBlueZ() }
        let (outlet, isListening, readsIPhones) = (outlet, isListening, handing.reads)
        // Called on the bus thread, which is this actor's.
        try? await bus.attachBlueZ(adapter: path) { [weak self] event in
            switch event {
            case .malformed: outlet.countMalformed()
            case .report(let report):
                guard isListening.withLock({ $0 }) else { return }
                outlet.hear(report)
                if readsIPhones, report.onlyHandsOver { self?.assumeIsolated { $0.hearIPhone(report) } }
            case .monitorReleased: self?.assumeIsolated { $0.monitorReleased() }
            case .power(let power): self?.assumeIsolated { $0.tell(power) }
            case .released(let path): self?.assumeIsolated { $0.released(path) }
            }
        }
    }

    /// bluetoothd dropped an advertisement of ours.
    private func released(_ path: String) {
        unwithdrawn.remove(path)
        guard let place = onAir.firstIndex(where: { $0.path == path }) else { return }
        onAir.remove(at: place)
        isStale = true
        tell(again: true)
    }

    private func tell(_ power: Int16) {
        let power = Int8(clamping: power)
        guard power != lastPower else { return }
        lastPower = power
        outlet.send(.transmitPower(power))
    }

    /// Tells the state when it is another than the last told, and `.ready` in any case when `again`. On the way up from a bus
    /// or a bluetoothd that was away, what was not answered yet is no news.
    func tell(again: Bool = false) {
        let (state, name) = (state, tracker.name)
        guard told?.state != state || told?.adapter != name || (again && state == .ready) else { return }
        let wasAway = told.map { $0.state == .noBus || $0.state == .noDaemon } ?? true
        guard tracker.isSure || !wasAway else { return }
        told = (state, name)
        serviceBell.continuation.yield()
        outlet.send(.state(state, adapter: name))
    }
}

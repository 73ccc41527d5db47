// SPDX-License-Identifier: GPL-3.0-or-later
// Bringing the air into line with a plan, in the one order that works on every controller (bluez-facts 4): StopDiscovery,
// Unregister, Register on new paths, StartDiscovery. Never a change in place: it would show a new identifier under the
// old address.

internal import Beacon
internal import Bus
internal import Platform

extension BlueZRadio {
    package func apply(_ plan: RadioPlan, renewing: Bool) async throws(RadioError) {
        let mine = overtake()
        try await exclusively { () async throws(RadioError) in
            try check(mine)
            self.plan = plan
            if renewing || isStale || !isInForce(plan.onAir) { return try await renew(plan, renewing, mine) }
            if plan.isScanning != isScanning {
                if plan.isScanning { try await listen(mine) } else { await stopListening(patience.callLimit) }
            }
            guard !sendsOneByOne, onAir.count < plan.onAir.count else { return }
            try check(mine)
            throw .noSlot(onAir: onAir.count)
        }
    }

    /// Whether these beacons are on the air, or as many of them as found a slot when they were registered.
    private func isInForce(_ beacons: [BeaconPayload]) -> Bool {
        if !onAir.isEmpty, crowded == Set(beacons) { return true }
        return onAir.count == beacons.count && Set(onAir.map(\.beacon)) == Set(beacons)
    }

    /// Puts a plan on the air anew. `isNextStep` lets a format pass that shares a slot with the other.
    func renew(_ plan: RadioPlan, _ isNextStep: Bool, _ mine: Int) async throws(RadioError) {
        isRenewing = true
        defer {
            isRenewing = false
            handoverBell.continuation.yield()
        }
        await giveUpReading()
        await stopListening(patience.callLimit)
        try check(mine)
        isStale = false
        crowded = nil
        var failure: RadioError?
        let beacons = inTurn(plan.onAir, isNextStep).prefix(sendsOneByOne ? 1 : plan.onAir.count)
        do { try await exchange(for: Array(beacons), mine) } catch { failure = error }
        if let beacon = onAir.first?.beacon { first = beacon }
        hasNoSlot = failure == .noSlot(onAir: 0)
        if case .noSlot(onAir: 1...) = failure { share(plan.onAir) }
        if failure == nil, onAir.count < plan.onAir.count { share(plan.onAir) }
        // One format off the air is no reason to stop listening.
        if plan.isScanning, turn == mine, state == .ready {
            do throws(RadioError) { try await listen(mine) } catch {
                // That an advert was refused says more than that there is no scan either.
                if case .deaf = error, failure != nil {} else { failure = error }
            }
        }
        if let failure { throw failure }
        try check(mine)
    }

    /// Takes what is on the air off it and puts `beacons` there, at one go, so that the silence between is short. What
    /// does not come on the air that way is tried one by one.
    private func exchange(for beacons: [BeaconPayload], _ mine: Int) async throws(RadioError) {
        let old = onAir.map(\.path)
        // Each is forgotten before it is withdrawn: bluetoothd's Release of it is then no news.
        onAir = []
        let isClean = await displaceLeftovers(insteadOf: old)
        // Who ends here has not withdrawn them yet: the next exchange does (`unwithdrawn`).
        try check(mine)
        let free = ContinuousClock.now + (isClean ? Leftovers.patience : .zero)
        for (beacon, error) in zip(beacons, try await put(beacons, insteadOf: isClean ? [] : old)) {
            guard let error else { continue }
            // Withdrawn slots become free a moment later.
            let isWorthATry = ["org.bluez.Error.Failed", "org.bluez.Error.NotPermitted"].contains(error.remoteName)
            guard isWorthATry else { throw reason(error) }
            try await register(beacon, mine, free)
        }
        refusedSince = nil
    }

    /// Registers one beacon, patiently: on a legacy controller it fails while another program scans. Patience is measured
    /// from the first refusal on, whatever plan it was for: plans come with every scan window, and none would be left to
    /// listen, nor to notice that nothing is heard, if each were as patient.
    /// Until `free` what was withdrawn may still hold all slots.
    private func register(
        _ beacon: BeaconPayload, _ mine: Int, _ free: ContinuousClock.Instant
    ) async throws(RadioError) {
        while true {
            try check(mine)
            guard let error = try await put([beacon], insteadOf: [])[0] else { return }
            if error.remoteName == "org.bluez.Error.NotPermitted", ContinuousClock.now < free {
                await pause(Leftovers.step)
                continue
            }
            guard error.remoteName == "org.bluez.Error.Failed" else {
                refusedSince = nil
                throw reason(error)
            }
            let begin = refusedSince ?? .now
            refusedSince = begin
            guard ContinuousClock.now < begin + patience.retryLimit else { throw reason(error) }
            await pause(patience.retryStep)
        }
    }

    /// Withdraws `old` and registers beacons on fresh paths; answers an error, or nil, for each.
    func put(_ beacons: [BeaconPayload], insteadOf old: [String]) async throws(RadioError) -> [BusError?] {
        guard let adapter = tracker.path else { throw .notReady(state) }
        let new = beacons.map { (path: freshPath(), beacon: $0) }
        onAir += new
        let adverts = new.map { BlueZAdvertisement($0.beacon, path: $0.path) }
        let errors = await exchange(old, for: adverts, adapter)
        let failed = zip(new.map(\.path), errors).filter { $1 != nil }.map(\.0)
        onAir.removeAll { failed.contains($0.path) }
        return errors
    }

    /// Withdraws `old`, and whatever bluetoothd may have of ours that no plan knows of any more, and registers `new`;
    /// answers an error, or nil, for each.
    func exchange(_ old: [String], for new: [BlueZAdvertisement], _ adapter: String) async -> [BusError?] {
        let paths = new.map(\.path)
        let lost = unwithdrawn.subtracting(registered + paths + old)
        unwithdrawn = unwithdrawn.subtracting(lost).subtracting(old).union(paths)
        let errors = await bus.exchange(old + lost.sorted(), for: new, adapter: adapter, timeout: patience.callLimit)
        unwithdrawn.subtract(zip(paths, errors).filter { $1 != nil }.map(\.0))
        // Without an answer it may still come on the air: not with our leave.
        let unanswered = zip(paths, errors).filter { $1 != nil && $1?.remoteName == nil }.map(\.0)
        if !unanswered.isEmpty { _ = await bus.exchange(unanswered, for: [], adapter: adapter, timeout: .seconds(1)) }
        return errors
    }

    /// An object path of ours that no advertisement had.
    func freshPath() -> String {
        lastPath += 1
        return "/org/bluezone1/advertisement/\(lastPath)"
    }

    /// Takes everything of ours off the air.
    func silence(_ limit: Duration) async {
        await stopListening(limit)
        guard let adapter = tracker.path else {
            onAir = []
            return
        }
        // Each is forgotten before it is withdrawn: bluetoothd's Release of it is then no news.
        while let (path, _) = onAir.popLast() {
            unwithdrawn.remove(path)
            try? await bus.withdraw(path, adapter: adapter, timeout: limit)
        }
    }

    /// Takes everything of ours off the air now, whatever plan is being carried out, a registration under way included:
    /// bluetoothd 5.66 never answers one in whose middle the adapter becomes discoverable. Works in a cancelled task.
    func silenceAtOnce(_ limit: Duration) async {
        _ = overtake()
        readInterruption?.finish()
        let traces = Traces(adapter: tracker.path, paths: unwithdrawn.sorted(), window: window)
        (onAir, stopgaps) = ([], [])
        heardNoMore()
        await takeBack(traces, limit)
    }

    /// What we have on an adapter.
    struct Traces {
        var adapter: String?
        var paths: [String]
        var window: ScanWindow?
    }

    /// Takes back, all at once, what is forgotten already; advertisements when bluetoothd can bear it.
    func takeBack(_ traces: Traces, _ limit: Duration) async {
        guard let adapter = traces.adapter else { return }
        unwithdrawn.subtract(traces.paths)
        let bus = bus
        await withDiscardingTaskGroup { group in
            for path in traces.paths {
                group.addTask {
                    await self.letRefreshEnd()
                    try? await bus.withdraw(path, adapter: adapter, timeout: limit)
                }
            }
            if let window = traces.window { group.addTask { await Self.close(window, on: bus, at: adapter, limit) } }
        }
    }

    /// The end: everything off the air within half a second, answers or not, and nothing on it any more. Where an old
    /// bluetoothd is handing it to the kernel anew, that comes first.
    func farewell() async {
        isEnded = true
        await silenceAtOnce(patience.farewellLimit)
        await bus.detachBlueZ()
    }

    /// Throws when the radio has ended or is not ready, or the plan was overtaken.
    func check(_ mine: Int) throws(RadioError) {
        guard !isEnded else { throw .notReady(.noAdapter) }
        guard state == .ready else { throw .notReady(state) }
        guard !isAsleep else { throw .notReady(.off) }
        guard turn == mine, !Task.isCancelled else {
            throw .overtaken
        }
    }

    /// What a refusal means for the plan. By name, never by text: bluetoothd's texts differ between versions.
    func reason(_ error: BusError) -> RadioError {
        switch error {
        case .disconnected: return .notReady(.noBus)
        case .remote("org.bluez.Error.NotPermitted", _): return .noSlot(onAir: onAir.count)
        case .remote("org.bluez.Error.NotReady", _): return .notReady(.off)
        case .remote(BusErrorName.unknownObject, _), .remote(BusErrorName.unknownMethod, _):
            return .notReady(.noAdapter)
        case .remote(let name, let message):
            return error.isServiceAbsent ? .notReady(.noDaemon) : .refused(name: name, message: message)
        case .timedOut, .cancelled, .invalid, .unexpectedReply:
            return .refused(name: "org.bluezone1.Error.NoAnswer", message: error.description)
        }
    }
}

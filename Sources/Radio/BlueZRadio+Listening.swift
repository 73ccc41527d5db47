// SPDX-License-Identifier: GPL-3.0-or-later
// Scan windows: which way to listen, what bluetoothd is asked for it, and whose reports count
// (docs/decisions/0008-scanning.md).

internal import Beacon
internal import Bus
internal import Platform

/// What opens a scan window.
enum ScanWindow {
    /// StartDiscovery: an active scan.
    case discovery
    /// RegisterMonitor: a passive scan, with the controller's duplicate filter off.
    case monitor
}

/// Where reports can be read beside D-Bus; tests have their own.
struct ReportSource: Sendable {
    /// Why this process may not.
    var obstacle: @Sendable () -> SystemError?
    /// Begins to read those of an adapter.
    var listen:
        @Sendable (String, @escaping @Sendable (ReportListenerEvent) -> Void) throws(SystemError) -> ReportListener

    static let kernel = ReportSource(
        obstacle: { ReportListener.obstacle },
        listen: { (adapter, sink) throws(SystemError) in try ReportListener(adapter: adapter, sink) })
}

extension BlueZRadio {
    var isScanning: Bool { window != nil }

    /// Opens a scan window. InProgress and AlreadyExists are sessions of ours that bluetoothd believes in, or a start that
    /// the kernel refused: that is stopped, and tried once more later, unless the window before met the same. What bluetoothd
    /// will not do as a monitor it is asked for as a discovery.
    func listen(_ mine: Int) async throws(RadioError) {
        // In a short window there is no second try: it is over before that, and nobody would ever hear of the refusals.
        var mayRepeat = !wasLeftOver
        while true {
            guard let adapter = tracker.path else { throw .notReady(state) }
            let opening = beginHearing()
            window = opening
            do throws(BusError) {
                try await open(opening, at: adapter)
                (wasLeftOver, lastLeave) = (false, nil)
                if turn == mine { return }
                // Overtaken while bluetoothd was starting: what was stopped meanwhile may be running now.
                window = opening
            } catch {
                let isLeftOver = ["org.bluez.Error.InProgress", "org.bluez.Error.AlreadyExists"]
                    .contains(error.remoteName)
                wasLeftOver = isLeftOver
                let isUnanswered = if case .timedOut = error { true } else { false }
                if isLeftOver || isUnanswered { try await leaveStuckSession(of: opening, at: adapter, error) }
                let isRefused = opening == .monitor && refusesMonitor(error)
                guard isRefused || (isLeftOver && mayRepeat) else {
                    await stopListening(patience.callLimit, at: adapter)
                    // A window that cannot be opened brings as little as one that stays empty.
                    if state == .ready, !isEnded { await noticeSilence() }
                    throw deafness(error)
                }
                if isRefused && !(isLeftOver && mayRepeat) {
                    await stopListening(patience.callLimit, at: adapter)
                    monitorRefusal = error.description
                    way = nil
                    try check(mine)
                    continue
                }
            }
            mayRepeat = false
            await stopListening(patience.callLimit, at: adapter)
            try check(mine)
            await pause(patience.inProgressWait)
            try check(mine)
        }
    }

    /// Where two programs begin to look for devices at the same moment bluetoothd answers one of them only, and neither lets
    /// the other one try again nor stop (5.66 and 5.82: `adapter->client` in its `adapter.c`): it scans until that one
    /// leaves the bus. On a controller without advertising sets no advert could change meanwhile.
    private func leaveStuckSession(
        of window: ScanWindow, at adapter: String, _ reason: BusError
    ) async throws(RadioError) {
        guard window == .discovery else { return }
        heardNoMore()
        do throws(BusError) { try await bus.stopDiscovery(adapter: adapter, timeout: patience.callLimit) } catch {
            guard error.remoteName == "org.bluez.Error.InProgress", state == .ready, !isEnded else { return }
            // Where it helps not it is done ever more seldom, up to once in ten minutes.
            let pause = lastLeave.map { min($0.pause * 2, .seconds(600)) } ?? patience.leavePause
            if let lastLeave, .now < lastLeave.time + lastLeave.pause { return }
            lastLeave = (.now, pause)
            await bus.reconnect()
            throw deafness(reason)
        }
    }

    private func open(_ window: ScanWindow, at adapter: String) async throws(BusError) {
        let reports = way != .hci
        switch window {
        case .discovery:
            try await bus.startDiscovery(adapter: adapter, reports: reports, timeout: patience.callLimit)
        case .monitor:
            try await bus.startMonitor(adapter: adapter, for: reports ? .reports : .scan, timeout: patience.callLimit)
        }
    }

    /// What a refused scan window means: what is on the air stays there.
    private func deafness(_ error: BusError) -> RadioError {
        switch (reason(error), error) {
        case (.refused(let name, let message), _): .deaf(name: name, message: message)
        case (.noSlot, .remote(let name, let message)): .deaf(name: name, message: message)
        case (let reason, _): reason
        }
    }

    /// Whether bluetoothd will have no monitor, rather than being unable to do anything now.
    private func refusesMonitor(_ error: BusError) -> Bool {
        guard let name = error.remoteName, !error.isServiceAbsent else { return false }
        return name != "org.bluez.Error.NotReady" && name != BusErrorName.unknownObject
    }

    /// Chooses the way, if that is to be done anew, and opens its ears; what can then be heard is asked for with the answer.
    private func beginHearing() -> ScanWindow {
        chooseWay()
        if way == .hci, let name = tracker.name {
            do throws(SystemError) {
                let readsIPhones = handing.reads
                listener = try source.listen(name) { [weak self, outlet, heardOnSocket] event in
                    switch event {
                    case .heard(let count): heardOnSocket.withLock { $0 += UInt64(count) }
                    case .report(let report):
                        outlet.hear(report)
                        // Called on the listener's own thread.
                        if readsIPhones, report.onlyHandsOver { Task { await self?.hearIPhone(report) } }
                    case .malformed(let count): outlet.countMalformed(count)
                    case .dropped(let count): outlet.countLost(count)
                    }
                }
            } catch { take(.discovery, instead: error.description) }
        }
        isListening.withLock { $0 = way != .hci }
        // Where the controller itself compares patterns, nobody knows what an HCI socket is left to read. An iPhone can be
        // connected to only through bluetoothd's object for it, and beside a monitor that matches nobody there is none.
        let hasSilentMonitor = tracker.adapter?.monitors == .inSoftware && !handing.reads
        let isPassive = way == .monitor || (way == .hci && hasSilentMonitor)
        return isPassive && monitorRefusal == nil ? .monitor : .discovery
    }

    private func chooseWay() {
        guard way == nil else { return }
        switch wish {
        case .hci?, nil:
            guard let obstacle = source.obstacle() else { return take(.hci) }
            take(.discovery, instead: wish == nil ? nil : obstacle.description)
        case .monitor?:
            guard tracker.adapter?.monitors != nil else {
                return take(.discovery, instead: "bluetoothd has no advertisement monitors unless it is experimental")
            }
            take(monitorRefusal == nil ? .monitor : .discovery, instead: monitorRefusal)
        case .discovery?: take(.discovery)
        }
    }

    private func take(_ way: ScanWay, instead obstacle: String? = nil) {
        self.way = way
        guard toldWay?.way != way || toldWay?.obstacle != obstacle else { return }
        toldWay = (way, obstacle)
        outlet.send(.listens(way, obstacle: obstacle))
    }

    /// bluetoothd came, or the adapter: what was not to be had before may be now.
    func forgetWay() {
        way = nil
        monitorRefusal = nil
    }

    /// bluetoothd dropped the monitor of the window under way.
    func monitorReleased() {
        guard window == .monitor else { return }
        heardNoMore()
        guard state == .ready else { return }
        monitorRefusal = "bluetoothd has dropped the advertisement monitor"
        way = nil
        tell(again: true)
    }

    /// Closes the scan window, on the adapter now in use unless told; bluetoothd's answer does not matter.
    func stopListening(_ limit: Duration, at place: String? = nil) async {
        let closing = window
        heardNoMore()
        guard let closing, let adapter = place ?? tracker.path else { return }
        await Self.close(closing, on: bus, at: adapter, limit)
        if place == nil, state == .ready, !isEnded { await noticeSilence() }
    }

    static func close(_ window: ScanWindow, on bus: Bus, at adapter: String, _ limit: Duration) async {
        switch window {
        case .discovery: try? await bus.stopDiscovery(adapter: adapter, timeout: limit)
        case .monitor: try? await bus.stopMonitor(adapter: adapter, timeout: limit)
        }
    }

    /// No scan of ours runs any more.
    func heardNoMore() {
        window = nil
        isListening.withLock { $0 = false }
        listener?.stop()
        listener = nil
        outlet.tellLosses()
    }
}

extension EventOutlet {
    /// Tells the beacons of a report.
    func hear(_ report: DeviceReport) {
        guard let beacons = report.beacons() else { return countMalformed() }
        for beacon in beacons { send(.heard(Reception(payload: beacon, rssi: report.rssi, time: report.time))) }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Bus
internal import Platform

extension BlueZRadio {
    /// At the end of a scan window: what to do when nothing was heard for long.
    func noticeSilence() async {
        switch silence.windowClosed(count: timesHeard, at: KernelClock.sinceBoot) {
        case .nothing: break
        case .heard: outlet.send(.silence(false))
        case .renew(let number):
            outlet.send(.silence(true))
            isStale = true
            // Switched off and on, the adapter says by itself that it is ready.
            if number > 1, patience.isPowerCycling { return await powerCycle() }
            outlet.send(.state(state, adapter: tracker.name))
        }
    }

    /// How often any device was heard, whatever it sends. An advertisement monitor tells of beacons only.
    var timesHeard: UInt64 { bus.assumeIsolated { $0.devicesHeard } + heardOnSocket.withLock { $0 } }

    /// Switches the adapter off and on: its owner allowed it.
    private func powerCycle() async {
        guard let path = tracker.path, let owner = tracker.owner else { return }
        for isOn in [false, true] {
            _ = try? await bus.callBluetoothd(
                owner, path: path, interface: "org.freedesktop.DBus.Properties", member: "Set",
                arguments: [.string(AdapterTracker.adapterInterface), .string("Powered"), .variant(.bool(isOn))],
                timeout: patience.callLimit)
        }
    }
}

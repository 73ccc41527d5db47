// SPDX-License-Identifier: GPL-3.0-or-later

internal import Bus
internal import Platform

extension BlueZRadio {
    /// At the end of a scan window: what to do when nothing was heard for long.
    func noticeSilence() async {
        switch silence.windowClosed(count: await bus.devicesHeard, at: KernelClock.sinceBoot) {
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

    /// Switches the adapter off and on: its owner allowed it.
    private func powerCycle() async {
        guard let path = tracker.path else { return }
        for isOn in [false, true] {
            _ = try? await bus.call(
                destination: "org.bluez", path: path, interface: "org.freedesktop.DBus.Properties", member: "Set",
                arguments: [.string(AdapterTracker.adapterInterface), .string("Powered"), .variant(.bool(isOn))],
                timeout: patience.callLimit)
        }
    }
}

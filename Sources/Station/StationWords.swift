// SPDX-License-Identifier: GPL-3.0-or-later

internal import Control
internal import Radio

/// The station's sentences for the log and the service manager.
enum StationWords {
    static func radio(_ state: RadioState, adapter: String?) -> String {
        switch state {
        case .noBus: "the system message bus is away"
        case .noDaemon: "bluetoothd does not run; waiting for it"
        case .noAdapter: "there is no Bluetooth adapter; waiting for one"
        case .off: "\(adapter ?? "the adapter") is switched off; waiting"
        case .blocked: "\(adapter ?? "the adapter") is blocked (rfkill, flight mode); waiting"
        case .exposed:
            "\(adapter ?? "the adapter") is discoverable or connectable: off the air until that ends,"
                + " because a broadcast would carry its public address"
        case .ready: "\(adapter ?? "the adapter") is ready"
        }
    }

    static func refusal(_ error: RadioError) -> String {
        switch error {
        case .notReady(let state): radio(state, adapter: nil)
        case .noSlot(let count): "the controller has no free advertising slot; \(count) of our beacons on the air"
        case .refused(let name, let message): "BlueZ refused: \(message.isEmpty ? name : message); trying again"
        case .deaf(let name, let message):
            "BlueZ does not listen: \(message.isEmpty ? name : message); trying again with the next scan window"
        }
    }

    /// One line for `systemctl status`.
    static func summary(of status: StationStatus) -> String {
        let warning = status.warnings.first.map { "; \($0.text)" } ?? ""
        return status.state.rawValue + (status.adapter.isEmpty ? "" : " on \(status.adapter)") + warning
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import Bus

/// Why a call to the daemon did not do what was asked.
package enum ControlError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no system bus.
    case busUnreachable
    /// Nobody owns `org.bluezone1`.
    case notRunning
    /// The caller is neither root nor in the group `bluezone`; the text is the other side's.
    case notPermitted(String)
    /// Bluetooth cannot be used now; the text says why.
    case bluetoothUnusable(String)
    /// The daemon did not answer in time.
    case noAnswer(method: String)
    /// The daemon answered that it failed; the text is its own.
    case failed(String)
    /// The answer is not what the interface promises.
    case unexpected(String)

    /// A sentence without a full stop.
    package var description: String {
        switch self {
        case .busUnreachable: "the system message bus cannot be reached"
        case .notRunning: "bluezoned is not running"
        case .notPermitted(let text): "not permitted: \(text)"
        case .bluetoothUnusable(let text): "Bluetooth cannot be used: \(text)"
        case .noAnswer(let method): "bluezoned did not answer \(method) in time"
        case .failed(let text): "bluezoned failed: \(text)"
        case .unexpected(let text): "bluezoned answered in a way this version does not understand: \(text)"
        }
    }

    /// What an error on the bus means to a caller of the daemon.
    package init(_ error: BusError) {
        switch error {
        case .disconnected: self = .busUnreachable
        case _ where error.isServiceAbsent: self = .notRunning
        case .remote(let name, let message):
            if error.isAccessDenied {
                self = .notPermitted(message)
            } else if name == ControlRefusal.bluetoothUnusableName {
                self = .bluetoothUnusable(message)
            } else {
                self = .failed(message.isEmpty ? name : message)
            }
        case .timedOut(let member): self = .noAnswer(method: member)
        case .cancelled, .invalid: self = .failed(error.description)
        case .unexpectedReply(let text): self = .unexpected(text)
        }
    }
}

/// Why the daemon will not do what a permitted caller asked.
package enum ControlRefusal: Error, Hashable, Sendable {
    /// Bluetooth cannot be used now; the text says why and what to do.
    case bluetoothUnusable(String)
    /// Anything else, as one sentence.
    case failed(String)

    static let bluetoothUnusableName = StationInterface.errorPrefix + "BluetoothUnusable"
    static let failedName = StationInterface.errorPrefix + "Failed"

    /// The error as it goes over the bus.
    package var failure: BusFailure {
        switch self {
        case .bluetoothUnusable(let text): BusFailure(ControlRefusal.bluetoothUnusableName, text)
        case .failed(let text): BusFailure(ControlRefusal.failedName, text)
        }
    }
}
